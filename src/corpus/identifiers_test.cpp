// What is an identifier by its form and what only looks like one.
#include "corpus/identifiers.hpp"

#include <gtest/gtest.h>

#include <string>

#include "corpus/marks.hpp"

namespace litura::corpus {
namespace {

std::string cut(std::string_view text) { return effective_text(text); }

TEST(Identifiers, E_mail_addresses_are_cut_in_the_ways_people_write_them) {
    for (const char* address :
         {"me@mail.example", "First.Last+tag@mail.co.uk", "o'hara@mail.example", "анна@почта.рф",
          "me(at)mail.example", "me [at] mail.example", "me\uFF20mail.example"}) {
        EXPECT_EQ(cut("write to " + std::string(address) + ", please"), "write to [e-mail], please")
            << address;
        EXPECT_EQ(cut("<" + std::string(address) + ">"), "<[e-mail]>") << address;
    }
    EXPECT_EQ(cut("mailto:me@mail.example."), "mailto:[e-mail].");
    for (const char* other : {"me@localhost", "a@b", "meet @ noon.today", "x@1.5"})
        EXPECT_EQ(cut(other).find("[e-mail]"), std::string::npos) << other;
}

TEST(Identifiers, Telephone_numbers_are_cut_and_dates_and_counts_stay) {
    for (const char* number :
         {"+49 30 1234567", "+1-555-123-4567", "+442071234567", "0049 30 1234567", "030 1234567",
          "(030) 123-4567", "030/1234567", "(555) 123-4567", "555-123-4567", "1-555-123-4567",
          "06 12 34 56 78", "0171 2345678", "01712345678", "+33 (0)6 12 34 56 78"}) {
        EXPECT_EQ(cut("call " + std::string(number) + " now"), "call [telephone] now") << number;
        EXPECT_EQ(cut(std::string(number)), "[telephone]") << number;
    }
    for (const char* other : {"2024-01-31", "31.01.2024", "05.03.2024", "05.03.2024 10", "12:30:45",
                              "1,000,000,000", "#0301234567", "3.14159265358", "version 0.9.8.7",
                              "1234567", "20240131", "0.30000000004", "10 000 000", "09.870122",
                              "1990-1995", "ISBN 978-3-16-148410-0", "x0301234567", "+1", "2+2"})
        EXPECT_EQ(cut(other), other);
}

TEST(Identifiers, Addresses_of_machines_are_cut_and_versions_stay) {
    EXPECT_EQ(cut("from 192.0.2.17 and 2001:db8::8a2e:370:7334, twice"),
              "from [ip address] and [ip address], twice");
    EXPECT_EQ(cut("192.0.2.0/24:"), "[ip address]/24:");
    for (const char* other : {"1.2.3", "1.2.3.4", "10.0.0.1", "192.0.2.17.1", "1.2.3.400",
                              "1.2.3.4-1", "std::vector::at", "12:30:45", "a::b", "ab:cd:ef"})
        EXPECT_EQ(cut(other), other);
}

TEST(Identifiers, Accounts_are_cut_if_their_check_sums_hold) {
    EXPECT_EQ(cut("to DE89 3704 0044 0532 0130 00 today"), "to [account] today");
    EXPECT_EQ(cut("GB82WEST12345698765432"), "[account]");
    EXPECT_EQ(cut("DE89370400440532013001"), "DE89370400440532013001");
    EXPECT_EQ(cut("4111 1111 1111 1111"), "[account]");
    EXPECT_EQ(cut("5500-0055-5555-5559."), "[account].");
    EXPECT_EQ(cut("4111 1111 1111 1112"), "4111 1111 1111 1112");
}

TEST(Identifiers, What_follows_a_cut_is_cut_the_same_when_it_is_cut_again) {
    for (const char* text :
         {"a@b.example@c.example", "030 1234567(030) 1234567", "x@y.example+49301234567"}) {
        const std::string once = cut(text);
        EXPECT_EQ(cut(once), once) << text;
    }
}

TEST(Identifiers, Text_of_nothing_else_holds_no_own_words) {
    EXPECT_FALSE(holds_own_words(cut("me@mail.example, ").substr(0, 8)));
    EXPECT_TRUE(holds_own_words("[e-mail] is mine"));
}

TEST(Identifiers, A_long_row_of_digits_ends_in_linear_time) {
    std::string digits;
    for (int number = 0; number < 200'000; ++number) digits += "12 ";
    EXPECT_EQ(cut(digits).size(), digits.size() - 1);
    EXPECT_EQ(cut(std::string(200'000, 'a')).size(), 200'000u);
}

}  // namespace
}  // namespace litura::corpus
