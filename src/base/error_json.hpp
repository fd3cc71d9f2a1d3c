// An Error as every program prints it with --json: {"error": {"code", "message", "where", "next"}}.
#pragma once

#include "base/json.hpp"

namespace litura {

Json error_json(const Error& error);

}  // namespace litura
