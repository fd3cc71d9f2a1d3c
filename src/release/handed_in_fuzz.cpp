// Any bytes as what others hand in to a publisher: a signature over a folder, an audit's result.
// Read or refused; an audit that is read says which models it compares.
#include "release/gate.hpp"
#include "release/model_signature.hpp"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    using namespace litura;
    using namespace litura::release;
    static const std::string pem = P256Key::generate().public_pem();
    static const FileDigests files = {{"a", sha256("one")}};
    const std::string_view text = text_of(ByteView(data, size));
    CHECK(!verify_model(text, files, pem).ok());
    static_cast<void>(verify_model(text, files, text).ok());
    static_cast<void>(parse_diff_audit(text).ok());
    return 0;
}
