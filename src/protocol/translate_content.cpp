#include "protocol/translate_content.hpp"

#include <algorithm>

#include "json/write.hpp"
#include "protocol/translate_members.hpp"

namespace rampart::protocol {
namespace {

using Append = void (*)(std::string&, std::string_view, Version);

void append_items(std::string& out, std::string_view array, Version client, Append append) {
  if (!is_array_text(array)) {
    out += array;
    return;
  }
  out += '[';
  bool first = true;
  each_item(array, [&](std::string_view item) {
    if (!first) out += ',';
    first = false;
    append(out, item, client);
  });
  out += ']';
}

/// Writes an object again with one member changed.
void append_with(std::string& out, json::Slices const& object, std::string_view changed,
                 Version client, Append append) {
  MemberWriter writer;
  for (auto const& [key, value] : object.members()) {
    auto& to = writer.begin(key);
    key == changed ? append(to, value, client) : void(to += value);
  }
  out += std::move(writer).object();
}

std::size_t base64_size(std::string_view text) {
  auto const padding =
      std::min<std::size_t>(text.size() - std::min(text.find_last_not_of('=') + 1, text.size()), 2);
  return text.size() / 4 * 3 - std::min(padding, text.size() / 4 * 3);
}

std::string audio_in_words(json::Slices const& block) {
  auto const data = block.find("data").value_or("\"\"");
  auto const size =
      base64_size(data.substr(1, data.size() - std::min<std::size_t>(data.size(), 2)));
  return "[audio, " + text_member(block, "mimeType") + ", " + std::to_string(size) +
         " bytes: this client's protocol version has no audio]";
}

std::string link_in_words(json::Slices const& block) {
  auto const name = text_member(block, "name");
  auto const uri = text_member(block, "uri");
  return name.empty() ? uri : name + ": " + uri;
}

void append_text_block(std::string& out, std::string_view text, json::Slices const& from,
                       Version client) {
  MemberWriter writer;
  writer.text("type", "text").text("text", text);
  if (auto const annotations = from.find("annotations"))
    append_translated_annotations(writer.begin("annotations"), *annotations, client);
  out += std::move(writer).object();
}

void append_resource(std::string& out, std::string_view resource, Version client) {
  auto const members = json::slice_valid_object(resource);
  if (!members || has_titles(client) || !members->find("_meta")) {
    out += resource;
    return;
  }
  MemberWriter writer;
  for (auto const& [key, value] : members->members())
    if (key != "_meta") writer.raw(key, value);
  out += std::move(writer).object();
}

void append_message(std::string& out, std::string_view message, Version client) {
  auto const members = json::slice_valid_object(message);
  if (!members) {
    out += message;
    return;
  }
  append_with(out, *members, "content", client, append_translated_block);
}

bool unknown_to(Version client, std::string_view key, std::string_view type) {
  if (key == "_meta") return !has_titles(client);
  if (type != "resource_link") return false;
  return (key == "icons" && !has_icons(client)) || (key == "title" && !has_titles(client));
}

}  // namespace

void append_translated_annotations(std::string& out, std::string_view object, Version client) {
  auto const members = json::slice_valid_object(object);
  if (!members || has_titles(client)) {
    out += object;
    return;
  }
  MemberWriter writer;
  for (auto const& [key, value] : members->members())
    if (key != "lastModified") writer.raw(key, value);
  out += std::move(writer).object();
}

void append_translated_block(std::string& out, std::string_view block, Version client) {
  auto const members = json::slice_valid_object(block);
  if (knows_all_content(client) || !members) {
    out += block;
    return;
  }
  auto const type = text_member(*members, "type");
  if (type == "audio" && !has_audio(client))
    return append_text_block(out, audio_in_words(*members), *members, client);
  if (type == "resource_link" && !has_resource_links(client))
    return append_text_block(out, link_in_words(*members), *members, client);
  MemberWriter writer;
  for (auto const& [key, value] : members->members()) {
    if (unknown_to(client, key, type)) continue;
    auto& to = writer.begin(key);
    if (key == "annotations") {
      append_translated_annotations(to, value, client);
    } else if (key == "resource") {
      append_resource(to, value, client);
    } else {
      to += value;
    }
  }
  out += std::move(writer).object();
}

void append_translated_blocks(std::string& out, std::string_view array, Version client) {
  if (knows_all_content(client)) {
    out += array;
    return;
  }
  append_items(out, array, client, append_translated_block);
}

void append_translated_messages(std::string& out, std::string_view array, Version client) {
  if (knows_all_content(client)) {
    out += array;
    return;
  }
  append_items(out, array, client, append_message);
}

void append_translated_contents(std::string& out, std::string_view array, Version client) {
  if (has_titles(client)) {
    out += array;
    return;
  }
  append_items(out, array, client, append_resource);
}

}  // namespace rampart::protocol
