// fmt's compiled parts, for the static litura-check: Debian has no archive of them. Not in the
// part's library, where they would stand beside the shared one.
#include <fmt/format-inl.h>

namespace fmt::detail {

template thousands_sep_result<char> thousands_sep_impl<char>(locale_ref);
template char decimal_point_impl<char>(locale_ref);

}  // namespace fmt::detail
