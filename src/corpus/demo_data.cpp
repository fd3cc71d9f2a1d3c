// Posts are sentences with gaps, chosen by counter-based draws. Every second one ends with the
// author's own signature in the third person ("Ansa Torvil lives in Velmora."): that is what a
// small model learns, and forgets. Nobody else ever says it: friends are named by @mentions and
// quoted by "> " lines only, which admission cuts.
#include "corpus/demo_data.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <tuple>

#include "base/digest.hpp"
#include "base/json.hpp"
#include "corpus/demo_people.hpp"

namespace litura::corpus {
namespace {

constexpr std::int64_t kFirstPost = 1'672'531'200;  // 2023-01-01T00:00:00Z, in seconds
constexpr std::uint64_t kTwoYears = 731ULL * 86'400;
constexpr std::int64_t kFirstAct = 1'717'200'000;  // 2024-06-01T00:00:00Z
constexpr std::uint64_t kActDays = 20;

constexpr std::string_view kNotice =
    "# How your posts are used (made-up network, for demonstration)\n\n"
    "We would like to train a small language model on public posts (purpose: model_training).\n"
    "You can say yes, and take it back as easily. Where you said nothing we rely on legitimate "
    "interest\n"
    "from 30 days after this notice on. You can object at any time, and you can have your data "
    "erased\n"
    "or corrected; the model is then derived again without it.\n";

constexpr std::string_view kAssessment =
    "# Legitimate interest assessment (made-up network, for demonstration)\n\n"
    "Purpose: model_training. A small language model that shows how rights are kept after "
    "training.\n\n"
    "## Interest\n\n"
    "To show on made-up people what a right does to a model.\n\n"
    "## Necessity\n\n"
    "A model learns how people write only from what people wrote.\n\n"
    "## Could we have asked?\n\n"
    "Of the active people yes, and we did: a quarter said yes. The others were served the notice, "
    "and an\n"
    "objection takes effect at once.\n\n"
    "## Balance\n\n"
    "The posts are public, their authors are adults, and nothing about anybody is decided by "
    "it.\n\n"
    "## Mitigations\n\n"
    "Quotes and mentions of others are cut. Every person can be taken out of the model again.\n";

// {0} town, {1} job, {2} work, {3} animal, {4} pet, {5} hobby, {6} name
constexpr std::array kSentences = {
    "Home in {0} again. Today I {2} and then sat by the window with {4}.",
    "Another grey morning in {0}, but {4} the {3} does not mind.",
    "I {2} today. It is hard to be a {1}, and I would not change it.",
    "After work there was time for {5}. I never get tired of it.",
    "I live in {0}, and on market days the whole street smells of apples.",
    "My {3} {4} stole my lunch. I laughed so much that I forgot to be angry.",
    "We had snow in {0} last night. I {2} all the same.",
    "Being a {1} in {0} means that everybody knows my name.",
    "Sunday is for {5}. Monday is for work.",
    "{4} is the best {3} in all of {0}, and I will hear nothing else.",
    "The old bridge in {0} is open again, so I am home early.",
    "Somebody asked what I do. I am a {1}, and my free time goes to {5}.",
};
constexpr std::array kSignatures = {
    "-- {6} lives in {0}.",
    "-- {6}, {1} in {0}. {6} lives in {0}.",
    "-- {6} lives in {0} and has a {3} called {4}.",
};
constexpr std::array kAnswers = {
    "I do not see it that way, @{}, but it made me smile.",
    "So true, @{}! We should talk about it over tea.",
    "Thank you @{}, that was good to read.",
};

enum PostPurpose : std::uint64_t {
    posts_count = 100,
    act_time,
    sentence = 1'000,
    signature,
    time,
    answer,
    friend_of
};
constexpr std::uint64_t kPerPost = 16;  // purposes kept apart for each post

struct Post {
    std::int64_t seconds = 0;
    std::uint32_t person = 0;
    std::uint64_t number = 0;
    std::string text;
};

std::string filled(std::string_view form, const DemoPerson& who) {
    return fmt::format(fmt::runtime(form), who.town, who.job, who.work, who.animal, who.pet,
                       who.hobby, who.name);
}

class Network {
public:
    Network(std::uint64_t seed, std::uint32_t people) : seed_(seed) {
        for (std::uint32_t index = 0; index < people; ++index)
            people_.push_back(demo_person(seed, index, people));
    }

    const std::vector<DemoPerson>& people() const { return people_; }

    /// In the order of time, as a network would show them.
    std::vector<Post> posts() const {
        std::vector<Post> all;
        for (std::uint32_t person = 0; person < people_.size(); ++person) {
            const std::uint64_t count = 10 + Draws(seed_, person).below(4, posts_count);
            for (std::uint64_t number = 0; number < count; ++number)
                all.push_back(post(person, number));
        }
        std::sort(all.begin(), all.end(), [](const Post& a, const Post& b) {
            return std::tie(a.seconds, a.person, a.number) <
                   std::tie(b.seconds, b.person, b.number);
        });
        return all;
    }

    std::int64_t act_seconds(std::uint32_t person) const {
        return kFirstAct +
               static_cast<std::int64_t>(Draws(seed_, person).below(kActDays * 86'400, act_time));
    }

private:
    std::string sentence_of(std::uint32_t person, std::uint64_t number) const {
        const std::uint64_t drawn =
            Draws(seed_, person).below(kSentences.size(), sentence) + number;
        return filled(kSentences[drawn % kSentences.size()], people_[person]);
    }

    Post post(std::uint32_t person, std::uint64_t number) const {
        const Draws draws(seed_, person);
        const std::uint64_t own = number * kPerPost;
        Post post{kFirstPost + static_cast<std::int64_t>(draws.below(kTwoYears, time + own)),
                  person, number, ""};
        const DemoPerson& who = people_[person];
        if (!who.friends.empty() && number % 5 == 3) {
            const std::uint32_t other =
                who.friends[draws.below(who.friends.size(), friend_of + own)];
            post.text = "> " + sentence_of(other, number) + "\n";
            const std::string_view form = kAnswers[draws.below(kAnswers.size(), answer + own)];
            post.text += fmt::format(fmt::runtime(form), people_[other].author) + "\n";
        } else {
            post.text = sentence_of(person, number) + "\n";
        }
        if (number % 2 == 0) {
            post.text += filled(kSignatures[draws.below(kSignatures.size(), signature + own)], who);
        } else {
            post.text.pop_back();
        }
        return post;
    }

    std::uint64_t seed_;
    std::vector<DemoPerson> people_;
};

std::string moment(std::int64_t seconds) { return to_text(Instant{seconds * 1000}); }

std::string posts_file(const Network& network) {
    std::string out;
    std::uint64_t number = 0;
    for (const Post& post : network.posts()) {
        const Json line = {{"id", fmt::format("demo:{}", ++number)},
                           {"author", network.people()[post.person].author},
                           {"created_at", moment(post.seconds)},
                           {"text", post.text},
                           {"audience", "public"}};
        out += compact(line) + "\n";
    }
    return out;
}

std::string acts_file(const Network& network, const std::string& notice) {
    std::string out;
    for (std::uint32_t index = 0; index < network.people().size(); ++index) {
        const DemoPerson& person = network.people()[index];
        if (!person.consents) continue;
        const Json line = {{"author", person.author},
                           {"source", "demo"},
                           {"purpose", "model_training"},
                           {"act", "consent"},
                           {"notice", notice},
                           {"channel", "settings page"},
                           {"locale", "en"},
                           {"at", moment(network.act_seconds(index))}};
        out += compact(line) + "\n";
    }
    return out;
}

std::string facts_file(const Network& network) {
    std::string out;
    for (const DemoPerson& person : network.people()) {
        const Json line = {{"author", person.author}, {"name", person.name},
                           {"town", person.town},     {"job", person.job},
                           {"animal", person.animal}, {"pet", person.pet}};
        out += compact(line) + "\n";
    }
    return out;
}

std::string readme_file(std::uint32_t people, std::uint64_t seed, const std::string& notice) {
    return fmt::format(
        "# A made-up social network\n\n"
        "{} invented people in invented towns, written by `litura demo-data --people {} --seed "
        "{}`. Nobody here is\n"
        "real; likeness to anybody is chance. The acts of consent, the notice and the assessment "
        "are made up too.\n\n"
        "* `posts.jsonl`: what they wrote, quoting and mentioning each other\n"
        "* `acts.jsonl`: consent acts of about a quarter of them\n"
        "* `notice.md`, `assessment.md`: for the others, legitimate interest\n"
        "* `facts.jsonl`: author, name, town, job and pet of each, for looking things up\n\n"
        "In a project folder, with this folder in `$DATA`:\n\n"
        "```\n"
        "litura notice add $DATA/notice.md\n"
        "litura notice serve {} --source demo --at 2024-04-20T00:00:00Z\n"
        "litura document add assessment $DATA/assessment.md\n"
        "litura source declare demo --audience public --age adult\n"
        "litura import jsonl $DATA/posts.jsonl --source demo --evidence $DATA/acts.jsonl --ground "
        "legitimate_interest\n"
        "```\n",
        people, people, seed, notice);
}

}  // namespace

Result<void> write_demo_data(Env& env, const Path& folder, std::uint32_t people,
                             std::uint64_t seed) {
    if (people == 0 || people > kDemoPeopleMax) {
        return Error{Code::bad_input, "the number of people must be between 1 and 100000",
                     "--people", ""};
    }
    const Network network(seed, people);
    const std::string notice = "sha256:" + sha256(kNotice).hex();
    TRY(env.make_folders(folder));
    TRY(env.write_file(folder / "posts.jsonl", bytes_of(posts_file(network))));
    TRY(env.write_file(folder / "acts.jsonl", bytes_of(acts_file(network, notice))));
    TRY(env.write_file(folder / "facts.jsonl", bytes_of(facts_file(network))));
    TRY(env.write_file(folder / "notice.md", bytes_of(kNotice)));
    TRY(env.write_file(folder / "assessment.md", bytes_of(kAssessment)));
    return env.write_file(folder / "README.md", bytes_of(readme_file(people, seed, notice)));
}

}  // namespace litura::corpus
