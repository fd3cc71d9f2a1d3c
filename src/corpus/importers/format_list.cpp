// The formats of all importers, in the order in which help and docs show them.
#include "corpus/importers/format_list.hpp"

namespace litura::corpus {

std::span<const Format> formats() {
    static const Format all[] = {
        kFacebook, kInstagram, kTwitter,  kMastodon, kActivityStreams, kBluesky, kReddit,
        kWhatsApp, kSignal,    kTelegram, kMbox,     kJsonl,
    };
    return all;
}

}  // namespace litura::corpus
