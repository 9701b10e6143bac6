// Content blocks of other servers for older clients: blocks that a client's revision does not know
// become text, members that it does not know are left out. Blocks that need no change keep their
// bytes.
#pragma once
#include <string>
#include <string_view>

#include "protocol/version.hpp"

namespace rampart::protocol {

/// From this revision on nothing in content has changed: it passes as it is.
constexpr bool knows_all_content(Version client) { return client >= Version::v2025_11_25; }

// Each takes valid JSON and appends one JSON value. What is not of the expected shape passes as it
// is: the client has the last word on it.
void append_translated_block(std::string& out, std::string_view block, Version client);
void append_translated_blocks(std::string& out, std::string_view array, Version client);
/// The `messages` of a prompt.
void append_translated_messages(std::string& out, std::string_view array, Version client);
/// The `contents` of a resource.
void append_translated_contents(std::string& out, std::string_view array, Version client);
/// Annotations of a block or resource.
void append_translated_annotations(std::string& out, std::string_view object, Version client);

}  // namespace rampart::protocol
