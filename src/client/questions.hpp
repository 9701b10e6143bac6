// What a server may ask in the middle of a call, and how it is answered: a person at the terminal
// fills in forms; nobody there means that the question is cancelled.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "client/console.hpp"
#include "client/form.hpp"
#include "client/line_input.hpp"
#include "rampart/client.hpp"
#include "rampart/task.hpp"

namespace rampart::client {

struct Reply {
  std::string json;  ///< a result object, or a JSON-RPC error object
  bool is_error = false;
};

class Questions {
 public:
  /// `input` may be null: no terminal. `roots`: absolute paths of folders, told to servers that
  /// ask. Both outlive it.
  Questions(Console const& console, LineInput* input, std::vector<std::string> roots);

  /// What is declared: elicitation always, roots when there are some, sampling never.
  ClientCapabilities capabilities() const;
  Task<Reply> answer(std::string method, std::string params);

 private:
  Task<Reply> elicitation(std::string params);
  Task<Reply> form(std::vector<Field> fields);
  Task<Reply> consent(std::string prompt);
  Task<std::optional<std::string>> field(Field field, bool* declined);
  Reply roots() const;

  Console const& console_;
  LineInput* const input_;
  std::vector<std::string> const roots_;
};

/// file:///home/me for an absolute path, other characters than RFC 3986's unreserved ones encoded.
std::string file_uri(std::string_view path);

}  // namespace rampart::client
