// Every command of the command line: one function and its arguments each, grouped by the files that
// hold them.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "cli/context.hpp"
#include "service/classes.hpp"
#include "service/orders.hpp"

namespace litura::cli {

// intake_command.cpp: projects, records, and what people were told and said
struct InitArguments {
    std::string folder;  ///< empty: the context's project folder
    std::string like, base;
};
Result<Answer> init_command(Context& context, const InitArguments& arguments);

struct ImportArguments {
    std::string format, path, source, evidence, ground;
    std::string person, person_file;  ///< whose files they are: "-", or a file with the identifier
};
Result<Answer> import_command(Context& context, const ImportArguments& arguments);

struct SourceArguments {
    std::string name, audience, age, document;
};
Result<Answer> source_command(Context& context, const SourceArguments& arguments);

Result<Answer> notice_add_command(Context& context, const std::string& path);
struct ServeArguments {
    std::string notice, source, at;
};
Result<Answer> notice_serve_command(Context& context, const ServeArguments& arguments);
Result<Answer> document_command(Context& context, const std::string& kind, const std::string& path);
struct MakeArguments {
    std::string kind;
    std::string out;  ///< a file; none: standard output
};
/// paper_command.cpp: what the law asks for, from what is in the ledger
Result<Answer> document_make_command(Context& context, const MakeArguments& arguments);
Result<Answer> ground_command(Context& context, const std::string& evidence);

// person_command.cpp: persons
struct PersonArguments {
    std::string person;       ///< handle, or "-" for standard input
    std::string person_file;  ///< a file with the identifier
};
/// By handle, or by an identifier that never stands in the command line: read now.
Result<service::PersonName> person_name(Context& context, const PersonArguments& arguments);
Result<Answer> person_list_command(Context& context);
Result<Answer> person_show_command(Context& context, const PersonArguments& arguments);

struct DescribeArguments {
    PersonArguments person;
    std::string country;
    std::int64_t age = -1;  ///< not given
};
Result<Answer> person_describe_command(Context& context, const DescribeArguments& arguments);

struct LinkArguments {
    PersonArguments person;
    std::string other;     ///< handle
    std::string evidence;  ///< a file
};
Result<Answer> person_link_command(Context& context, const LinkArguments& arguments);

// requests_command.cpp: rights, as they are exercised and answered
struct RequestArguments {
    std::string kind;
    PersonArguments person;
    std::string record, text_file, verified;
    std::string name, name_file;  ///< objection of somebody without an account: "-", or a file
    std::string records;          ///< likewise: a file with handles, or "-"
    std::string by, role = "agent", authority;  ///< files; who asks for the person
    std::string mark;                           ///< the sender's own
    std::string receipt;                        ///< erasure: a file to write
};
Result<Answer> request_command(Context& context, const RequestArguments& arguments);
struct VerifyArguments {
    std::string method, receipt;
};
Result<Answer> request_verify_command(Context& context, const std::string& id,
                                      const VerifyArguments& arguments);
Result<Answer> request_authority_command(Context& context, const std::string& id,
                                         const std::string& file);
Result<Answer> request_revoke_command(Context& context, const std::string& id,
                                      const std::string& method);
Result<Answer> request_show_command(Context& context, const std::string& id);
Result<Answer> request_check_command(Context& context, const std::string& file);

/// What the person was told, or what came from them.
enum class Letter { extension, denial, answer, lifting };
struct LetterArguments {
    std::string file, reason, received;
};
Result<Answer> request_letter_command(Context& context, const std::string& id, Letter which,
                                      const LetterArguments& arguments);
Result<Answer> request_text_command(Context& context, const LetterArguments& arguments);
Result<Answer> request_classify_command(Context& context, const std::string& id,
                                        const RequestArguments& arguments);

struct DecideArguments {
    std::string request;
    bool all = false, none = false;
    std::string records;  ///< a file with handles, or "-"
};
/// What of somebody stands in other people's records, and the decision where it is too much for a
/// rule.
Result<Answer> request_found_command(Context& context, const std::string& id);
Result<Answer> request_decide_command(Context& context, const DecideArguments& arguments);

/// foreign_command.cpp: requests of other systems
struct ForeignArguments {
    std::string protocol, file, keys, business, out;
};
Result<Answer> request_import_command(Context& context, const ForeignArguments& arguments);

/// signal_command.cpp: preferences that machines speak
struct SignalArguments {
    std::string format, file, source;
    PersonArguments person;
};
Result<Answer> signal_command(Context& context, const SignalArguments& arguments);

/// status_command.cpp
struct StatusArguments {
    bool for_all = false;  ///< rounded counters, nothing else
};
Result<Answer> status_command(Context& context, const StatusArguments& arguments);

/// clock_command.cpp: which day it is, as an operator knows it from elsewhere ("2026-11-30")
Result<Answer> clock_confirm_command(Context& context, const std::string& day);

// rules_command.cpp: rules of admission, and what an operator found out about a record
Result<Answer> rules_adopt_command(Context& context, const std::string& path);
Result<Answer> rules_list_command(Context& context);
/// `record`: r-... or the source's id.
Result<Answer> record_flag_command(Context& context, const std::string& record);

// order_command.cpp: instructions of a court or authority
struct OrderArguments {
    std::string authority, reference, document, until;
    bool provisional = false;
    std::vector<std::string> acts;  ///< of a stop; none: all
    std::string model;              ///< of a stop; none: every model
    std::string where;              ///< of an exclusion or a hold
    std::string key;                ///< of a hold: file with the public key
};
Result<Answer> order_stop_command(Context& context, const OrderArguments& arguments);
Result<Answer> order_exclude_command(Context& context, const OrderArguments& arguments);
Result<Answer> order_hold_command(Context& context, const OrderArguments& arguments);
Result<Answer> order_warning_command(Context& context, const OrderArguments& arguments);
struct DecisionArguments {
    std::string id, decision;
};
Result<Answer> order_decide_command(Context& context, const DecisionArguments& arguments);
struct ReportArguments {
    std::string id, out;
};
Result<Answer> order_report_command(Context& context, const ReportArguments& arguments);
struct LiftArguments {
    std::string id, signed_by, countersigned_by;
};
Result<Answer> order_lift_command(Context& context, const LiftArguments& arguments);
/// What took the visible model's place, if anything had to.
std::string replacement_text(const std::optional<service::Replacement>& replacement);
/// One order as it stands.
std::string order_line(const ledger::Order& order);

// class_command.cpp: qualified entities, their class actions, what a predicate touches
struct EntityArguments {
    std::string name, country, listed_as, key;  ///< key: a file
};
Result<Answer> entity_add_command(Context& context, const EntityArguments& arguments);
Result<Answer> entity_list_command(Context& context);
struct ClassArguments {
    std::string entity, kind, purpose, mode = "opt_in", where, list, until, signature;
    std::vector<std::string> residence;
};
/// The text that the entity signs.
Result<Answer> class_terms_command(Context& context, const ClassArguments& arguments);
Result<Answer> class_accept_command(Context& context, const ClassArguments& arguments);
Result<Answer> class_list_command(Context& context);
Result<Answer> class_show_command(Context& context, const std::string& id);
Result<Answer> class_settle_command(Context& context);
struct SayArguments {
    std::string id;
    PersonArguments person;
};
Result<Answer> class_join_command(Context& context, const SayArguments& arguments);
Result<Answer> class_leave_command(Context& context, const SayArguments& arguments);
struct EraseArguments {
    std::string id, verified;
};
Result<Answer> class_erase_command(Context& context, const EraseArguments& arguments);
Result<Answer> affected_command(Context& context, const std::string& where);
/// One class as it stands.
std::string class_line(const ledger::ClassAction& action);

// find_command.cpp: an operator's search through what is held
struct FindArguments {
    std::string text, name, handle;  ///< one of them; "-" for standard input
    std::string file;                ///< that holds it instead
    bool show = false;
};
Result<Answer> find_command(Context& context, const FindArguments& arguments);

// model_command.cpp: deriving, checking and using the model
struct DeriveArguments {
    bool plan = false, fresh = false;
    int threads = 0;  ///< 0: as many as the machine has
};
Result<Answer> derive_command(Context& context, const DeriveArguments& arguments);
Result<Answer> verify_command(Context& context, const std::string& model, int threads);
Result<Answer> graph_command(Context& context);
Result<Answer> manifest_command(Context& context);
/// `root`: of a manifest; empty: the visible model's.
Result<Answer> manifest_check_command(Context& context, const std::string& root);
/// `head`: a file that `ledger head` wrote, or litura.head of another time.
Result<Answer> ledger_verify_command(Context& context, const std::string& head);
Result<Answer> ledger_head_command(Context& context);
struct ExportArguments {
    std::string format, path;
    std::string type = "f32";  ///< gguf only
};
Result<Answer> export_command(Context& context, const ExportArguments& arguments);

// proof_command.cpp: what others can check: statements, tickets, certificates
Result<Answer> statement_command(Context& context, bool openings);
struct TicketArguments {
    std::string path;
    PersonArguments person;
};
Result<Answer> ticket_command(Context& context, const TicketArguments& arguments);
struct AttestArguments {
    std::string key, name, out;
    std::string import;  ///< a file that an auditor wrote; then nothing else
    int threads = 0;
};
Result<Answer> attest_command(Context& context, const AttestArguments& arguments);
Result<Answer> certificate_command(Context& context, const std::string& request);
struct WitnessArguments {
    std::string path, witness;
    std::optional<std::uint64_t> old_size;
};
Result<Answer> witness_request_command(Context& context, const WitnessArguments& arguments);
Result<Answer> witness_add_command(Context& context, const WitnessArguments& arguments);
struct TimestampArguments {
    std::string path, authorities;
};
Result<Answer> timestamp_request_command(Context& context, const std::string& path);
Result<Answer> timestamp_add_command(Context& context, const TimestampArguments& arguments);

// keys_command.cpp: the keys that can die, copies of the project, how far its ledger reaches
Result<Answer> keys_status_command(Context& context);
Result<Answer> keys_rotate_command(Context& context);
Result<Answer> keys_take_mirror_command(Context& context);
Result<Answer> request_report_command(Context& context, const std::string& id);
Result<Answer> backup_command(Context& context, const std::string& folder);
struct RestoreArguments {
    std::string backup, mirror;
};
Result<Answer> restore_command(Context& context, const RestoreArguments& arguments);

// text_command.cpp: what the model says and how well it foretells
struct CompleteArguments {
    std::string model;  ///< a folder instead of the project's model
    std::uint32_t max_tokens = 60, top_k = 40;
    double temperature = 0.0;
    std::uint64_t seed = 0;
    bool why = false;
};
Result<Answer> complete_command(Context& context, const CompleteArguments& arguments);
struct EvalArguments {
    std::string path = "-", model;
};
Result<Answer> eval_command(Context& context, const EvalArguments& arguments);

// release_command.cpp: what leaves the house, and taking it back
struct ChannelArguments {
    std::string keys;     ///< folder of the roles' keys
    std::string address;  ///< where the channel will be found
    std::string role;     ///< rotate only
};
Result<Answer> channel_init_command(Context& context, const ChannelArguments& arguments);
Result<Answer> channel_tend_command(Context& context, const ChannelArguments& arguments);
Result<Answer> channel_rotate_command(Context& context, const ChannelArguments& arguments);
struct PublishArguments {
    std::string folder, keys;
    std::string order;  ///< digest of a document
    std::string audit;  ///< file with somebody else's audit
};
Result<Answer> publish_command(Context& context, const PublishArguments& arguments);
Result<Answer> release_list_command(Context& context);
struct PatchArguments {
    std::string before, after, out;  ///< files
};
Result<Answer> patch_command(Context& context, const PatchArguments& arguments);
Result<Answer> release_count_command(Context& context, const std::string& name,
                                     std::uint64_t copies);
struct RecallArguments {
    std::string release, keys, contact;
    std::string reason = "rights";
    bool hard = false;
    std::int64_t deadline_days = 30;
};
Result<Answer> recall_command(Context& context, const RecallArguments& arguments);
struct RecipientArguments {
    std::string id;
    std::string file = "-";
    std::vector<std::string> releases;
};
Result<Answer> recipient_add_command(Context& context, const RecipientArguments& arguments);
Result<Answer> recipient_supply_command(Context& context, const RecipientArguments& arguments);
Result<Answer> recipient_remove_command(Context& context, const RecipientArguments& arguments);
Result<Answer> recipient_list_command(Context& context);
struct NotifyArguments {
    std::string recall, out;
};
Result<Answer> notify_command(Context& context, const NotifyArguments& arguments);
struct ReplyArguments {
    std::string file = "-";
    std::string unreachable, recall;  ///< a recipient's id and the recall's, without an answer
};
Result<Answer> reply_command(Context& context, const ReplyArguments& arguments);

// audit_command.cpp: what models give away, and which come from which
struct DiffArguments {
    std::string before, after;  ///< folders; no second one: the model in use
    std::string controls;       ///< file
    int threads = 0;
};
struct ClaimArguments {
    std::string said, prompt;  ///< files, "-" for standard input; no prompt: from nothing
};
Result<Answer> audit_claim_command(Context& context, const ClaimArguments& arguments);
Result<Answer> audit_diff_command(Context& context, const DiffArguments& arguments);
Result<Answer> lineage_command(const std::string& a, const std::string& b);

// making_command.cpp: bases and made-up data, outside of any project
struct PretrainArguments {
    std::string recipe, out;
    std::vector<std::string> texts;
    int threads = 0;
};
Result<Answer> pretrain_command(Context& context, const PretrainArguments& arguments);
struct DemoArguments {
    std::string folder;
    std::uint32_t people = 300;
    std::uint64_t seed = 1;
};
Result<Answer> demo_data_command(Context& context, const DemoArguments& arguments);

}  // namespace litura::cli
