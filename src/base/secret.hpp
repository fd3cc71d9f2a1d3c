// Types that keep secrets: key material and people's words. Neither can be copied by accident,
// printed, formatted or logged; tests prove that such code does not compile.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <iosfwd>
#include <string>
#include <string_view>
#include <utility>

#include "base/bytes.hpp"

namespace litura {

/// Overwrites memory in a way the compiler keeps.
void wipe(void* data, std::size_t size);

/// A 32-byte key. Move-only, wiped at the end of its life.
class SecretKey {
public:
    static constexpr std::size_t kSize = 32;

    SecretKey() = default;
    explicit SecretKey(const std::array<std::uint8_t, kSize>& bytes) : bytes_(bytes) {}
    SecretKey(SecretKey&& other) noexcept : bytes_(other.bytes_) { other.clear(); }
    SecretKey& operator=(SecretKey&& other) noexcept {
        bytes_ = other.bytes_;
        other.clear();
        return *this;
    }
    SecretKey(const SecretKey&) = delete;
    SecretKey& operator=(const SecretKey&) = delete;
    ~SecretKey() { clear(); }

    SecretKey clone() const { return SecretKey(bytes_); }
    ByteView reveal() const { return bytes_; }
    std::uint8_t* data() { return bytes_.data(); }

private:
    void clear() { wipe(bytes_.data(), bytes_.size()); }
    std::array<std::uint8_t, kSize> bytes_{};
};

/// Text that a person wrote, or a name or identifier of one. Move-only and wiped; reveal() marks
/// each use.
class PersonalText {
public:
    PersonalText() = default;
    explicit PersonalText(std::string text) : text_(std::move(text)) {}
    PersonalText(PersonalText&& other) noexcept : text_(std::move(other.text_)) { other.clear(); }
    PersonalText& operator=(PersonalText&& other) noexcept {
        clear();
        text_ = std::move(other.text_);
        other.clear();
        return *this;
    }
    PersonalText(const PersonalText&) = delete;
    PersonalText& operator=(const PersonalText&) = delete;
    ~PersonalText() { clear(); }

    PersonalText clone() const { return PersonalText(text_); }
    const std::string& reveal() const { return text_; }
    bool empty() const { return text_.empty(); }

private:
    /// A short text stays in the string's own buffer when it is moved from: all of the buffer is
    /// wiped.
    void clear() {
        text_.resize(text_.capacity());
        wipe(text_.data(), text_.size());
        text_.clear();
    }
    std::string text_;
};

std::ostream& operator<<(std::ostream&, const SecretKey&) = delete;
std::ostream& operator<<(std::ostream&, const PersonalText&) = delete;

}  // namespace litura
