// HTML as platforms put it into posts and mail, to plain text: paragraphs, line breaks, entities.
// Knows whose words are whose: block quotes become the quote mark, mentions the mention mark. Not a
// browser: what it does not understand loses its tags and keeps its words.
#pragma once

#include <string>
#include <string_view>

namespace litura::corpus {

std::string html_text(std::string_view html);

/// Only the entities, for text that a platform escaped ("&amp;", "&gt;", "&#39;").
std::string unescaped_html(std::string_view text);

}  // namespace litura::corpus
