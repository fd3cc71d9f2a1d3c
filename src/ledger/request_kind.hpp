// What each kind of request is, in one table. Whoever has to know whether a kind destroys,
// discloses or takes somebody out of the model asks here; no query and no other file says it again.
#pragma once

#include <optional>

#include "ledger/types.hpp"

namespace litura::ledger {

/// What a request does once it is accepted (and, where it must be, verified).
enum class Deed {
    suppress,  ///< somebody goes out of the model, or comes back: nothing to destroy
    destroy,   ///< texts and keys go, after verification
    disclose,  ///< the person is handed their data, after verification
    read       ///< a person reads it and says what it is
};

/// Is it about one record?
enum class OneRecord { never, may_be, always };

/// While what does the same request again change nothing?
enum class Stands {
    never,
    while_open,          ///< until it was carried out
    while_barred,        ///< as long as its bar is there
    until_later_consent  ///< as long as no later consent of the purpose lifts its bar
};

struct RequestTraits {
    RequestKind kind;
    Deed deed;
    OneRecord record = OneRecord::never;
    Stands stands = Stands::never;
    std::optional<BarKind> bar = {};  ///< on the person, or on the record that it is about
    bool for_purpose = false;         ///< that bar is for the request's purpose only
    bool revocable = true;            ///< may the person take it back?
    bool takes_words = false;         ///< reaches what others repeat of the person's words
};

inline constexpr RequestTraits kRequestTraits[] = {
    {.kind = RequestKind::erasure,
     .deed = Deed::destroy,
     .record = OneRecord::may_be,
     .stands = Stands::while_open,
     .bar = BarKind::erasure,
     .takes_words = true},
    {.kind = RequestKind::rectification,
     .deed = Deed::destroy,
     .record = OneRecord::always,
     .stands = Stands::while_open,
     .bar = BarKind::rectification},
    {.kind = RequestKind::objection,
     .deed = Deed::suppress,
     .stands = Stands::until_later_consent,
     .bar = BarKind::objection,
     .for_purpose = true,
     .takes_words = true},
    {.kind = RequestKind::withdrawal,
     .deed = Deed::suppress,
     .stands = Stands::until_later_consent,
     .bar = BarKind::withdrawal,
     .for_purpose = true,
     .takes_words = true},
    {.kind = RequestKind::restriction,
     .deed = Deed::suppress,
     .stands = Stands::while_barred,
     .bar = BarKind::restriction},
    {.kind = RequestKind::lift_restriction, .deed = Deed::suppress, .revocable = false},
    {.kind = RequestKind::access, .deed = Deed::disclose, .stands = Stands::while_open},
    {.kind = RequestKind::portability, .deed = Deed::disclose, .stands = Stands::while_open},
    {.kind = RequestKind::question, .deed = Deed::read, .revocable = false},
};

constexpr const RequestTraits& traits(RequestKind kind) {
    for (const RequestTraits& each : kRequestTraits)
        if (each.kind == kind) return each;
    return kRequestTraits[0];
}

constexpr bool suppresses(RequestKind kind) { return traits(kind).deed == Deed::suppress; }
constexpr bool destroys(RequestKind kind) { return traits(kind).deed == Deed::destroy; }
constexpr bool discloses(RequestKind kind) { return traits(kind).deed == Deed::disclose; }
constexpr bool takes_words(RequestKind kind) { return traits(kind).takes_words; }
/// To destroy or to disclose, it must be known who asks.
constexpr bool needs_verification(RequestKind kind) { return destroys(kind) || discloses(kind); }

}  // namespace litura::ledger
