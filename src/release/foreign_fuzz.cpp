// Any bytes as a request of another system: the first byte says which. Nothing is read that was not
// signed, so signatures are made here over the bytes; what comes out names a right or nothing.
#include "proof/base64.hpp"
#include "release/drp.hpp"
#include "release/opendsr.hpp"

namespace {

using namespace litura;
using namespace litura::release;

void drp(ByteView bytes) {
    static const proof::SigningKey key = proof::SigningKey::generate();
    static const std::vector<DrpAgent> directory = {{"AA", "agent", key.public_key()}};
    ByteWriter body;
    body.raw(key.sign(bytes));
    body.raw(bytes);
    const auto now = parse_instant("2026-01-15T10:05:00Z");
    auto request = read_drp(proof::base64(body.bytes()), directory, "CB", now.value());
    if (!request.ok()) return;
    CHECK(request->agent == "AA" && !(request->denied && request->kind));
    CHECK(request->issued <= now.value() && now.value() <= request->expires);
    CHECK(!drp_status(*request, "", {}, {}).at("status").get<std::string>().empty());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    if (size == 0) return 0;
    const ByteView bytes(data + 1, size - 1);
    if (data[0] % 3 == 0) drp(bytes);
    if (data[0] % 3 == 1) {
        auto agents = read_drp_directory(text_of(bytes));
        if (agents.ok())
            for (const DrpAgent& agent : *agents) CHECK(!agent.id.empty());
        CHECK(!open_drp(text_of(bytes), {}).ok());
    }
    if (data[0] % 3 == 2) {
        const std::string_view text = text_of(bytes);
        const std::size_t half = text.size() / 2;
        CHECK(!read_opendsr(text.substr(0, half), text.substr(half)).ok());
    }
    return 0;
}
