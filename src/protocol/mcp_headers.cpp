#include "protocol/mcp_headers.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "base/encoding.hpp"
#include "base/utf8.hpp"

namespace rampart::protocol {
namespace {

constexpr std::string_view base64_prefix = "=?base64?";
constexpr std::string_view base64_suffix = "?=";
constexpr double max_safe_integer = 9007199254740991.0;

Failure mismatch(std::string message) { return fail(Errc::header_mismatch, std::move(message)); }

// Looks at all characters in any case, so that the compiler takes many at once.
bool is_printable(std::string_view text) {
  bool ok = true;
  for (unsigned char const c : text) ok &= (c >= 0x20 && c <= 0x7e) || c == '\t';
  return ok;
}

/// The header's value if it stands there once (or identically repeated) and in printable ASCII.
Result<std::optional<std::string_view>> plain_value(HeaderSource const& headers,
                                                    std::string_view name) {
  auto const value = headers.find(name);
  if (value && headers.conflicting(name))
    return mismatch(std::string(name) + " header comes twice with different values");
  if (value && !is_printable(*value))
    return mismatch(std::string(name) +
                    " header has characters outside printable ASCII; encode it as =?base64?…?=");
  return value;
}

Result<std::string_view> required_value(HeaderSource const& headers, std::string_view name) {
  auto value = plain_value(headers, name);
  if (!value) return Failure(value.error());
  if (!*value) return mismatch(std::string(name) + " header is missing");
  return **value;
}

bool same_integer(std::string_view header, Node body) {
  double number = 0;
  auto const [end, error] = std::from_chars(header.data(), header.data() + header.size(), number);
  if (error != std::errc() || end != header.data() + header.size()) return false;
  if (std::abs(number) > max_safe_integer) return false;
  auto const wanted = body.as_double();
  return wanted && *wanted == number;
}

bool same_value(MirroredParam::Type type, std::string const& header, Node body) {
  switch (type) {
    case MirroredParam::Type::string:
      return body.as_string() == std::string_view(header);
    case MirroredParam::Type::boolean: {
      auto const value = body.as_bool();
      return value && header == (*value ? "true" : "false");
    }
    case MirroredParam::Type::integer:
      return same_integer(header, body);
  }
  return false;
}

bool is_token(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](unsigned char c) {
    return std::isalnum(c) ||
           std::string_view("!#$%&'*+-.^_`|~").find(static_cast<char>(c)) != std::string_view::npos;
  });
}

std::string lower(std::string text) {
  std::ranges::transform(text, text.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

struct Collector {
  std::vector<MirroredParam> found;
  std::vector<std::string> path;

  Result<void> declaration(Node schema, Node name) {
    auto const text = name.as_string();
    if (!text || !is_token(*text))
      return fail(Errc::invalid_params,
                  "x-mcp-header at " + where() + " must be a non-empty HTTP token");
    MirroredParam param{"Mcp-Param-" + std::string(*text), path, MirroredParam::Type::string};
    auto const type = schema.find("type");
    auto const type_name = type ? type->as_string() : std::nullopt;
    if (type_name == "string")
      param.type = MirroredParam::Type::string;
    else if (type_name == "integer")
      param.type = MirroredParam::Type::integer;
    else if (type_name == "boolean")
      param.type = MirroredParam::Type::boolean;
    else
      return fail(Errc::invalid_params,
                  "x-mcp-header at " + where() +
                      " stands on a property whose type is not string, integer or boolean");
    for (auto const& other : found)
      if (lower(other.header) == lower(param.header))
        return fail(Errc::invalid_params,
                    "x-mcp-header \"" + std::string(*text) + "\" is used twice");
    found.push_back(std::move(param));
    return {};
  }

  std::string where() const {
    std::string out;
    for (auto const& part : path) out += (out.empty() ? "" : ".") + part;
    return out.empty() ? "the root" : out;
  }

  /// Only `properties` lead to arguments that a header can name; anywhere else the keyword is an
  /// error.
  Result<void> visit(Node schema, bool reachable, int depth) {
    constexpr int max_depth = 32;
    if (depth > max_depth) return {};
    for (auto const& [key, value] : schema.members()) {
      if (key == "x-mcp-header" && schema.is_object()) {
        if (!reachable || path.empty())
          return fail(Errc::invalid_params,
                      "x-mcp-header at " + where() + " is not reachable through properties only");
        if (auto ok = declaration(schema, value); !ok) return ok;
      } else if (key == "properties" && value.is_object()) {
        if (auto ok = properties(value, reachable, depth); !ok) return ok;
      } else if (key != "enum" && key != "const" && key != "default" && key != "examples") {
        if (auto ok = elsewhere(value, depth); !ok) return ok;
      }
    }
    return {};
  }

  Result<void> properties(Node members, bool reachable, int depth) {
    for (auto const& [name, property] : members.members()) {
      path.emplace_back(name);
      auto ok = visit(property, reachable, depth + 1);
      path.pop_back();
      if (!ok) return ok;
    }
    return {};
  }

  Result<void> elsewhere(Node value, int depth) {
    if (value.is_object()) return visit(value, false, depth + 1);
    for (Node item : value.items())
      if (auto ok = elsewhere(item, depth + 1); !ok) return ok;
    return {};
  }
};

std::optional<Node> argument_at(std::optional<Node> arguments,
                                std::vector<std::string> const& path) {
  for (auto const& part : path) {
    if (!arguments) return std::nullopt;
    arguments = arguments->find(part);
  }
  if (arguments && arguments->is_null()) return std::nullopt;
  return arguments;
}

}  // namespace

Result<std::string> decode_header_value(std::string_view value) {
  if (!value.starts_with(base64_prefix) || !value.ends_with(base64_suffix) ||
      value.size() < base64_prefix.size() + base64_suffix.size())
    return std::string(value);
  auto const payload = value.substr(base64_prefix.size(),
                                    value.size() - base64_prefix.size() - base64_suffix.size());
  auto decoded = base::base64_decode(payload);
  if (!decoded || !base::is_utf8(*decoded))
    return fail(Errc::header_mismatch, "a =?base64?…?= header value is not base64 of UTF-8 text");
  return std::move(*decoded);
}

Result<void> check_version_header(HeaderSource const& headers, std::string_view meta_version) {
  auto const value = required_value(headers, "MCP-Protocol-Version");
  if (!value) return Failure(value.error());
  if (*value != meta_version)
    return mismatch("MCP-Protocol-Version header and params._meta name different versions");
  return {};
}

Result<void> check_method_headers(HeaderSource const& headers, Envelope const& envelope) {
  auto const method = required_value(headers, "Mcp-Method");
  if (!method) return Failure(method.error());
  if (*method != envelope.method) return mismatch("Mcp-Method header and the body's method differ");
  auto const member = find_method(envelope.method).header_name;
  if (member.empty()) return {};
  auto const body = envelope.params ? envelope.params->find(member) : std::nullopt;
  auto const body_text = body ? body->as_string() : std::nullopt;
  if (!body_text) return {};  // the missing member gets its own, clearer error
  auto const raw = required_value(headers, "Mcp-Name");
  if (!raw) return Failure(raw.error());
  auto const decoded = decode_header_value(*raw);
  if (!decoded) return Failure(decoded.error());
  if (*decoded != *body_text)
    return mismatch("Mcp-Name header and params." + std::string(member) + " differ");
  return {};
}

Result<std::vector<MirroredParam>> mirrored_params(Node input_schema) {
  Collector collector;
  if (auto ok = collector.visit(input_schema, true, 0); !ok) return Failure(ok.error());
  return std::move(collector.found);
}

Result<void> check_param_headers(HeaderSource const& headers,
                                 std::vector<MirroredParam> const& params,
                                 std::optional<Node> arguments) {
  for (auto const& param : params) {
    auto const body = argument_at(arguments, param.path);
    auto const raw = plain_value(headers, param.header);
    if (!raw) return Failure(raw.error());
    if (!*raw && !body) continue;
    if (!*raw) return mismatch(param.header + " header is missing");
    if (!body)
      return mismatch(param.header + " header is there, but the arguments have no such value");
    auto const decoded = decode_header_value(**raw);
    if (!decoded) return Failure(decoded.error());
    if (!same_value(param.type, *decoded, *body))
      return mismatch(param.header + " header and the argument differ");
  }
  return {};
}

}  // namespace rampart::protocol
