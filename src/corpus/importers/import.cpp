// Imports a file, folder or archive: finds its format, reads it twice, and counts every record.
#include "corpus/importers/import.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "corpus/importers/format.hpp"
#include "keys/spelling.hpp"

namespace litura::corpus {
namespace {

constexpr std::size_t kHeadSize = 4096;
constexpr std::size_t kSourceNameMax = 1024;

Error no_format(std::string message) {
    std::string names;
    for (const Format& format : formats()) {
        names += names.empty() ? "" : ", ";
        names += format.name;
    }
    return {Code::bad_input, std::move(message), "", "name the format, one of " + names};
}

/// The format that one file looks most like. Where two formats are equally like the best file, a
/// person has to say.
Result<const Format*> detect(const Path& path) {
    ArchiveLimits limits;
    for (const Format& format : formats()) {
        limits.unpack.zstd_window_log =
            std::max(limits.unpack.zstd_window_log, format.zstd_window_log);
    }
    std::vector<Likeness> best(formats().size(), Likeness::none);
    const Bundle bundle = TRY(Bundle::open(path, limits));
    TRY(bundle.each([&](Member& member) -> Result<void> {
        const std::string head = TRY(head_of(member.bytes, kHeadSize));
        for (std::size_t at = 0; at < best.size(); ++at) {
            best[at] = std::max(best[at], formats()[at].likeness({member, head}));
        }
        return done();
    }));
    const auto most = std::ranges::max_element(best);
    if (*most == Likeness::none) return no_format("these files are of no known format");
    if (std::ranges::count(best, *most) > 1) {
        return no_format("these files may be of several formats");
    }
    return &formats()[static_cast<std::size_t>(most - best.begin())];
}

}  // namespace

Result<void> Reader::learn(const Member&) { return done(); }

/// One id and one account however they are written; a name of which nothing is seen is nobody's.
Result<void> Intake::canonical(IncomingRecord& record) {
    if (!is_utf8(record.id.reveal()) || !is_utf8(record.author.reveal())) return done();
    record.id = PersonalText(TRY(keys::clean_id(record.id.reveal())));
    if (TRY(without_unseen(record.author.reveal())).empty()) record.author = PersonalText();
    for (std::string& form : keys::earlier_forms(record.author.reveal()))
        record.earlier_names.emplace_back(std::move(form));
    std::erase_if(record.earlier_names, [&](const PersonalText& name) {
        return name.empty() || name.reveal() == record.author.reveal() || !is_utf8(name.reveal());
    });
    return done();
}

Result<void> Intake::record(IncomingRecord record) {
    TRY(canonical(record));
    const std::string& id = record.id.reveal();
    const std::string& author = record.author.reveal();
    if (author.empty()) {
        reject("no_author");
    } else if (id.empty()) {
        reject("missing_field");
    } else if (id.size() > kSourceNameMax || author.size() > kSourceNameMax) {
        reject("bad_field");
    } else if (!is_utf8(id) || !is_utf8(author) || !is_utf8(record.rest.reveal())) {
        reject("not_utf8");
    } else {
        count(counts_, TRY(receiver_.record(std::move(record))));
    }
    return done();
}

void Intake::reject(std::string_view reason) {
    count(counts_, {Outcome::rejected, std::string(reason)});
}

Result<void> Intake::deleted(const PersonalText& id) {
    reject("deleted");
    if (!receiver_.deleted || id.empty() || !is_utf8(id.reveal())) return done();
    return receiver_.deleted(PersonalText(TRY(keys::clean_id(id.reveal()))));
}

Result<void> Intake::objected(const PersonalText& author, Instant at) {
    if (author.empty() || author.reveal().size() > kSourceNameMax) return done();
    ++counts_.objections;
    return receiver_.objected ? receiver_.objected(author, at) : done();
}

PersonalText made_id(std::string_view kind, std::string_view author, Instant at,
                     std::string_view text) {
    ByteWriter fields;
    fields.text("litura made id 1");
    fields.text(kind);
    fields.text(author);
    fields.i64(at.ms);
    fields.text(text);
    return PersonalText(std::string(kind) + "-" + base32(sha256(fields.bytes()).view()));
}

Result<const Format*> find_format(std::string_view name, const Path& path) {
    if (name == "auto") return detect(path);
    const auto found = std::ranges::find(formats(), name, &Format::name);
    if (found == formats().end()) return no_format("unknown format");
    return &*found;
}

Result<ImportCounts> import_files(const Format& format, const Path& path,
                                  const ImportOptions& options, const Receiver& receiver) {
    ArchiveLimits limits;
    limits.unpack.zstd_window_log = format.zstd_window_log;
    const Bundle bundle = TRY(Bundle::open(path, limits));
    const std::unique_ptr<Reader> reader = format.reader(options);
    TRY(bundle.each([&](Member& member) { return reader->learn(member); }));

    ImportCounts counts;
    Intake intake(receiver, counts);
    bool any = false;
    TRY(bundle.each([&](Member& member) -> Result<void> {
        any = TRY(reader->read(member, intake)) || any;
        return done();
    }));
    if (!any) {
        return Error{Code::bad_input, "nothing in it that the format reads", "",
                     "check the path and the format; docs/importing.md says what is read"};
    }
    return counts;
}

}  // namespace litura::corpus
