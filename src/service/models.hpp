// The model of a project: brought up to date, recomputed, looked into, explained.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "derive/cost.hpp"
#include "derive/derive.hpp"
#include "derive/manifest_check.hpp"
#include "derive/node_rows.hpp"
#include "derive/verify.hpp"
#include "ledger/snapshots.hpp"
#include "service/words.hpp"

namespace litura::service {

/// `threads` everywhere: 0 for as many as the machine has.
Result<derive::Derived> derive_model(Session& session, derive::Reuse reuse, int threads);
Json to_json(const derive::Derived& derived);

/// What deriving would do now, and what it would cost if people left.
struct DerivePlan {
    std::size_t nodes = 0, reused = 0, missing = 0;
    std::uint64_t tokens_now = 0, tokens_fresh = 0;
    std::uint64_t chain_bytes = 0;  ///< of memory, for each chain at work
    std::uint64_t persons = 0, records = 0, tokens = 0;
    std::vector<derive::Cost> costs;
    /// Which of other people's records requests have barred (docs/echoes.md): what a project needs
    /// to know to come to the same model without the person.
    std::set<std::string> barred;
    std::uint64_t to_decide = 0;
};
Result<DerivePlan> plan(Session& session);
Json to_json(const DerivePlan& plan);

/// No `model`: the visible one.
Result<derive::Verified> verify(Session& session, const std::optional<Digest>& model, int threads);
Json to_json(const derive::Verified& verified);

struct GraphNode {
    derive::Key key;
    derive::NodeKind kind = derive::NodeKind::train;
    std::string label;
    std::optional<Digest> digest;
    std::uint64_t tokens = 0;
    std::string_view state;  ///< of its row; "missing" without one, or where its file is lost
};
struct NodeList {
    std::vector<GraphNode> nodes;  ///< those that have a row first
};
Result<NodeList> graph(Session& session);
Json to_json(const NodeList& list);

struct ManifestView {
    struct Record {
        std::string id, person, shard, slice;
        std::size_t stage = 0;  ///< from 1
        bool deferred = false;
        ledger::Sequence event = 0;  ///< that admitted it
    };
    struct Source {
        std::string name;
        ledger::Audience audience;
        bool adults_only = false;
        ledger::Sequence event = 0;
    };
    Digest root, rules, base, model;
    std::string purpose;
    Instant as_of;
    ledger::Sequence sequence = 0;
    bool test_clock = false;
    std::vector<Source> sources;  ///< what is stated about them now
    std::vector<Record> records;
};
/// Of the visible model. Code::forbidden if there is none.
Result<ManifestView> manifest(Session& session);
Json to_json(const ManifestView& manifest);

struct CheckedManifest {
    Digest root, rules;
    derive::ManifestCheck check;
};
/// Makes its decisions again. No `root`: the visible model's.
Result<CheckedManifest> check_manifest(Session& session, const std::optional<Digest>& root);
Json to_json(const CheckedManifest& checked);

}  // namespace litura::service
