// A preference that a machine spoke: an objection of the account, or, of a site, an exclusion of
// what came from it. It never permits.
#pragma once

#include "corpus/signal.hpp"
#include "ledger/order.hpp"
#include "service/orders.hpp"
#include "service/requests.hpp"

namespace litura::service {

struct SignalArguments {
    std::string format;                ///< a name of corpus::SignalFormat
    Bytes bytes;                       ///< as it came: headers, a file, a record
    std::optional<PersonName> person;  ///< whose it is; or
    std::string source;                ///< of a site: what was imported from it
};
struct SignalTaken {
    corpus::SignalFormat format{};
    corpus::Signal signal;
    Digest digest;  ///< of the bytes
    std::optional<RequestShown> request;
    std::optional<ledger::Order> order;  ///< of the whole source
};
/// With neither a request nor an order nothing in it forbids training, and nothing was recorded.
Result<SignalTaken> take_signal(Session& session, const SignalArguments& arguments);
Json to_json(const SignalTaken& taken);

}  // namespace litura::service
