// Any text as a schema, any text as an instance. The first byte chooses the policy for patterns,
// the next two where the rest is split. A validation must end, twice with the same answer.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "json/document.hpp"
#include "json/schema/schema.hpp"

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  using namespace rampart::json;
  constexpr std::size_t head = 3;
  if (size < head) return 0;
  bool skip = (data[0] & 1) != 0;
  std::string_view rest(reinterpret_cast<char const*>(data) + head, size - head);
  std::size_t split = (data[1] * 256U + data[2]) % (rest.size() + 1);
  SchemaLimits limits{.max_bytes = 64 * 1024, .max_subschemas = 1'000, .max_steps = 20'000};
  auto schema = Schema::compile(rest.substr(0, split), {}, limits,
                                skip ? PatternPolicy::skip : PatternPolicy::refuse);
  if (!schema) {
    if (schema.error().message.empty()) std::abort();
    return 0;
  }
  if (!skip && !schema->skipped().empty()) std::abort();
  auto instance = Document::parse_copy(rest.substr(split));
  if (!instance) return 0;
  auto first = schema->validate(instance->root());
  auto second = schema->validate(instance->root());
  if (first.has_value() != second.has_value()) std::abort();
  if (first && (first->message.empty() || first->message != second->message)) std::abort();
  return 0;
}
