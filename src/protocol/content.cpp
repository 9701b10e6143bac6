// The bodies of rampart/content.hpp.
#include "rampart/content.hpp"

#include "base/encoding.hpp"

namespace rampart {

Result<Bytes> Bytes::from_base64(std::string text) {
  if (!base::base64_decode(text)) return fail(Errc::invalid_params, "not valid base64");
  Bytes out;
  out.data_ = std::move(text);
  out.is_base64_ = true;
  return out;
}

void Bytes::append_base64(std::string& out) const {
  out += is_base64_ ? data_ : base::base64_encode(data_);
}

std::size_t Bytes::size() const {
  if (!is_base64_) return data_.size();
  std::size_t const padding = data_.ends_with("==") ? 2 : data_.ends_with('=') ? 1 : 0;
  return data_.size() / 4 * 3 - padding;
}

ResourceContents ResourceContents::text(std::string uri, std::string text, std::string mime_type) {
  ResourceContents out;
  out.uri = std::move(uri);
  out.mime_type = std::move(mime_type);
  out.data = std::move(text);
  return out;
}

ResourceContents ResourceContents::blob(std::string uri, Bytes bytes, std::string mime_type) {
  ResourceContents out;
  out.uri = std::move(uri);
  out.mime_type = std::move(mime_type);
  out.data = std::move(bytes);
  return out;
}

ToolResult ToolResult::text(std::string text) {
  ToolResult out;
  out.content.push_back(Content::text(std::move(text)));
  return out;
}

ToolResult ToolResult::error(std::string reason) {
  ToolResult out = text(std::move(reason));
  out.is_error = true;
  return out;
}

}  // namespace rampart
