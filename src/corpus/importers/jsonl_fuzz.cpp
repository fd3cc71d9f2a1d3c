// Any bytes as a line: a record whose every part is valid UTF-8 within its limits, or a reason.
#include "base/text.hpp"
#include "corpus/importers/jsonl.hpp"
#include "corpus/record_box.hpp"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    using litura::corpus::IncomingRecord;
    litura::corpus::JsonlParser parser;
    const auto parsed = parser.parse({reinterpret_cast<const char*>(data), size});
    const auto* record = std::get_if<IncomingRecord>(&parsed);
    if (record == nullptr) {
        CHECK(!std::get<std::string_view>(parsed).empty());
        return 0;
    }
    CHECK(!record->id.empty() && record->id.reveal().size() <= 1024);
    CHECK(!record->author.empty() && record->author.reveal().size() <= 1024);
    CHECK(litura::is_utf8(record->text.reveal()) && litura::is_utf8(record->rest.reveal()));
    CHECK(litura::corpus::record_json(*record).ok());
    return 0;
}
