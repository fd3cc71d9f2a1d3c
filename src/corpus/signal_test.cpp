// Signals of every format: what forbids, what does not, and what is no signal.
#include "base/test_support.hpp"
#include "corpus/signal.hpp"

namespace litura::corpus {
namespace {

bool forbids(SignalFormat format, std::string_view text) {
    return must(read_signal(format, bytes_of(text))).forbids;
}

TEST(Signals, Global_privacy_control_is_the_value_1_and_nothing_else) {
    EXPECT_TRUE(forbids(SignalFormat::gpc, "GET / HTTP/1.1\r\nHost: a\r\nSec-GPC: 1\r\n\r\n"));
    EXPECT_TRUE(forbids(SignalFormat::gpc, "sec-gpc:1"));
    for (const char* text : {"Sec-GPC: 0", "Sec-GPC: true", "Sec-GPC: 11", "X-Sec-GPC: 1",
                             R"({"gpc":true,"lastUpdate":"2025-04-15"})"})
        EXPECT_FALSE(forbids(SignalFormat::gpc, text)) << text;
}

TEST(Signals, A_usage_header_forbids_if_any_of_its_members_does) {
    EXPECT_TRUE(forbids(SignalFormat::aipref, "Content-Usage: train-ai=n"));
    EXPECT_TRUE(forbids(SignalFormat::aipref, "content-usage: search=y, train-ai=n;v=2"));
    EXPECT_TRUE(forbids(SignalFormat::aipref,
                        "Content-Usage: train-ai=n\r\nContent-Usage: train-ai=y\r\n"));
    EXPECT_FALSE(forbids(SignalFormat::aipref, "Content-Usage: train-ai=y"));
    EXPECT_FALSE(forbids(SignalFormat::aipref, "Content-Usage: search=n"));
    EXPECT_FALSE(forbids(SignalFormat::aipref, "Content-Usage: train-ai"));
}

TEST(Signals, Lines_of_robots_txt_say_where) {
    const auto signal = must(read_signal(
        SignalFormat::robots,
        bytes_of("User-Agent: *\nAllow: /\nContent-Usage: train-ai=y\n\nUser-Agent: Other\n"
                 "Content-Usage: /members/ train-ai=n # not these\nContent-Usage: train-ai=n\n")));
    EXPECT_TRUE(signal.forbids);
    EXPECT_EQ(signal.locations, (std::vector<std::string>{"/members/", "/"}));
    EXPECT_FALSE(forbids(SignalFormat::robots, "User-Agent: *\nDisallow: /\n"))
        << "not to fetch is another wish than not to train";
}

TEST(Signals, A_reservation_of_text_and_data_mining) {
    const auto signal = must(read_signal(
        SignalFormat::tdmrep,
        bytes_of(
            R"([{"location":"/a/*","tdm-reservation":0},{"location":"/b/*","tdm-reservation":1}])")));
    EXPECT_TRUE(signal.forbids);
    EXPECT_EQ(signal.locations, (std::vector<std::string>{"/b/*"}));
    EXPECT_TRUE(forbids(SignalFormat::tdmrep, "tdm-reservation: 1\r\ntdm-policy: https://a/p"));
    EXPECT_FALSE(forbids(SignalFormat::tdmrep, "tdm-reservation: 0"));
    EXPECT_FALSE(forbids(SignalFormat::tdmrep, "[]"));
    EXPECT_TRUE(forbids(SignalFormat::tdmrep, R"([1, null, {"tdm-reservation": true}])"));
    EXPECT_TRUE(forbids(SignalFormat::tdmrep, R"({"location": "/", "tdm-reservation": 1})"));
    EXPECT_TRUE(forbids(SignalFormat::tdmrep, R"({"rules": [{"tdm-reservation": "1"}]})"));
    EXPECT_TRUE(forbids(SignalFormat::tdmrep,
                        "<html><head><META content='1' Name=tdm-reservation></head></html>"));
    EXPECT_FALSE(forbids(SignalFormat::tdmrep, R"(<meta name="tdm-reservation" content="0">)"));
}

TEST(Signals, A_mark_before_the_first_line_and_any_line_end_hide_nothing) {
    const std::string mark = "\xEF\xBB\xBF";
    EXPECT_TRUE(forbids(SignalFormat::gpc, mark + "Sec-GPC: 1\r"));
    EXPECT_TRUE(forbids(SignalFormat::aipref, mark + "Content-Usage: train-ai=n\r"));
    EXPECT_TRUE(forbids(SignalFormat::robots, mark + "Content-Usage: train-ai=n"));
    EXPECT_TRUE(
        forbids(SignalFormat::robots, "User-agent: *\rContent-Usage: train-ai=n\rAllow: /\r"));
    EXPECT_TRUE(forbids(SignalFormat::tdmrep, mark + R"( [{"tdm-reservation": 1}])"));
}

TEST(Signals, Every_vocabulary_has_a_word_for_no) {
    EXPECT_TRUE(forbids(SignalFormat::robots,
                        "User-Agent: *\nContent-Signal: search=yes,ai-train=no\nAllow: /\n"));
    EXPECT_FALSE(
        forbids(SignalFormat::robots, "Content-Signal: search=no, ai-input=no, ai-train=yes\n"));
    EXPECT_TRUE(forbids(SignalFormat::robots, "DisallowAITraining: /\n"));
    EXPECT_FALSE(forbids(SignalFormat::robots, "DisallowAITraining:\n"));
    EXPECT_TRUE(forbids(SignalFormat::aipref, "X-Robots-Tag: noai, noimageai"));
    EXPECT_TRUE(forbids(SignalFormat::aipref, "Content-Usage: tdm=n"));
    EXPECT_TRUE(forbids(SignalFormat::aipref, "Content-Usage: train-ai=?0"));
    EXPECT_TRUE(forbids(SignalFormat::aipref, "Content-Usage: train-ai=\"no\""));
}

TEST(Signals, What_speaks_of_training_and_cannot_be_read_is_refused) {
    const auto refused = [](SignalFormat format, std::string_view text) {
        return code_of(read_signal(format, bytes_of(text))) == 2;
    };
    EXPECT_TRUE(refused(SignalFormat::aipref, "Content-Usage: train-ai=maybe"));
    EXPECT_TRUE(refused(SignalFormat::robots, "Content-Signal: ai-train=sometimes"));
    EXPECT_TRUE(refused(SignalFormat::tdmrep, R"([{"tdm-reservation": 2}])"));
    EXPECT_TRUE(refused(SignalFormat::tdmrep, R"({"tdm-reservation": ["x"]})"));
    EXPECT_TRUE(refused(SignalFormat::tdmrep, "tdm-reservation: reserved"));
    EXPECT_TRUE(refused(SignalFormat::tdmrep, std::string_view("[]\0{\"tdm-reservation\":1}", 24)));
    EXPECT_TRUE(
        forbids(SignalFormat::preference,
                R"({"$type":"community.lexicon.preference.ai","training":{"allow":"false"}})"));
}

TEST(Signals, Records_of_a_repository) {
    const auto signal = must(read_signal(
        SignalFormat::user_intents,
        bytes_of(R"({"uri":"at://did:x/a/self","value":{"$type":"org.user-intents.declaration",
            "bulkDataset":{"allow":false,"updatedAt":"2025-03-01T00:00:00Z"},
            "protocolBridging":{"allow":false}}})")));
    EXPECT_TRUE(signal.forbids);
    EXPECT_EQ(signal.since, must(parse_instant("2025-03-01T00:00:00Z")));
    EXPECT_FALSE(forbids(
        SignalFormat::user_intents,
        R"({"$type":"org.user-intents.declaration","publicAccessArchive":{"allow":false}})"));
    EXPECT_TRUE(
        forbids(SignalFormat::preference,
                R"({"$type":"community.lexicon.preference.ai","training":{"allow":false}})"));
    EXPECT_FALSE(
        forbids(SignalFormat::preference,
                R"({"$type":"community.lexicon.preference.ai","training":{"allow":true}})"));
    EXPECT_EQ(code_of(read_signal(SignalFormat::preference,
                                  bytes_of(R"({"$type":"app.bsky.feed.post","text":"a"})"))),
              2);
}

TEST(Signals, What_is_no_signal_is_refused) {
    for (const std::string& text :
         {std::string(), std::string(kSignalBytesMax + 1, ' '), std::string("\xff\xfe")})
        EXPECT_EQ(code_of(read_signal(SignalFormat::gpc, bytes_of(text))), 2);
    EXPECT_EQ(code_of(read_signal(SignalFormat::tdmrep, bytes_of("[1,"))), 2);
    EXPECT_EQ(code_of(parse_signal_format("dnt")), 2);
    for (const char* name : {"gpc", "aipref", "robots", "tdmrep", "user-intents", "preference"})
        EXPECT_EQ(to_text(must(parse_signal_format(name))), name);
}

}  // namespace
}  // namespace litura::corpus
