// What every command gets, and what it gives back. A command computes; printing is the command
// line's business.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/env.hpp"
#include "base/json.hpp"
#include "base/observer.hpp"
#include "service/words.hpp"

namespace litura::cli {

struct Context {
    Env& env;
    Observer& observer = Observer::none();
    Path project = ".";
    std::optional<Instant> now;
    std::chrono::steady_clock::time_point started = std::chrono::steady_clock::now();

    Result<std::unique_ptr<service::Session>> session() const;
};

/// JSON for scripts and text for people, saying the same.
struct Answer {
    Json json;
    std::string text;
    bool holds = true;  ///< false: a check did not hold, exit status 1
    /// Called once the JSON was written, whole, to where it goes; the text leaves out what it is
    /// about.
    std::function<Result<void>()> delivered = {};
};

/// A file of the user's, or standard input for "-".
Result<Bytes> read_input(Env& env, const std::string& path);

/// A person's identifier: the text of the file, or of standard input for "-" or no path. Never an
/// argument.
Result<PersonalText> read_identifier(Env& env, const std::string& path);

/// A public key: a file of its 32 bytes, or of their 64 hex digits.
Result<Digest> read_key(Context& context, const std::string& path);

using service::digest_text;

}  // namespace litura::cli
