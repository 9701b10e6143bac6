// The headers that mirror a request: the first line of the input is a header's value, the rest a
// schema or a body.
#include <cstdlib>

#include "base/encoding.hpp"
#include "base/utf8.hpp"
#include "json/document.hpp"
#include "json/write.hpp"
#include "protocol/mcp_headers.hpp"

namespace {
using namespace rampart;

void require(bool holds) {
  if (!holds) std::abort();
}

/// The same value under every name.
class OneValue final : public protocol::HeaderSource {
 public:
  explicit OneValue(std::string_view value) : value_(value) {}
  std::optional<std::string_view> find(std::string_view) const override { return value_; }
  bool conflicting(std::string_view) const override { return false; }

 private:
  std::string_view value_;
};

void check_value(std::string_view value) {
  auto const decoded = protocol::decode_header_value(value);
  if (!decoded) require(decoded.error().code == Errc::header_mismatch);
  if (decoded && *decoded != value) require(base::is_utf8(*decoded));
  // What is encoded is decoded to what it was.
  if (base::is_utf8(value))
    require(protocol::decode_header_value("=?base64?" + base::base64_encode(value) + "?=") ==
            std::string(value));
}

/// A header that equals the argument passes, whatever the text: this is how a client sends it.
void check_round_trip(std::string_view value) {
  if (!base::is_utf8(value)) return;
  std::string arguments = R"({"a":)";
  json::append_string(arguments, value);
  arguments += '}';
  auto const document = json::Document::parse_copy(arguments);
  require(document.has_value());
  std::string const header = "=?base64?" + base::base64_encode(value) + "?=";
  std::vector<protocol::MirroredParam> const params{
      {"Mcp-Param-A", {"a"}, protocol::MirroredParam::Type::string}};
  require(protocol::check_param_headers(OneValue(header), params, document->root()).has_value());
}

void check_document(std::string_view value, Node root) {
  OneValue const headers(value);
  if (auto const params = protocol::mirrored_params(root)) {
    for (auto const& param : *params)
      require(param.header.starts_with("Mcp-Param-") && !param.path.empty());
    (void)protocol::check_param_headers(headers, *params, root);
  }
  if (auto const envelope = protocol::read_envelope(root))
    (void)protocol::check_method_headers(headers, *envelope);
}
}  // namespace

extern "C" int LLVMFuzzerTestOneInput(unsigned char const* data, std::size_t size) {
  std::string_view const text(reinterpret_cast<char const*>(data), size);
  auto const line = text.substr(0, text.find('\n'));
  check_value(line);
  check_round_trip(line);
  (void)protocol::check_version_header(OneValue(line), "2026-07-28");
  if (line.size() == text.size()) return 0;
  if (auto const document = json::Document::parse_copy(text.substr(line.size() + 1)))
    check_document(line, document->root());
  return 0;
}
