// What tools, prompts and resources answer with: text, images, audio, links, embedded resources.
// Values only; src/protocol/content_render.cpp writes them for each protocol version.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "rampart/error.hpp"
#include "rampart/json.hpp"

namespace rampart {

/// Hints on who a block or resource is for.
struct Annotations {
  std::vector<std::string> audience{};  ///< "user", "assistant"; empty: not said
  std::optional<double> priority{};     ///< 0 (optional) to 1 (required)
  std::string last_modified{};          ///< ISO 8601; empty: not said
};

/// An image that stands for a server, tool, resource or prompt.
struct Icon {
  std::string src;                   ///< an https: or data: URI
  std::string mime_type{};           ///< empty: not said
  std::vector<std::string> sizes{};  ///< "48x48", "any"
  std::string theme{};               ///< "light", "dark" or empty
};

/// Binary content. Given raw bytes it is encoded when it is sent; given base64 it is sent as it is.
class Bytes {
 public:
  Bytes() = default;
  Bytes(std::string raw) : data_(std::move(raw)) {}  // NOLINT: raw bytes are the usual case
  /// Errors: invalid_params unless `text` is canonical, padded RFC 4648 base64.
  static Result<Bytes> from_base64(std::string text);

  /// Appends the base64 form, which needs no JSON escaping.
  void append_base64(std::string& out) const;
  /// Number of raw bytes.
  std::size_t size() const;

 private:
  std::string data_;
  bool is_base64_ = false;
};

struct TextContent {
  std::string text;
};
struct ImageContent {
  Bytes data;
  std::string mime_type;
};
struct AudioContent {
  Bytes data;
  std::string mime_type;
};
/// Points to a resource that the client may read.
struct ResourceLink {
  std::string uri;
  std::string name;
  std::string title{};
  std::string description{};
  std::string mime_type{};
  std::optional<std::uint64_t> size{};  ///< bytes
  std::vector<Icon> icons{};
};

/// The content of one resource: what resources/read answers, and what a block may embed.
struct ResourceContents {
  std::string uri;
  std::string mime_type{};
  std::variant<std::string, Bytes> data{};  ///< text or binary
  std::optional<Json> meta{};               ///< an object: `_meta`

  /// An empty `uri` is filled with the one that was asked for, an empty `mime_type` with what the
  /// resource declares.
  static ResourceContents text(std::string uri, std::string text,
                               std::string mime_type = "text/plain");
  static ResourceContents blob(std::string uri, Bytes bytes, std::string mime_type);
};
struct EmbeddedResource {
  ResourceContents resource;
};

/// One block of a tool's or prompt's answer.
class Content {
 public:
  using Block =
      std::variant<TextContent, ImageContent, AudioContent, ResourceLink, EmbeddedResource>;

  explicit Content(Block block) : block_(std::move(block)) {}

  static Content text(std::string text) { return Content(TextContent{std::move(text)}); }
  static Content image(Bytes data, std::string mime_type) {
    return Content(ImageContent{std::move(data), std::move(mime_type)});
  }
  static Content audio(Bytes data, std::string mime_type) {
    return Content(AudioContent{std::move(data), std::move(mime_type)});
  }
  static Content link(ResourceLink link) { return Content(std::move(link)); }
  static Content resource(ResourceContents contents) {
    return Content(EmbeddedResource{std::move(contents)});
  }

  Content& annotate(Annotations annotations) & {
    annotations_ = std::move(annotations);
    return *this;
  }
  Content annotate(Annotations annotations) && {
    annotations_ = std::move(annotations);
    return std::move(*this);
  }
  /// `object` becomes the block's `_meta` (sent from MCP 2025-06-18 on).
  Content& with_meta(Json object) & {
    meta_ = std::move(object);
    return *this;
  }
  Content with_meta(Json object) && {
    meta_ = std::move(object);
    return std::move(*this);
  }

  Block const& block() const { return block_; }
  std::optional<Annotations> const& annotations() const { return annotations_; }
  std::optional<Json> const& meta() const { return meta_; }

 private:
  Block block_;
  std::optional<Annotations> annotations_;
  std::optional<Json> meta_;
};

/// What a tool answers. Structured content without blocks is also sent as its JSON text.
struct ToolResult {
  std::vector<Content> content{};
  std::optional<Json> structured{};  ///< `structuredContent`
  bool is_error = false;             ///< the tool failed: the model reads `content` as the reason
  std::optional<Json> meta{};        ///< an object: `_meta`

  static ToolResult text(std::string text);
  static ToolResult error(std::string reason);
};

/// One message of a prompt.
struct PromptMessage {
  enum Role { user_role, assistant_role };
  Role role;
  Content content;

  PromptMessage(Role r, Content c) : role(r), content(std::move(c)) {}
  static PromptMessage user(Content content) { return {user_role, std::move(content)}; }
  static PromptMessage user(std::string text) { return user(Content::text(std::move(text))); }
  static PromptMessage assistant(Content content) { return {assistant_role, std::move(content)}; }
  static PromptMessage assistant(std::string text) {
    return assistant(Content::text(std::move(text)));
  }
};

}  // namespace rampart
