// Class actions on a project: the list is kept, the ledger told, the accounts looked up, and the
// visible model replaced by one without the members. The ledger's rules are in ledger/classes.hpp.
#pragma once

#include <optional>
#include <string_view>

#include "derive/derive.hpp"
#include "ledger/classes.hpp"

namespace litura::derive {

/// From the return of the ledger's event on, inside, nobody whom it may mean is used; what comes
/// after it may be killed at any point and is finished by settle_classes(). `file`: the members of
/// a listed class, as handed in.
Result<ledger::ClassAction> accept_class(Project& project, ledger::Terms terms,
                                         std::optional<ByteView> file, ByteView signature);

/// Looks up every account that was not looked up yet, for all classes in their order.
Result<void> settle_classes(Project& project);

/// Erases every member of an erasure class, a hundred at a time, each as a request of its own.
/// `verified_by`: how the entity's authority to act for them was verified. Returns how many.
Result<std::size_t> erase_members(Project& project, std::string_view id,
                                  std::string_view verified_by);

}  // namespace litura::derive
