// Results of upstreams for clients of any revision. What is the protocol's own business between two
// peers (resultType, cache hints, serverInfo) is taken out and returned beside it; the rest passes,
// without being parsed where the client's revision knows all of it.
#pragma once
#include <string>
#include <string_view>

#include "protocol/cache_hints.hpp"
#include "protocol/methods.hpp"
#include "rampart/error.hpp"

namespace rampart::protocol {

struct TranslatedResult {
  std::string members;    ///< of the result, without braces and without _meta
  std::string meta;       ///< members of _meta, without braces
  bool is_error = false;  ///< a tool's isError
  CacheHints hints;
};

struct ResultTranslation {
  Method method = Method::tools_call;
  Version upstream = latest_modern;
  Version client = latest_modern;
  /// The tool's output schema is published wrapped for this client's era: so is its output.
  bool wrap_structured = false;
};

/// `result` is the valid JSON text of a complete result; look for input_required first
/// (translate_input.hpp). Errors: unavailable when it is no object, has a member twice or a
/// resultType that is not "complete".
Result<TranslatedResult> translate_result(std::string_view result, ResultTranslation const& how);

}  // namespace rampart::protocol
