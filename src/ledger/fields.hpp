// Reading an event's payload: a missing or wrong field is remembered, later reads yield
// empty values, and a fold asks once whether all was there. Digests stand as hex, moments
// as milliseconds.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/digest.hpp"
#include "base/json.hpp"
#include "base/time.hpp"
#include "ledger/types.hpp"

namespace litura::ledger {

class Fields {
public:
    explicit Fields(const Json& payload) : payload_(&payload) {}

    std::string text(const char* name) {
        const Json* value = find(name);
        if (value != nullptr && value->is_string()) return value->get_ref<const std::string&>();
        return fail(std::string());
    }
    std::int64_t integer(const char* name) {
        const Json* value = find(name);
        if (value != nullptr && value->is_number_integer()) return value->get<std::int64_t>();
        return fail(std::int64_t{0});
    }
    bool flag(const char* name) {
        const Json* value = find(name);
        if (value != nullptr && value->is_boolean()) return value->get<bool>();
        return fail(false);
    }
    Digest digest(const char* name) {
        const auto parsed = parse_digest(text(name));
        return parsed ? parsed.value() : fail(Digest());
    }
    std::vector<Digest> digests(const char* name) {
        std::vector<Digest> out;
        const Json* values = find(name);
        if (values == nullptr || !values->is_array()) return fail(std::move(out));
        for (const Json& value : *values) {
            const auto parsed =
                parse_digest(value.is_string() ? value.get_ref<const std::string&>() : "");
            out.push_back(parsed ? parsed.value() : fail(Digest()));
        }
        return out;
    }
    /// Of each: the record, and its wording where only that is meant.
    std::vector<FoundRecord> found(const char* name) {
        std::vector<FoundRecord> out;
        const Json* values = find(name);
        if (values == nullptr || !values->is_array()) return fail(std::move(out));
        for (const Json& value : *values) {
            Fields in(value);
            out.push_back({in.digest("record"), in.digest_if("wording")});
            ok_ = ok_ && in.ok();
        }
        return out;
    }
    std::vector<std::int64_t> integers(const char* name) {
        std::vector<std::int64_t> out;
        const Json* values = find(name);
        if (values == nullptr || !values->is_array()) return fail(std::move(out));
        for (const Json& value : *values) {
            out.push_back(value.is_number_integer() ? value.get<std::int64_t>()
                                                    : fail(std::int64_t{0}));
        }
        return out;
    }
    std::optional<std::string> text_if(const char* name) {
        return has(name) ? std::optional(text(name)) : std::nullopt;
    }
    std::optional<Digest> digest_if(const char* name) {
        return has(name) ? std::optional(digest(name)) : std::nullopt;
    }
    std::vector<Digest> digests_if(const char* name) {
        return has(name) ? digests(name) : std::vector<Digest>();
    }
    std::optional<std::int64_t> integer_if(const char* name) {
        return has(name) ? std::optional(integer(name)) : std::nullopt;
    }
    bool ok() const { return ok_; }

private:
    bool has(const char* name) const { return find(name) != nullptr; }
    const Json* find(const char* name) const {
        if (!payload_->is_object()) return nullptr;
        const auto found = payload_->find(name);
        return found == payload_->end() ? nullptr : &*found;
    }
    template <typename T>
    T fail(T empty) {
        ok_ = false;
        return empty;
    }
    const Json* payload_;
    bool ok_ = true;
};

}  // namespace litura::ledger
