// Any bytes as a ticket: read or refused; what is read reads back as the same, and is checked
// without harm. A time stamp and a kept map are bytes of others too.
#include "proof/ticket.hpp"
#include "proof/time_stamp.hpp"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    using namespace litura;
    using namespace litura::proof;
    const ByteView bytes(data, size);
    (void)decode_map_path(bytes).ok();
    (void)decode_person_map(bytes).ok();
    (void)verify_time_stamp(sha256(bytes), bytes, text_of(bytes)).ok();
    const auto ticket = parse_ticket(text_of(bytes));
    if (!ticket.ok()) return 0;
    const auto again = parse_ticket(ticket.value().encode());
    CHECK(again.ok() && again.value() == ticket.value());
    (void)check_ticket(ticket.value(), PersonalText("alice"), {}, Instant{1'767'312'000'000}).ok();
    return 0;
}
