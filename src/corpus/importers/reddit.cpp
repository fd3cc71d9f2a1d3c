// The format reddit: dumps of comments and submissions (ndjson, as Pushshift and Arctic Shift write
// them, usually under Zstandard with a window of 2 GiB) and comments.csv and posts.csv of a
// person's own data request. Saved and voted posts are other people's and are not read. What was
// deleted or removed stays so, in earlier dumps as well.
#include <algorithm>

#include "corpus/importers/csv.hpp"
#include "corpus/importers/format_list.hpp"
#include "corpus/importers/html_text.hpp"
#include "corpus/importers/json_fields.hpp"
#include "corpus/importers/json_pieces.hpp"
#include "corpus/importers/line_reader.hpp"
#include "corpus/marks.hpp"
#include "corpus/importers/moments.hpp"
#include "corpus/importers/owner.hpp"

namespace litura::corpus {
namespace {

constexpr std::size_t kDumpLineMax = 4 << 20;
constexpr std::size_t kPlaceholderMax = 64;
constexpr std::string_view kGone[] = {
    "[deleted]",    "[removed]", "[deleted by user]", "[removed by user]", "[removed by moderator]",
    "[unavailable]"};

/// In any case, with the backslash that Markdown puts before a bracket, and with what Reddit adds.
bool is_gone(std::string_view text) {
    std::string word;
    for (const char c : text.substr(0, kPlaceholderMax)) {
        if (c == '\\') continue;
        word += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
    while (!word.empty() && (word.back() == ' ' || word.back() == '\n')) word.pop_back();
    if (text.size() <= kPlaceholderMax && std::ranges::find(kGone, word) != std::end(kGone))
        return true;
    return word.starts_with("[ removed by reddit") || word.starts_with("[removed by reddit");
}

/// Taken away at the source, by whomever, whatever text is still there.
bool is_taken_away(const Json& thing) {
    const auto set = [&](const Json& value) {
        const bool nothing = value.is_null() || value == Json(false) || value == Json("");
        return !nothing && value != Json(0);
    };
    for (const char* key :
         {"removed_by_category", "removed_by", "removal_reason", "banned_by", "removed", "deleted",
          "spam", "banned_at_utc", "was_deleted", "was_removed"})
        if (set(field(thing, {key}))) return true;
    // What a dump says of later visits: "was_deleted_later", "removal_type", whatever it adds.
    const Json& later = field(thing, {"_meta"});
    if (!later.is_object()) return false;
    return std::ranges::any_of(later.items(), [&](const auto& entry) {
        const std::string& key = entry.key();
        const bool about = key.find("delet") != key.npos || key.find("remov") != key.npos;
        return about && set(entry.value());
    });
}

/// "u/Name" and "/u/Name" are Name.
std::string_view user_name(std::string_view author) {
    if (author.starts_with('/')) author.remove_prefix(1);
    if (author.starts_with("u/") || author.starts_with("U/")) author.remove_prefix(2);
    return author;
}

bool is_name_byte_of_reddit(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
           c == '-';
}

/// "u/name" and "/u/name" are mentions; "you/me" is not.
std::string with_users_marked(std::string_view text) {
    std::string out;
    for (std::size_t at = 0; at < text.size();) {
        const bool at_word =
            at == 0 || (!is_name_byte_of_reddit(text[at - 1]) && text[at - 1] != '/');
        const std::size_t slash = text[at] == '/' ? 1 : 0;
        const std::string_view rest = text.substr(at + slash);
        const bool user = at_word && (rest.starts_with("u/") || rest.starts_with("U/")) &&
                          rest.size() > 2 && is_name_byte_of_reddit(rest[2]);
        if (!user) {
            out += text[at++];
            continue;
        }
        out += kMentionMark;
        at += slash + 2;
        while (at < text.size() && is_name_byte_of_reddit(text[at])) ++at;
    }
    return out;
}

std::string words_of(std::string_view title, std::string_view body) {
    std::string text(title);
    if (!title.empty() && !body.empty()) text += "\n\n";
    return with_users_marked(unescaped_html(text.append(body)));
}

/// With the kind of thing before it, as Reddit's "fullnames" have it.
PersonalText full_name(std::string_view kind, std::string_view id) {
    if (id.empty()) return {};
    return PersonalText(id.starts_with(kind) ? std::string(id)
                                             : std::string(kind) + std::string(id));
}

/// What a dump says nothing of was to be read by everybody; a kind that is not known here proves
/// nothing.
ledger::Audience audience_of(const Json& thing) {
    constexpr std::string_view kOpen[] = {"", "public", "restricted", "archived", "user"};
    constexpr std::string_view kClosed[] = {"private", "employees_only", "gold_only",
                                            "gold_restricted"};
    const std::string_view type = text_field(thing, {"subreddit_type"});
    if (std::ranges::find(kClosed, type) != std::end(kClosed)) return ledger::Audience::restricted;
    return std::ranges::find(kOpen, type) != std::end(kOpen) ? ledger::Audience::everyone
                                                             : ledger::Audience::unknown;
}

Json kept(const Json& thing) {
    Json kept = Json::object();
    for (const char* key : {"subreddit", "link_id", "parent_id", "permalink", "url", "over_18"}) {
        if (!field(thing, {key}).is_null()) kept[key] = thing[key];
    }
    return kept;
}

Result<void> take_thing(const Json& thing, Intake& intake) {
    const bool comment = field(thing, {"body"}).is_string();
    const std::string_view body = text_field(thing, {comment ? "body" : "selftext"});
    const std::string_view title = comment ? "" : text_field(thing, {"title"});
    if (!comment && title.empty()) {
        intake.reject("missing_field");
        return done();
    }
    IncomingRecord record;
    record.id = full_name(comment ? "t1_" : "t3_", text_field(thing, {"id"}));
    const std::string_view author = user_name(text_field(thing, {"author"}));
    const bool gone = is_gone(author) || is_gone(body) || is_gone(title);
    if (gone || is_taken_away(thing)) return intake.deleted(record.id);
    if (thing.contains("crosspost_parent_list") ||
        !text_field(thing, {"crosspost_parent"}).empty()) {
        intake.reject("repost");
        return done();
    }
    const auto created = epoch_field(thing, {"created_utc"}, 1);
    if (!created) {
        intake.reject("bad_time");
        return done();
    }
    record.created_at = *created;
    const auto edited = epoch_field(thing, {"edited"}, 1);
    if (edited && *edited > *created) record.edited_at = edited;
    record.author = PersonalText(std::string(author));
    record.text = PersonalText(words_of(title, body));
    record.audience = audience_of(thing);
    record.rest = rest_of(kept(thing), {}, {});
    return intake.record(std::move(record));
}

/// The columns of a header row by name.
class Columns {
public:
    explicit Columns(std::vector<std::string> names) : names_(std::move(names)) {}
    bool has(std::string_view name) const {
        return std::ranges::find(names_, name) != names_.end();
    }
    std::string_view at(const CsvRow& row, std::string_view name) const {
        const auto found =
            static_cast<std::size_t>(std::ranges::find(names_, name) - names_.begin());
        return found < row.fields.size() ? std::string_view(row.fields[found]) : "";
    }

private:
    std::vector<std::string> names_;
};

class Reddit final : public Reader {
public:
    explicit Reddit(const ImportOptions& options) : owner_(options) {}

    Result<void> learn(const Member& member) override {
        if (member.file_name() != "statistics.csv") return done();
        CsvReader rows(member.bytes);
        while (const auto row = TRY(rows.next())) {
            if (row->fields.size() > 1 && row->fields[0] == "account name")
                TRY(owner_.learn(user_name(row->fields[1])));
        }
        return done();
    }

    Result<bool> read(const Member& member, Intake& intake) override {
        const std::string_view name = member.file_name();
        if (name == "comments.csv" || name == "posts.csv") return read_table(member, intake);
        if (member.alone && name.ends_with(".csv")) return read_table(member, intake);
        const bool dump =
            name.find(".ndjson") != name.npos || name.starts_with("RC_") || name.starts_with("RS_");
        return member.alone || dump ? read_dump(member, intake) : Result<bool>(false);
    }

private:
    static Result<bool> read_dump(const Member& member, Intake& intake) {
        LineReader lines(member.bytes, kDumpLineMax);
        while (const auto line = TRY(lines.next())) {
            if (line->text.find_first_not_of(" \t\r") == line->text.npos) continue;
            auto taken = take_line(*line, intake);
            if (taken.ok()) continue;
            Error error = std::move(taken).error();
            error.where = "line " + std::to_string(line->number);
            return error;
        }
        return true;
    }

    static Result<void> take_line(const Line& line, Intake& intake) {
        const ParsedPiece thing = parse_piece({"", line.text, line.whole});
        if (thing.reason.empty() && thing.json.is_object()) return take_thing(thing.json, intake);
        intake.reject(thing.reason.empty() ? "not_json" : thing.reason);
        return done();
    }

    Result<bool> read_table(const Member& member, Intake& intake) {
        CsvReader rows(member.bytes);
        auto header = TRY(rows.next());
        if (!header) return false;
        const Columns columns(std::move(header->fields));
        if (!columns.has("id") || !columns.has("date") || !columns.has("body")) return false;
        while (const auto row = TRY(rows.next())) TRY(take_row(columns, *row, intake));
        return true;
    }

    Result<void> take_row(const Columns& columns, const CsvRow& row, Intake& intake) {
        const bool comment = !columns.has("title");
        IncomingRecord record;
        record.id = full_name(comment ? "t1_" : "t3_", columns.at(row, "id"));
        const std::string_view body = columns.at(row, "body");
        if (is_gone(body)) return intake.deleted(record.id);
        const auto created = parse_moment(columns.at(row, "date"));
        if (!row.whole || !created.ok()) {
            intake.reject(row.whole ? "bad_time" : "too_long");
            return done();
        }
        record.created_at = created.value();
        owner_.sign(record);
        record.text = PersonalText(words_of(columns.at(row, "title"), body));
        record.audience = ledger::Audience::everyone;
        Json kept = Json::object();
        for (const char* key : {"permalink", "subreddit", "link", "parent", "url"}) {
            if (const auto value = columns.at(row, key); !value.empty()) kept[key] = value;
        }
        record.rest = rest_of(kept, {}, {});
        return intake.record(std::move(record));
    }

    Owner owner_;
};

Likeness reddit_likeness(const Glance& glance) {
    const std::string_view line = glance.head.substr(0, glance.head.find('\n'));
    const auto has = [&](std::string_view word) { return line.find(word) != line.npos; };
    const bool dump = line.starts_with('{') && (has("\"subreddit") || has("\"author_flair"));
    const bool table = line.starts_with("id,permalink");
    return dump || table ? Likeness::strong : Likeness::none;
}

}  // namespace

extern const Format kReddit = {
    .name = "reddit",
    .reads = "dumps (ndjson, also .zst with its 2 GiB window); the data request's CSV",
    .likeness = reddit_likeness,
    .reader = [](const ImportOptions& options) -> std::unique_ptr<Reader> {
        return std::make_unique<Reddit>(options);
    },
    .zstd_window_log = 31};

}  // namespace litura::corpus
