// The rows of recipients' names and addresses, sealed by recipients.cpp. Not public.
#pragma once

#include <optional>
#include <string_view>

#include "base/bytes.hpp"
#include "store/database.hpp"

namespace litura::release {

/// Instead of the one that was there.
Result<void> put_contact(Database& db, std::string_view recipient, ByteView sealed);
Result<std::optional<Bytes>> find_contact(Database& db, std::string_view recipient);
/// Done if there is none.
Result<void> delete_contact(Database& db, std::string_view recipient);

}  // namespace litura::release
