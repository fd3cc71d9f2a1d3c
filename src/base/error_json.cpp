// Errors as JSON. The names of the codes are part of what scripts rely on.
#include "base/error_json.hpp"

namespace litura {
namespace {

const char* name_of(Code code) {
    switch (code) {
        case Code::check_failed: return "check_failed";
        case Code::bad_input: return "bad_input";
        case Code::forbidden: return "forbidden";
        case Code::environment: return "environment";
        case Code::broken: return "broken";
    }
    CHECK(false);
}

}  // namespace

Json error_json(const Error& error) {
    return {{"error",
             {{"code", name_of(error.code)},
              {"message", error.message},
              {"where", error.where},
              {"next", error.next}}}};
}

}  // namespace litura
