// What stands outside of a project: the anchored head, and the mirror's folder with its files. Not
// about when they are written or compared: that is custody.hpp.
#pragma once

#include "derive/project.hpp"

namespace litura::derive {

/// What a project, or a copy of it, reaches to.
struct Anchor {
    keys::Generation generation = 0;
    ledger::Head head;
};
Bytes encode_anchor(const Anchor& anchor);
/// Of any bytes. Code::broken unless they name a generation and an event.
Result<Anchor> parse_anchor(ByteView bytes);
/// Code::forbidden if the file is missing: without it an old copy cannot be told from the project.
Result<Anchor> read_anchor(Env& env, const Path& path);

struct MirrorPaths {
    explicit MirrorPaths(Path folder) : root(std::move(folder)) {}
    Path root;
    Path secrets() const { return root / "secrets"; }
    Path tables() const { return root / "keys.db"; }
    Path anchor() const { return root / "litura.head"; }
    Path owner() const { return root / "litura.owner"; }
};

/// Where a project's folder is: on which machine, under which path, and which folder it is. It
/// stays the same project when it is moved on its disk, or put back under its path; a folder
/// elsewhere that holds the same is a copy.
struct Whereabouts {
    std::string machine, path, folder;
    bool operator==(const Whereabouts&) const = default;
};
Result<Whereabouts> whereabouts_of(Env& env, const Path& hidden);
bool same_place(const Whereabouts& a, const Whereabouts& b);
Bytes encode_whereabouts(const Whereabouts& place);
/// Of any bytes.
Result<Whereabouts> parse_whereabouts(ByteView bytes);

/// Keys and journal of the mirror, over the project's connection.
Result<void> copy_everything(Database& db, const Path& tables);
/// The journal's tail, and what it promises to people; no key.
Result<void> copy_journal(Database& db, const Path& tables);
/// How far its tables reach; nothing if they were never written.
Result<std::optional<Anchor>> mirrored_anchor(Env& env, Database& db, const Path& tables);

}  // namespace litura::derive
