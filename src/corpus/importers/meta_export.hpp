// What Facebook's and Instagram's exports have in common: broken UTF-8 (mojibake.hpp), an owner who
// stands in a file of their own, seconds since 1970, and conversations.
#pragma once

#include <set>

#include "corpus/importers/format.hpp"
#include "corpus/importers/json_pieces.hpp"
#include "corpus/importers/mentions.hpp"
#include "corpus/importers/owner.hpp"

namespace litura::corpus {

class MetaReader : public Reader {
public:
    explicit MetaReader(const ImportOptions& options) : owner_(options) {}
    Result<void> learn(const Member& member) final;
    Result<bool> read(const Member& member, Intake& intake) final;

protected:
    enum class Role { none, profile, messages, records };
    virtual Role role_of(const Member& member) const = 0;
    /// Which parts of a file are gone into.
    virtual std::vector<std::string_view> entered() const = 0;
    /// One value of a profile; strings are repaired.
    virtual Result<void> learn_profile(const Json& value) = 0;
    /// One value of a file of records, whose path is not a conversation's.
    virtual Result<void> take(const std::string& path, const Json& value, Intake& intake) = 0;

    struct Words {
        std::string_view kind;
        std::string_view text;
        std::optional<Instant> at, edited;
        ledger::Audience audience = ledger::Audience::unknown;
    };
    /// A record of the owner's; without text it is rejected as "no_text".
    /// `display_name`: what the file calls its author, under which earlier versions kept it.
    Result<void> take_words(const Words& words, std::string_view author, const Mentions& mentions,
                            Intake& intake, std::string_view display_name = {}) const;

    Result<void> set_owner(std::string_view identifier, std::string_view name);
    /// The owner, if known; else the name that the file gives.
    std::string_view owner_or(std::string_view name) const;

private:
    Result<void> take_message(const Json& message, const Mentions& participants,
                              Intake& intake) const;

    Owner owner_;
    PersonalText owner_name_;
    std::set<std::uint64_t> clean_;  ///< members that need no repair
};

}  // namespace litura::corpus
