// A JSON-RPC id: a string or an integer, echoed with the type it came with.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "json/write.hpp"
#include "rampart/json.hpp"

namespace rampart::protocol {

class RequestId {
 public:
  RequestId() = default;  ///< no id: a notification, or one that could not be read
  explicit RequestId(std::int64_t number) : value_(number) {}
  explicit RequestId(std::string text) : value_(std::move(text)) {}

  /// nullopt for null, fractions and other types, which MCP forbids.
  static std::optional<RequestId> read(Node node) {
    if (auto text = node.as_string()) return RequestId(std::string(*text));
    if (node.kind() == Node::Kind::integer) return RequestId(*node.as_int64());
    return std::nullopt;
  }

  bool present() const { return value_.index() != 0; }
  void append(std::string& out) const {
    if (auto const* number = std::get_if<std::int64_t>(&value_))
      json::append_int(out, *number);
    else if (auto const* text = std::get_if<std::string>(&value_))
      json::append_string(out, *text);
    else
      out += "null";
  }
  std::string text() const {
    std::string out;
    append(out);
    return out;
  }
  bool operator==(RequestId const&) const = default;
  auto operator<=>(RequestId const&) const = default;

 private:
  std::variant<std::monostate, std::int64_t, std::string> value_;
};

}  // namespace rampart::protocol
