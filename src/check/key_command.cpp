// Makes a witness's or auditor's key: one seed, two public keys, for notes and for cosignatures.
#include "check/key_command.hpp"

#include <fmt/format.h>

#include "check/options.hpp"
#include "proof/note.hpp"

namespace litura::check {

Result<Answer> key_command(Env& env, const Words& words) {
    const Options options = TRY(parse_options(words, {}, 2));
    const std::string& name = options.words[1];
    if (!proof::is_key_name(name))
        return Error{Code::bad_input, "a key's name has no white space and no plus",
                     "the command line", "use a name like example.org/auditor"};
    const proof::SigningKey key = TRY(proof::load_or_make_signing_key(env, options.words[0]));
    const std::string signer =
        proof::VerifierKey{name, proof::KeyType::ed25519, key.public_key()}.text();
    const std::string witness =
        proof::VerifierKey{name, proof::KeyType::cosignature, key.public_key()}.text();
    return Answer{{{"verifier", signer}, {"witness", witness}},
                  fmt::format("signs as      {}\nwitnesses as  {}", signer, witness)};
}

}  // namespace litura::check
