// Names are put together from syllables; likeness to a real person or place would be chance.
#include "corpus/demo_people.hpp"

#include <array>

#include "base/ascii.hpp"

namespace litura::corpus {
namespace {

constexpr std::array<std::string_view, 24> kFirstBegin = {
    "An",  "Be", "Cor", "Da",  "El",  "Fen", "Gal", "Hes", "Il", "Jo",  "Kel", "Lu",
    "Mar", "Ne", "Ol",  "Per", "Qui", "Ros", "Sel", "Tam", "Ul", "Ves", "Wil", "Yor"};
constexpr std::array<std::string_view, 10> kFirstEnd = {"sa",   "no",  "vin", "dra", "mi",
                                                        "leth", "rik", "bo",  "ta",  "nel"};
constexpr std::array<std::string_view, 32> kFamilyBegin = {
    "Tor",  "Bran", "Cald", "Dorn",  "Esk",  "Farn", "Grim", "Hol",   "Ister", "Jarn", "Kest",
    "Lorn", "Mell", "Norr", "Oster", "Pell", "Quen", "Rav",  "Stran", "Thal",  "Ulm",  "Varn",
    "Wex",  "Yarr", "Zeld", "Bick",  "Crom", "Dell", "Fosk", "Gorm",  "Hask",  "Lind"};
constexpr std::array<std::string_view, 20> kFamilyEnd = {
    "vil",   "wick", "mere", "gard", "sen", "low",  "by",   "holm", "tree", "ford",
    "quist", "ner",  "dale", "more", "kin", "ster", "well", "rud",  "man",  "ley"};
constexpr std::array<std::string_view, 36> kTowns = {
    "Velmora",    "Tarnhollow", "Brindlebay", "Oskerry",    "Lunwick",    "Pellamoor",
    "Graystead",  "Hartvale",   "Quillport",  "Marrowgate", "Dunfell",    "Silverick",
    "Aldermoss",  "Norrhaven",  "Fernbrook",  "Kestrelby",  "Umberfield", "Wintlow",
    "Thornquay",  "Ambleray",   "Coppermere", "Eastrin",    "Javelton",   "Rookstone",
    "Saltmarrow", "Yewbridge",  "Zennick",    "Ivoryhill",  "Bellwater",  "Cindervale",
    "Driftmoor",  "Galloran",   "Hollinsea",  "Larkspire",  "Mosswick",   "Opalton"};

struct Job {
    std::string_view name, work;
};
constexpr std::array<Job, 20> kJobs = {{{"baker", "baked bread"},
                                        {"carpenter", "built a table"},
                                        {"nurse", "worked the night at the clinic"},
                                        {"teacher", "taught the little ones to read"},
                                        {"gardener", "cut the old roses"},
                                        {"painter", "painted a long wall"},
                                        {"tailor", "sewed a winter coat"},
                                        {"miller", "cleaned the mill"},
                                        {"fisher", "mended the nets"},
                                        {"printer", "printed a hundred posters"},
                                        {"smith", "made a gate"},
                                        {"cook", "cooked for sixty people"},
                                        {"driver", "drove the early bus"},
                                        {"potter", "fired the new bowls"},
                                        {"shepherd", "counted the sheep"},
                                        {"weaver", "finished a blue blanket"},
                                        {"clerk", "sorted the letters"},
                                        {"glazier", "set two windows"},
                                        {"brewer", "filled the barrels"},
                                        {"mason", "laid a stone path"}}};
constexpr std::array<std::string_view, 12> kAnimals = {"cat",   "dog",    "goat",     "parrot",
                                                       "pony",  "rabbit", "turtle",   "duck",
                                                       "goose", "ferret", "hedgehog", "donkey"};
constexpr std::array<std::string_view, 16> kPetBegin = {"Bim", "Tuf",  "Moss", "Pip", "Rum", "Fid",
                                                        "Nut", "Zig",  "Bur",  "Dot", "Kip", "Lop",
                                                        "Mud", "Sock", "Wob",  "Hum"};
constexpr std::array<std::string_view, 6> kPetEnd = {"ble", "fy", "kin", "o", "ster", "ley"};
constexpr std::array<std::string_view, 14> kHobbies = {"chess",         "singing in the choir",
                                                       "old maps",      "rowing",
                                                       "bird watching", "growing beans",
                                                       "kites",         "the fiddle",
                                                       "long walks",    "making jam",
                                                       "star gazing",   "dancing",
                                                       "wood carving",  "cold swims"};

enum PersonPurpose : std::uint64_t { town, job, animal, pet, hobby, consent, first_friend };

constexpr std::uint64_t kNames =
    std::uint64_t{kFirstBegin.size()} * kFirstEnd.size() * kFamilyBegin.size() * kFamilyEnd.size();
static_assert(kNames >= kDemoPeopleMax);
// A step that shares no factor with the number of names (2^11 * 3 * 5^2) visits every name once.
constexpr std::uint64_t kNameStep = 61'843;
static_assert(kNameStep % 2 != 0 && kNameStep % 3 != 0 && kNameStep % 5 != 0);
static_assert(kNames == 2048ULL * 3 * 25);

struct Name {
    std::string first, family;
};

Name name_of(std::uint64_t seed, std::uint32_t index) {
    std::uint64_t number =
        (Draws(seed, kDemoPeopleMax).below(kNames, 0) + index * kNameStep) % kNames;
    const auto take = [&number](const auto& from) {
        const std::string_view piece = from[number % from.size()];
        number /= from.size();
        return std::string(piece);
    };
    Name name;
    name.first = take(kFirstBegin);
    name.family = take(kFamilyBegin);
    name.first += take(kFirstEnd);
    name.family += take(kFamilyEnd);
    return name;
}

}  // namespace

std::uint64_t Draws::mix(std::uint64_t value) {
    value += 0x9E3779B97F4A7C15ULL;
    value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9ULL;
    value = (value ^ (value >> 27)) * 0x94D049BB133111EBULL;
    return value ^ (value >> 31);
}

DemoPerson demo_person(std::uint64_t seed, std::uint32_t index, std::uint32_t people) {
    const Draws draws(seed, index);
    const Name name = name_of(seed, index);
    DemoPerson person;
    person.name = name.first + " " + name.family;
    person.author = lowered(name.first) + "." + lowered(name.family);
    person.town = kTowns[draws.below(kTowns.size(), town)];
    const Job& trade = kJobs[draws.below(kJobs.size(), job)];
    person.job = trade.name;
    person.work = trade.work;
    person.animal = kAnimals[draws.below(kAnimals.size(), animal)];
    const std::uint64_t pet_number = draws.below(kPetBegin.size() * kPetEnd.size(), pet);
    person.pet = std::string(kPetBegin[pet_number % kPetBegin.size()]) +
                 std::string(kPetEnd[pet_number / kPetBegin.size()]);
    person.hobby = kHobbies[draws.below(kHobbies.size(), hobby)];
    person.consents = draws.below(4, consent) == 0;
    for (std::uint32_t each = 0; each < 3 && people > 1; ++each) {
        const std::uint64_t distance = 1 + draws.below(people - 1, first_friend + each);
        person.friends.push_back(static_cast<std::uint32_t>((index + distance) % people));
    }
    return person;
}

}  // namespace litura::corpus
