// Requests that other systems send: filed as what they are here, once. The answer in their own form
// says the same whether or not the person is known.
#pragma once

#include "service/requests.hpp"

namespace litura::service {

struct ForeignArguments {
    std::string protocol;  ///< "drp" or "opendsr"
    Bytes message;         ///< as it came
    Bytes keys;  ///< the directory of agents (drp), the controller's certificate (opendsr)
    std::string business;  ///< our id in the directory (drp)
};
struct ForeignTaken {
    std::optional<RequestShown> request;  ///< nothing: denied, nothing here does what it asks for
    Json answer;                          ///< in the protocol's form
};
Result<ForeignTaken> take_foreign(Session& session, const ForeignArguments& arguments);
Json to_json(const ForeignTaken& taken);
/// What the sender is told of an error of take_foreign().
Json foreign_error(const std::string& protocol, const Error& error);

}  // namespace litura::service
