// Any bytes, as every kind of file that a channel or a recipient may hand over: read or refused;
// what is read is written and read again as the same.
#include "proof/answer.hpp"
#include "proof/release_list.hpp"

namespace {

void try_metadata(litura::ByteView file) {
    using namespace litura::proof;
    for (const char* type : {"root", "targets", "snapshot", "timestamp"}) {
        const auto metadata = parse_metadata(file, type);
        if (!metadata.ok()) continue;
        static_cast<void>(canonical_json(metadata.value().role));
        for (const char* role : {"root", "targets"}) {
            const auto top = root_role(metadata.value(), role);
            if (top.ok()) static_cast<void>(check_signatures(metadata.value(), top.value()));
        }
        static_cast<void>(delegated_role(metadata.value(), "recall"));
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    using namespace litura::proof;
    const litura::ByteView file(data, size);
    try_metadata(file);
    const auto envelope = parse_envelope(litura::text_of(file));
    if (envelope.ok()) {
        const auto again = parse_envelope(litura::compact(to_json(envelope.value())));
        CHECK(again.ok() && again.value().payload == envelope.value().payload);
        static_cast<void>(answer_in(envelope.value()));
    }
    const auto release = parse_release(litura::text_of(file));
    if (release.ok()) {
        const auto again = parse_release(litura::compact(to_json(release.value())));
        CHECK(again.ok() && again.value() == release.value());
    }
    ChannelView view;
    view.recalls["v1"] = {{{"state", "soft"}}, std::string(litura::text_of(file))};
    const auto releases = releases_of(view);
    if (!releases.ok()) return 0;
    const ReleaseIndex index(releases.value());
    for (const Release& one : releases.value())
        for (const litura::Digest& tensor : one.tensors)
            CHECK(index.judge({{}, {tensor}, {}, 0}).state >= State::soft_recall);
    return 0;
}
