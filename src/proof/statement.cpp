// Statements and attestations as lines of text: one list of fields, for writing and for reading.
#include "proof/statement.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>

#include "base/digest.hpp"
#include "base/text.hpp"
#include "proof/checkpoint.hpp"
#include "proof/merkle.hpp"

namespace litura::proof {
namespace {

/// Writes `name value` lines.
class LineWriter {
public:
    explicit LineWriter(std::string_view kind) { text_ = std::string(kind) + "\n"; }
    void text(std::string_view name, const std::string& value) {
        text_ += fmt::format("{} {}\n", name, value);
    }
    void moment(std::string_view name, const Instant& value) { text(name, to_text(value)); }
    void number(std::string_view name, std::uint64_t value) {
        text(name, fmt::format("{}", value));
    }
    void digest(std::string_view name, const Digest& value) { text(name, to_text(value)); }
    void key(std::string_view name, const PublicKey& value) { text(name, hex(value.view())); }
    void flag(std::string_view name, bool value) { text(name, value ? "yes" : "no"); }
    std::string take() { return std::move(text_); }

private:
    std::string text_;
};

/// Reads them; after the first line that is not the expected one, ok() is false.
class LineReader {
public:
    LineReader(std::string_view text, std::string_view kind) : rest_(text) { ok_ = line() == kind; }
    void text(std::string_view name, std::string& value) { value = std::string(field(name)); }
    void moment(std::string_view name, Instant& value) { take(parse_instant(field(name)), value); }
    void number(std::string_view name, std::uint64_t& value) {
        take(parse_decimal(field(name)), value);
    }
    void digest(std::string_view name, Digest& value) { take(parse_digest(field(name)), value); }
    void key(std::string_view name, PublicKey& value) {
        Digest bytes;
        take(parse_digest(field(name)), bytes);
        value.bytes = bytes.bytes;
    }
    void flag(std::string_view name, bool& value) { value = field(name) == "yes"; }
    bool ok() const { return ok_ && rest_.empty(); }

private:
    std::string_view line() {
        const std::size_t end = rest_.find('\n');
        ok_ = ok_ && end != std::string_view::npos;
        if (!ok_) return {};
        const std::string_view line = rest_.substr(0, end);
        rest_.remove_prefix(end + 1);
        return line;
    }
    std::string_view field(std::string_view name) {
        const std::string_view all = line();
        ok_ = ok_ && all.size() > name.size() && all.starts_with(name) && all[name.size()] == ' ';
        return ok_ ? all.substr(name.size() + 1) : std::string_view();
    }
    template <typename T>
    void take(const Result<T>& parsed, T& value) {
        ok_ = ok_ && parsed.ok();
        if (ok_) value = parsed.value();
    }

    std::string_view rest_;
    bool ok_ = true;
};

/// The fields of a statement in their order, for the writer and the reader.
template <typename Lines, typename Of>
void statement_fields(Lines& lines, Of& of) {
    lines.text("log", of.origin);
    lines.moment("made", of.made);
    lines.moment("expires", of.expires);
    lines.flag("test-clock", of.test_clock);
    lines.text("purpose", of.purpose);
    lines.moment("as-of", of.as_of);
    const bool exact = of.version == 1;
    if (exact) lines.number("cutoff", of.exact.cutoff);
    if (exact) lines.number("ledger-event", of.exact.ledger_event);
    lines.digest("ledger-head", of.ledger_head);
    lines.digest("manifest", of.manifest);
    lines.number("items", of.items);
    lines.digest("items-root", of.items_root);
    lines.number("persons", of.persons);
    lines.number("tokens", of.tokens);
    if (exact) lines.number("deferred", of.exact.deferred);
    if (exact) lines.number("labels", of.exact.labels);
    if (!exact) lines.number("sources", of.sources);
    if (!exact) lines.digest("sources-root", of.sources_root);
    lines.digest("map-root", of.map_root);
    lines.key("vrf", of.vrf);
    lines.text("names", of.names);
    lines.digest("recipe", of.recipe);
    lines.text("arithmetic", of.arithmetic);
    lines.digest("base", of.base);
    lines.text("base-claim", of.base_claim);
    lines.digest("model", of.model);
    lines.flag("suppressed", of.suppressed);
}

template <typename Lines, typename Of>
void attestation_fields(Lines& lines, Of& of) {
    lines.digest("statement", of.statement);
    lines.digest("model", of.model);
    lines.moment("at", of.at);
}

}  // namespace

std::string_view statement_kind(int version) {
    return version == 1 ? "litura.statement.1" : kStatementKind;
}

std::uint64_t about(std::uint64_t number) { return std::bit_floor(number); }

std::string Statement::text() const {
    LineWriter lines(statement_kind(version));
    statement_fields(lines, *this);
    return lines.take();
}

Digest Statement::digest() const { return sha256(text()); }

Result<Statement> parse_statement(std::string_view text) {
    Statement statement;
    statement.version = text.starts_with(statement_kind(1)) ? 1 : 2;
    LineReader lines(text, statement_kind(statement.version));
    statement_fields(lines, statement);
    if (!lines.ok() || statement.text() != text)
        return Error{Code::bad_input, "not a statement of this version", "", ""};
    return statement;
}

std::string Attestation::text() const {
    LineWriter lines(kAttestationKind);
    attestation_fields(lines, *this);
    return lines.take();
}

Result<Attestation> parse_attestation(std::string_view text) {
    LineReader lines(text, kAttestationKind);
    Attestation attestation;
    attestation_fields(lines, attestation);
    if (!lines.ok() || attestation.text() != text)
        return Error{Code::bad_input, "not an attestation of this version", "", ""};
    return attestation;
}

std::string log_entry(std::string_view kind, const Digest& digest) {
    return fmt::format("{} sha256:{}\n", kind, digest.hex());
}

std::string names_form(int version) {
    return fmt::format("litura.name.{} unicode {}", version, unicode_version());
}

Result<Bytes> name_input(const Digest& source_tag, const PersonalText& name) {
    const PersonalText normal(TRY(folded(name.reveal())));
    ByteWriter fields;
    fields.text("litura.name.2");
    fields.raw(source_tag.view());
    fields.text(normal.reveal());
    return fields.take();
}

Result<Bytes> name_input_1(std::string_view source, const PersonalText& name) {
    const PersonalText normal(TRY(folded(name.reveal())));
    ByteWriter fields;
    fields.text("litura.name.1");
    fields.text(source);
    fields.text(normal.reveal());
    return fields.take();
}

Digest source_tag(const Digest& blind, std::string_view source) {
    ByteWriter fields;
    fields.text("litura.source.1");
    fields.raw(blind.view());
    fields.text(source);
    return sha256(fields.bytes());
}

Digest sources_root(std::span<const Digest> tags) {
    std::vector<Digest> leaves;
    leaves.reserve(tags.size());
    for (const Digest& tag : tags) leaves.push_back(leaf_hash(tag.view()));
    const auto root = tree_root(subtree_of(leaves), leaves.size());
    CHECK(root.ok());
    return root.value();
}

Digest label_of(const VrfOutput& output) {
    Digest label;
    std::copy_n(output.begin(), label.bytes.size(), label.bytes.begin());
    return label;
}

}  // namespace litura::proof
