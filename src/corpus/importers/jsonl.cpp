// simdjson's tree, behind one file. A line is read in full before anything of it is believed.
#include "corpus/importers/jsonl.hpp"

#include <simdjson.h>

#include <algorithm>
#include <array>

#include "base/time.hpp"

namespace litura::corpus {
namespace {

namespace dom = simdjson::dom;

constexpr std::size_t kJsonDepthMax = 64;
constexpr std::size_t kJsonNameMax = 1024;

/// The fields that Litura reads; every other one goes to `rest`. Indices into kFields.
enum Field : std::size_t { id, author, created_at, text, edited_at, audience, kFieldCount };
constexpr std::array<std::string_view, kFieldCount> kFields = {"id",   "author",    "created_at",
                                                               "text", "edited_at", "audience"};

struct Fields {
    std::array<std::optional<std::string_view>, kFieldCount> known;
    std::string rest;
    std::string_view reason;  ///< why they cannot be used; empty if they can
};

std::size_t index_of(std::string_view key) {
    return static_cast<std::size_t>(std::find(kFields.begin(), kFields.end(), key) -
                                    kFields.begin());
}

void set_known(Fields& fields, std::size_t index, dom::element value) {
    const bool optional = index == edited_at || index == audience;
    if (optional && value.is_null()) return;
    std::string_view content;
    if (value.get(content) != simdjson::SUCCESS) {
        fields.reason = "bad_field";
    } else if (fields.known[index].has_value()) {
        fields.reason = "duplicate_field";
    } else {
        fields.known[index] = content;
    }
}

void add_rest(std::string& rest, std::string_view key, dom::element value) {
    rest += rest.empty() ? '{' : ',';
    rest += compact(Json(key));
    rest += ':';
    rest += simdjson::minify(value);
}

Fields split(dom::object object) {
    Fields fields;
    for (const dom::key_value_pair field : object) {
        const std::size_t index = index_of(field.key);
        if (index < kFieldCount) {
            set_known(fields, index, field.value);
        } else {
            add_rest(fields.rest, field.key, field.value);
        }
    }
    if (!fields.rest.empty()) fields.rest += '}';
    return fields;
}

std::string_view check_required(const Fields& fields) {
    for (const Field field : {id, author, created_at, text}) {
        if (!fields.known[field].has_value()) return "missing_field";
    }
    for (const Field field : {id, author}) {
        if (fields.known[field]->empty()) return "missing_field";
        if (fields.known[field]->size() > kJsonNameMax) return "bad_field";
    }
    return "";
}

PersonalText personal(std::string_view value) { return PersonalText(std::string(value)); }

std::variant<IncomingRecord, std::string_view> record_of(Fields fields) {
    IncomingRecord record;
    const auto created = parse_instant(*fields.known[created_at]);
    if (!created.ok()) return "bad_time";
    record.created_at = created.value();
    if (fields.known[edited_at].has_value()) {
        const auto edited = parse_instant(*fields.known[edited_at]);
        if (!edited.ok()) return "bad_time";
        record.edited_at = edited.value();
    }
    if (fields.known[audience].has_value()) {
        const auto parsed = ledger::parse_audience(*fields.known[audience]);
        if (!parsed.ok()) return "bad_audience";
        record.audience = parsed.value();
    }
    record.id = personal(*fields.known[id]);
    record.author = personal(*fields.known[author]);
    record.text = personal(*fields.known[text]);
    record.rest = PersonalText(std::move(fields.rest));
    return record;
}

}  // namespace

struct JsonlParser::Impl {
    dom::parser parser;
};

JsonlParser::JsonlParser() : impl_(std::make_unique<Impl>()) {}
JsonlParser::~JsonlParser() = default;

std::variant<IncomingRecord, std::string_view> JsonlParser::parse(std::string_view line) {
    const std::size_t room = std::max<std::size_t>(line.size(), 4096);
    if (impl_->parser.capacity() < room &&
        impl_->parser.allocate(room, kJsonDepthMax) != simdjson::SUCCESS) {
        return "not_json";
    }
    dom::object object;
    const auto parsed = impl_->parser.parse(line.data(), line.size());
    if (parsed.error() == simdjson::UTF8_ERROR) return "not_utf8";
    if (parsed.get(object) != simdjson::SUCCESS) return "not_json";
    Fields fields = split(object);
    if (fields.reason.empty()) fields.reason = check_required(fields);
    if (!fields.reason.empty()) return fields.reason;
    return record_of(std::move(fields));
}

}  // namespace litura::corpus
