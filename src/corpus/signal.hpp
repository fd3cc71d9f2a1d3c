// Preferences that machines speak (GDPR Art. 21(5)): what a browser, a site or a repository says about
// training, read from the bytes as they came. They may forbid, never permit: any "no" in them wins,
// silence and "yes" are nothing. docs/law/requests.md has the table of what counts.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "base/time.hpp"

namespace litura::corpus {

enum class SignalFormat {
    gpc,           ///< the headers of a request with Sec-GPC (W3C Global Privacy Control)
    aipref,        ///< headers with Content-Usage (IETF AIPREF)
    robots,        ///< robots.txt with Content-Usage lines
    tdmrep,        ///< .well-known/tdmrep.json, or headers with tdm-reservation
    user_intents,  ///< org.user-intents.declaration, a record in the person's repository
    preference,    ///< community.lexicon.preference.ai, likewise
};
std::string_view to_text(SignalFormat);
Result<SignalFormat> parse_signal_format(std::string_view);

struct Signal {
    bool forbids = false;
    std::vector<std::string> locations;  ///< of a site: where, as it says; none: everywhere
    std::optional<Instant> since;        ///< if it says
};

inline constexpr std::size_t kSignalBytesMax = 1 << 20;

/// Code::bad_input for what is not of the format at all; lines and members that are not about
/// training are passed over.
Result<Signal> read_signal(SignalFormat format, ByteView bytes);

/// Is this a format in which a site speaks, of what it hosts?
bool is_of_site(SignalFormat format);

}  // namespace litura::corpus
