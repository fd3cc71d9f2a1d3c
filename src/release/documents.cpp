#include "release/documents.hpp"

#include <algorithm>
#include <array>

namespace litura::release {
namespace {

constexpr std::array<std::string_view, 4> kNames = {"record-of-processing", "public-summary",
                                                    "notice", "model-card"};

}  // namespace

std::string_view to_text(Paper paper) { return kNames[static_cast<std::size_t>(paper)]; }

Result<Paper> parse_paper(std::string_view name) {
    const auto found = std::ranges::find(kNames, name);
    if (found != kNames.end()) return static_cast<Paper>(found - kNames.begin());
    return Error{Code::bad_input, "there is no document of this name", std::string(name),
                 "one of record-of-processing, public-summary, notice, model-card"};
}

Result<Document> make_document(Paper paper, const Facts& facts) {
    const bool about_model = paper == Paper::public_summary || paper == Paper::model_card;
    if (about_model && !facts.model)
        return Error{Code::forbidden, "there is no model yet for this document to be about",
                     std::string(to_text(paper)), "run 'litura derive'"};
    switch (paper) {
        case Paper::record_of_processing: return record_of_processing(facts);
        case Paper::public_summary: return public_summary(facts);
        case Paper::notice: return notice_draft(facts);
        case Paper::model_card: return model_card(facts);
    }
    CHECK(false);
    return Document();
}

}  // namespace litura::release
