// Any bytes as what others hand in to a publisher: a signature over a folder, an audit's result, a
// person's receipt. Read or refused; a receipt that is read is read again from its events.
#include "ledger/persons.hpp"
#include "release/gate.hpp"
#include "release/model_signature.hpp"
#include "release/receipt.hpp"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    using namespace litura;
    using namespace litura::release;
    static const std::string pem = P256Key::generate().public_pem();
    static const FileDigests files = {{"a", sha256("one")}};
    const std::string_view text = text_of(ByteView(data, size));
    CHECK(!verify_model(text, files, pem).ok());
    static_cast<void>(verify_model(text, files, text).ok());
    static_cast<void>(parse_diff_audit(text).ok());
    auto receipt = parse_receipt(text);
    if (!receipt.ok()) return 0;
    Json again = {{"receipt", "litura.receipt.1"}, {"request", receipt->request}};
    again["events"] = Json::array();
    for (const ledger::Receipt& event : receipt->events) again["events"].push_back(to_json(event));
    auto once_more = parse_receipt(compact(again));
    CHECK(once_more.ok() && once_more->events.size() == receipt->events.size());
    for (std::size_t index = 0; index < receipt->events.size(); ++index)
        CHECK(to_json(once_more->events[index]) == to_json(receipt->events[index]));
    return 0;
}
