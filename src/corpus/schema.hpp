// The table of records, as steps of the schema.
#pragma once

#include "keys/tags.hpp"
#include "store/schema.hpp"

namespace litura::corpus {

/// Of the records and of the parts below.
Schema schema(const keys::ProjectSecrets& secrets);

}  // namespace litura::corpus
