// `key=value` words of a command line as the arguments of a tool or a prompt: each value becomes
// what the tool's input schema wants there.
#pragma once
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rampart/error.hpp"
#include "rampart/json.hpp"

namespace rampart::client {

/// One word: `key=value`, `key:=json`, either with `@file` for the value, or `@file` alone, whose
/// JSON object holds arguments by name.
struct Word {
  std::string key;       ///< empty for a file of arguments
  std::string value;     ///< what the file holds, when there is one
  bool is_json = false;  ///< sent as it is
};

/// Of one file of arguments (bytes).
inline constexpr std::size_t max_argument_file_bytes = 64u << 20;

/// Reads a file, "-" being standard input. Errors: invalid_params, naming the file.
using ReadFile = std::function<Result<std::string>(std::string const& path)>;
Result<std::string> read_argument_file(std::string const& path);

/// Errors: invalid_params for what is no such word, or no JSON where that is announced.
/// `key=@@home` is the text "@home".
Result<std::vector<Word>> read_words(std::vector<std::string> const& words,
                                     ReadFile const& read_file);

/// A JSON object. A value is sent as text wherever the schema (`input_schema`, may be missing)
/// takes text, else as the kind it takes; where it takes anything, as JSON if it is JSON. A key
/// may come several times where an array is wanted. Later words win over a file of arguments.
/// Errors: invalid_params naming the key and what is wanted.
Result<std::string> tool_arguments(std::vector<Word> const& words,
                                   std::optional<Node> input_schema);
/// A JSON object of texts, which is what prompts take.
Result<std::string> prompt_arguments(std::vector<Word> const& words);

}  // namespace rampart::client
