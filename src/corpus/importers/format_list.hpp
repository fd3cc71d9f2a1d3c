// The list of formats that `litura import` knows; each is in a file of its own.
#pragma once

#include "corpus/importers/format.hpp"

namespace litura::corpus {

extern const Format kJsonl;            // import_jsonl.cpp
extern const Format kMastodon;         // mastodon.cpp
extern const Format kActivityStreams;  // activitystreams.cpp
extern const Format kTwitter;          // twitter.cpp
extern const Format kReddit;           // reddit.cpp
extern const Format kBluesky;          // bluesky.cpp
extern const Format kWhatsApp;         // chat_text.cpp
extern const Format kSignal;           // chat_text.cpp
extern const Format kTelegram;         // telegram.cpp
extern const Format kMbox;             // mbox.cpp
extern const Format kFacebook;         // facebook.cpp
extern const Format kInstagram;        // instagram.cpp

}  // namespace litura::corpus
