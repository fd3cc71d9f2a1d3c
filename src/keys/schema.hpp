// The tables of the keys that can die, as steps of the schema.
#pragma once

#include "store/schema.hpp"

namespace litura::keys {

Schema schema();

}  // namespace litura::keys
