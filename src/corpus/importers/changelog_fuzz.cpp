// Any bytes as a changelog: every outcome is a whole record or a reason, and other people's
// sections are gone.
#include <algorithm>

#include "base/text.hpp"
#include "corpus/importers/changelog.hpp"

namespace {

void check(const std::optional<litura::corpus::ChangelogParser::Outcome>& outcome) {
    if (!outcome.has_value()) return;
    if (const auto* reason = std::get_if<std::string_view>(&*outcome)) {
        CHECK(!reason->empty());
        return;
    }
    const auto& record = std::get<litura::corpus::IncomingRecord>(*outcome);
    CHECK(!record.id.empty() && record.author.reveal().ends_with('>'));
    CHECK(litura::is_utf8(record.text.reveal()) && litura::is_utf8(record.author.reveal()));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    std::string_view file(reinterpret_cast<const char*>(data), size);
    litura::corpus::ChangelogParser parser;
    while (!file.empty()) {
        const std::size_t end = std::min(file.find('\n'), file.size());
        check(parser.take(file.substr(0, end)));
        file.remove_prefix(std::min(end + 1, file.size()));
    }
    check(parser.finish());
    return 0;
}
