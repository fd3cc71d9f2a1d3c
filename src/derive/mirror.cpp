#include "derive/mirror.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include "base/json.hpp"
#include "corpus/mirror_rows.hpp"
#include "derive/request_rows.hpp"
#include "keys/mirror_rows.hpp"
#include "ledger/mirror_rows.hpp"

namespace litura::derive {
namespace {

Result<std::optional<Anchor>> anchor_in(Database& db) {
    const auto generation = TRY(keys::mirrored_generation(db));
    const auto head = TRY(ledger::mirrored_head(db));
    if (!generation || !head) return std::optional<Anchor>();
    return std::optional<Anchor>(Anchor{*generation, *head});
}

/// The number of the folder on its disk, and when it was made: a copy has others.
Result<std::string> identity_of(const Path& folder) {
    struct statx info {};
    if (::statx(AT_FDCWD, folder.c_str(), 0, STATX_INO | STATX_BTIME, &info) != 0) {
        return Error{Code::environment, "the project's folder cannot be looked at",
                     folder.filename().string(), "check its permissions"};
    }
    return std::to_string(info.stx_ino) + "-" + std::to_string(info.stx_btime.tv_sec) + "-" +
           std::to_string(info.stx_btime.tv_nsec);
}

}  // namespace

Bytes encode_anchor(const Anchor& anchor) {
    const Json json{{"generation", anchor.generation},
                    {"sequence", anchor.head.seq},
                    {"hash", "sha256:" + anchor.head.hash.hex()}};
    const std::string text = json.dump(1) + "\n";
    return {text.begin(), text.end()};
}

Result<Anchor> parse_anchor(ByteView bytes) {
    const Error damaged{Code::broken, "the anchored head is damaged", "litura.head",
                        "put it back from the folder's newest copy"};
    const auto parsed = parse_json(text_of(bytes), "litura.head");
    if (!parsed || !parsed.value().is_object()) return damaged;
    const Json& json = parsed.value();
    const auto generation = json.find("generation"), sequence = json.find("sequence");
    const auto hash = json.find("hash");
    if (generation == json.end() || !generation->is_number_integer() || sequence == json.end() ||
        !sequence->is_number_unsigned() || hash == json.end() || !hash->is_string())
        return damaged;
    Anchor anchor;
    anchor.generation = generation->get<keys::Generation>();
    anchor.head.seq = sequence->get<ledger::Sequence>();
    const auto digest = parse_digest(hash->get<std::string>());
    if (anchor.generation < 1 || !digest) return damaged;
    anchor.head.hash = digest.value();
    return anchor;
}

Result<Anchor> read_anchor(Env& env, const Path& path) {
    if (!env.exists(path)) {
        return Error{Code::forbidden, "the anchored head is missing", path.filename().string(),
                     "put it back from the folder's newest copy, or run 'litura restore'"};
    }
    return parse_anchor(TRY(env.read_file(path)));
}

Result<Whereabouts> whereabouts_of(Env& env, const Path& hidden) {
    Whereabouts place;
    const Path machine = "/etc/machine-id";
    if (env.exists(machine)) {
        const Bytes id = TRY(env.read_file(machine));
        place.machine = sha256(id).hex();
    }
    std::error_code error;
    place.path = sha256(std::filesystem::canonical(hidden, error).string()).hex();
    place.folder = TRY(identity_of(hidden));
    return place;
}

bool same_place(const Whereabouts& a, const Whereabouts& b) {
    return a.machine == b.machine && (a.path == b.path || a.folder == b.folder);
}

Bytes encode_whereabouts(const Whereabouts& place) {
    const Json json{{"machine", place.machine}, {"path", place.path}, {"folder", place.folder}};
    const std::string text = json.dump(1) + "\n";
    return {text.begin(), text.end()};
}

Result<Whereabouts> parse_whereabouts(ByteView bytes) {
    const auto parsed = parse_json(text_of(bytes), "litura.owner");
    const Json json = parsed.ok() ? parsed.value() : Json();
    Whereabouts place;
    const std::pair<const char*, std::string*> fields[] = {
        {"machine", &place.machine}, {"path", &place.path}, {"folder", &place.folder}};
    for (const auto& [name, into] : fields) {
        if (!json.is_object() || !json.contains(name) || !json.at(name).is_string()) {
            return Error{Code::broken, "the mirror does not say whose it is", "litura.owner",
                         "run 'litura keys take-mirror' in the project that it belongs to"};
        }
        *into = json.at(name).get<std::string>();
    }
    return place;
}

Result<void> copy_everything(Database& db, const Path& tables) {
    return db.beside(tables, "mirror", [&]() -> Result<void> {
        auto transaction = TRY(db.begin());
        TRY(ledger::mirror_events(db));
        TRY(mirror_kept(db));
        TRY(keys::mirror_keys(db));
        TRY(corpus::mirror_record_keys(db));
        return transaction.commit();
    });
}

Result<void> copy_journal(Database& db, const Path& tables) {
    return db.beside(tables, "mirror", [&]() -> Result<void> {
        auto transaction = TRY(db.begin());
        TRY(ledger::mirror_events(db));
        TRY(mirror_kept(db));
        return transaction.commit();
    });
}

Result<std::optional<Anchor>> mirrored_anchor(Env& env, Database& db, const Path& tables) {
    if (!env.exists(tables)) return std::optional<Anchor>();
    std::optional<Anchor> found;
    TRY(db.beside(tables, "mirror", [&]() -> Result<void> {
        found = TRY(anchor_in(db));
        return done();
    }));
    return found;
}

}  // namespace litura::derive
