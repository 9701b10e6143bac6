// A JSON-RPC message of an upstream as byte ranges: validated once, nothing copied, so that a large
// result passes through as the bytes it came in.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "json/slice.hpp"
#include "rampart/error.hpp"

namespace rampart::upstream {

/// Views into the message's text. An absent member is empty.
struct Message {
  enum class Kind { request, notification, response };
  Kind kind = Kind::notification;
  std::string_view id;      ///< JSON text; of a response also null or absent
  std::string method;       ///< of requests and notifications
  std::string_view params;  ///< an object when present
  std::string_view result;
  std::string_view error;
};

/// Errors: parse_error for what is no JSON, invalid_request for what is no JSON-RPC 2.0 message or
/// has a member of the envelope twice. What a response holds is not judged.
Result<Message> read_message(std::string_view json);

/// The messages of a batch (revisions up to 2025-03-26); nullopt when it is no JSON array.
std::optional<std::vector<std::string_view>> batch_items(std::string_view json);

/// An id of ours: a JSON integer within 64 bits, not a string that holds one.
std::optional<std::int64_t> integer_of(std::string_view slice);
/// The strings of a JSON array; nullopt when it is something else or holds something else.
std::optional<std::vector<std::string>> strings_of(std::string_view slice);
bool is_object(std::string_view slice);
bool is_number(std::string_view slice);

/// The members of params; none when params are absent. Errors: invalid_params for a repeated one.
Result<json::Slices> params_of(Message const& message);

/// A JSON-RPC error object.
struct RpcError {
  int code = 0;
  std::string message;
  std::string_view data = {};  ///< JSON text, or empty
  std::string text() const;    ///< for people: message and code
};
/// nullopt when it is no object with an integer code.
std::optional<RpcError> read_error(std::string_view error);

/// `slice`, a part of `json`, in the memory of `json`.
std::string take_slice(std::string&& json, std::string_view slice);

}  // namespace rampart::upstream
