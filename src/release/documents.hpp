// The documents that the law asks for, as Markdown: pure functions of Facts, one file each. A page
// says nothing that it does not take from there; what the operator has not stated reads "not
// stated" and is listed with the article that asks for it. docs/law/documents.md says where each
// line comes from. Drafts for a person to read: none of them says that anything is lawful.
#pragma once

#include <string>
#include <vector>

#include "release/facts.hpp"

namespace litura::release {

enum class Paper {
    record_of_processing,  ///< GDPR Art. 30(1); for the authority, so with exact figures
    public_summary,        ///< AI Act Art. 53(1)(d), by the AI Office's template; figures rounded
    notice,                ///< GDPR Art. 13, 14, 21(4): a draft, no figures
    model_card             ///< figures rounded, no date but the lease
};
/// "record-of-processing" and so on.
std::string_view to_text(Paper paper);
Result<Paper> parse_paper(std::string_view name);

struct Missing {
    std::string field;  ///< of organisation.toml, or what to do instead
    std::string asked_by;
    bool operator==(const Missing&) const = default;
};

struct Document {
    std::string text;
    std::vector<Missing> missing;  ///< what nobody has stated
};

/// Code::forbidden for a page about a model where there is none yet.
Result<Document> make_document(Paper paper, const Facts& facts);

Document record_of_processing(const Facts& facts);
Document notice_draft(const Facts& facts);
/// Of these two the model must be there.
Document public_summary(const Facts& facts);
Document model_card(const Facts& facts);

}  // namespace litura::release
