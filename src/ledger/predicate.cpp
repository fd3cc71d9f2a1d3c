// Recursive descent over the grammar of predicate.hpp, its evaluation and its canonical form.
#include "ledger/predicate.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace litura::ledger {
namespace {

Truth opposite(Truth truth) {
    if (truth == Truth::unknown) return truth;
    return truth == Truth::yes ? Truth::no : Truth::yes;
}

Truth known(bool holds) { return holds ? Truth::yes : Truth::no; }

Truth among(const std::vector<std::string>& values, std::string_view value) {
    if (value.empty()) return Truth::unknown;
    return known(std::ranges::find(values, value) != values.end());
}

bool within(char c, char first, char last) { return first <= c && c <= last; }

/// "p-" and 10 base32 digits.
bool is_handle(std::string_view text) {
    return text.size() == 12 && text.starts_with("p-") &&
           std::ranges::all_of(text.substr(2),
                               [](char c) { return within(c, 'a', 'z') || within(c, '2', '7'); });
}

bool is_space(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }
bool ends_word(char c) { return is_space(c) || c == '(' || c == ')' || c == ',' || c == '"'; }

}  // namespace

class Predicate::Parser {
public:
    explicit Parser(std::string_view text) : text_(text) {}

    Result<Node> whole() {
        Node node = TRY(any(0));
        if (!next().empty()) return expected("\"and\", \"or\" or the end");
        return node;
    }

private:
    Result<Node> any(std::size_t depth) { return chain(Kind::either, "or", depth); }

    /// One or more parts with the same word between them; parts of the same kind melt into it.
    Result<Node> chain(Kind kind, std::string_view between, std::size_t depth) {
        Node node = blank(kind);
        do {
            Node part = TRY(kind == Kind::either ? chain(Kind::both, "and", depth) : one(depth));
            if (part.kind == kind) {
                std::ranges::move(part.parts, std::back_inserter(node.parts));
            } else {
                node.parts.push_back(std::move(part));
            }
        } while (take(between));
        if (node.parts.size() > 1) return node;
        Node only = std::move(node.parts.front());
        return only;
    }

    Result<Node> one(std::size_t depth) {
        if (++nodes_ > kNodesMax) return refused("the predicate asks too many questions");
        if (depth == kDepthMax) return refused("brackets or \"not\" stand too deep");
        if (take("not")) {
            Node negation = blank(Kind::negation);
            negation.parts.push_back(TRY(one(depth + 1)));
            return negation;
        }
        if (!take("(")) return question();
        Node inner = TRY(any(depth + 1));
        if (!take(")")) return expected("\")\"");
        return inner;
    }

    Result<Node> question() {
        if (take("created")) return date();
        if (take("age")) return age();
        for (const auto& [word, kind] : kFields) {
            if (!take(word)) continue;
            Node node = blank(kind);
            node.values = TRY(values());
            TRY(check(kind, node.values));
            return node;
        }
        return expected(
            "source, purpose, audience, person, country, age, created, \"not\" or \"(\"");
    }

    Result<Node> date() {
        const bool before = take("before");
        if (!before && !take("from")) return expected("\"before\" or \"from\"");
        const std::string_view word = next();
        const auto moment =
            parse_instant(word.size() == 10 ? std::string(word) + "T00:00:00Z" : std::string(word));
        if (!moment) return expected("a date such as 2026-05-27");
        at_ += word.size();
        Node node = blank(before ? Kind::before : Kind::from);
        node.moment = moment.value();
        return node;
    }

    Result<Node> age() {
        const bool below = take("below");
        if (!below && !take("from")) return expected("\"below\" or \"from\"");
        const std::string_view word = next();
        Node node = blank(below ? Kind::younger : Kind::older);
        const auto [end, error] =
            std::from_chars(word.data(), word.data() + word.size(), node.years);
        const bool whole = error == std::errc() && end == word.data() + word.size();
        if (!whole || word.front() == '-' || node.years > kYearsMax)
            return expected("an age in whole years");
        at_ += word.size();
        return node;
    }

    Result<std::vector<std::string>> values() {
        std::vector<std::string> values;
        if (take("is")) {
            values.push_back(TRY(quoted()));
            return values;
        }
        if (!take("in")) return expected("\"is\" or \"in\"");
        if (!take("(")) return expected("\"(\"");
        do {
            if (++nodes_ > kNodesMax) return refused("the predicate asks too many questions");
            values.push_back(TRY(quoted()));
        } while (take(","));
        if (!take(")")) return expected("\",\" or \")\"");
        std::ranges::sort(values);
        const auto doubled = std::ranges::unique(values);
        values.erase(doubled.begin(), doubled.end());
        return values;
    }

    Result<std::string> quoted() {
        if (!take("\"")) return expected("a text in quotation marks");
        const std::size_t end = text_.find('"', at_);
        if (end == text_.npos) return expected("a closing quotation mark");
        std::string value(text_.substr(at_, end - at_));
        const bool control = std::ranges::any_of(
            value, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
        if (value.empty() || control) return expected("a text without control characters");
        at_ = end + 1;
        return value;
    }

    Result<void> check(Kind kind, const std::vector<std::string>& values) {
        const auto said_as = [&](auto holds, std::string_view what) -> Result<void> {
            if (std::ranges::all_of(values, holds)) return done();
            return expected(what);
        };
        if (kind == Kind::person) return said_as(is_handle, "a person's handle, \"p-..\"");
        if (kind == Kind::country) return said_as(is_country, "a country such as \"DE\"");
        if (kind != Kind::audience) return done();
        return said_as(
            [](const std::string& value) {
                const auto parsed = parse_audience(value);
                return parsed.ok() && parsed.value() != Audience::unknown;
            },
            "the audience \"public\", \"followers\" or \"private\"");
    }

    /// The word or sign that follows; empty at the end.
    std::string_view next() {
        while (at_ < text_.size() && is_space(text_[at_])) ++at_;
        std::size_t end = at_;
        while (end < text_.size() && !ends_word(text_[end])) ++end;
        if (end == at_ && end < text_.size()) ++end;
        return text_.substr(at_, end - at_);
    }

    bool take(std::string_view word) {
        if (next() != word) return false;
        at_ += word.size();
        return true;
    }

    Error refused(std::string what) const {
        return {Code::bad_input, std::move(what), "byte " + std::to_string(at_ + 1),
                "example: source is \"forum\" and created before 2026-05-27"};
    }
    Error expected(std::string_view what) const {
        return refused("the predicate should go on with " + std::string(what));
    }

    static Node blank(Kind kind) {
        Node node;
        node.kind = kind;
        return node;
    }

    static constexpr std::int64_t kYearsMax = 150;
    static constexpr std::array<std::pair<std::string_view, Kind>, 5> kFields = {{
        {"source", Kind::source},
        {"purpose", Kind::purpose},
        {"audience", Kind::audience},
        {"person", Kind::person},
        {"country", Kind::country},
    }};
    std::string_view text_;
    std::size_t at_ = 0, nodes_ = 0;
};

Result<Predicate> Predicate::parse(std::string_view text) {
    if (text.size() > kBytesMax)
        return Error{Code::bad_input, "the predicate is longer than 64 KiB", "", "say less"};
    return Predicate(TRY(Parser(text).whole()));
}

template <typename NodeOf, typename Visit>
void Predicate::each(NodeOf& node, const Visit& visit) {
    visit(node);
    for (auto& part : node.parts) each(part, visit);
}

std::vector<std::string> Predicate::handles() const {
    std::vector<std::string> found;
    each(root_, [&](const Node& node) {
        if (node.kind == Kind::person)
            found.insert(found.end(), node.values.begin(), node.values.end());
    });
    return found;
}

std::vector<Instant> Predicate::dates() const {
    std::vector<Instant> found;
    each(root_, [&](const Node& node) {
        if (node.kind == Kind::before || node.kind == Kind::from) found.push_back(node.moment);
    });
    std::ranges::sort(found);
    const auto doubled = std::ranges::unique(found);
    found.erase(doubled.begin(), doubled.end());
    return found;
}

Result<void> Predicate::know_persons(const PersonOf& person_of) {
    Result<void> asked = done();
    each(root_, [&](Node& node) {
        if (node.kind != Kind::person || !asked.ok()) return;
        std::vector<Digest> persons;
        for (const std::string& handle : node.values) {
            const auto person = person_of(handle);
            if (!person.ok()) asked = person.error();
            if (person.ok() && person.value()) persons.push_back(*person.value());
        }
        std::ranges::sort(persons);
        node.persons = std::move(persons);
    });
    return asked;
}

bool Predicate::names(const Digest& person) const {
    bool found = false;
    each(root_, [&](const Node& node) {
        found = found || (node.persons && std::ranges::binary_search(*node.persons, person));
    });
    return found;
}

Truth Predicate::about(const Described& record) const { return about(root_, record); }

Truth Predicate::about(const Node& node, const Described& record) {
    switch (node.kind) {
        case Kind::either: {
            Truth all = Truth::no;
            for (const Node& part : node.parts) all = std::max(all, about(part, record));
            return all;
        }
        case Kind::both: {
            Truth all = Truth::yes;
            for (const Node& part : node.parts) all = std::min(all, about(part, record));
            return all;
        }
        case Kind::negation: return opposite(about(node.parts.front(), record));
        case Kind::source: return among(node.values, record.source);
        case Kind::purpose: return among(node.values, record.purpose);
        case Kind::audience:
            if (record.audience == Audience::unknown) return Truth::unknown;
            return among(node.values, to_text(record.audience));
        case Kind::person:
            if (!node.persons || record.person == nullptr) return Truth::unknown;
            return known(std::ranges::binary_search(*node.persons, *record.person));
        case Kind::country: return among(node.values, record.country);
        case Kind::younger:
            if (record.age_below && *record.age_below <= node.years) return Truth::yes;
            return record.age_from && *record.age_from >= node.years ? Truth::no : Truth::unknown;
        case Kind::older:
            if (record.age_from && *record.age_from >= node.years) return Truth::yes;
            return record.age_below && *record.age_below <= node.years ? Truth::no : Truth::unknown;
        case Kind::before:
            return record.created_at ? known(*record.created_at < node.moment) : Truth::unknown;
        case Kind::from:
            return record.created_at ? known(*record.created_at >= node.moment) : Truth::unknown;
    }
    CHECK(false);  // a kind without a meaning
    return Truth::unknown;
}

std::string Predicate::text() const {
    std::string out;
    write(root_, 0, out);
    return out;
}

void Predicate::write(const Node& node, int closer, std::string& out) {
    const auto parts = [&](std::string_view between, int own) {
        const bool bracketed = closer > own;
        if (bracketed) out += '(';
        for (const Node& part : node.parts) {
            if (&part != &node.parts.front()) out += between;
            write(part, own, out);
        }
        if (bracketed) out += ')';
    };
    const auto texts = [&](std::string_view field) {
        out += field;
        out += node.values.size() == 1 ? " is " : " in (";
        for (const std::string& value : node.values)
            out += (&value == &node.values.front() ? "\"" : ", \"") + value + '"';
        if (node.values.size() > 1) out += ')';
    };
    switch (node.kind) {
        case Kind::either: return parts(" or ", 0);
        case Kind::both: return parts(" and ", 1);
        case Kind::negation: out += "not "; return write(node.parts.front(), 2, out);
        case Kind::source: return texts("source");
        case Kind::purpose: return texts("purpose");
        case Kind::audience: return texts("audience");
        case Kind::person: return texts("person");
        case Kind::country: return texts("country");
        case Kind::younger: out += "age below " + std::to_string(node.years); return;
        case Kind::older: out += "age from " + std::to_string(node.years); return;
        case Kind::before: out += "created before " + to_text(node.moment); return;
        case Kind::from: out += "created from " + to_text(node.moment); return;
    }
}

}  // namespace litura::ledger
