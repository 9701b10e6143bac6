// Event ids as clients send them back, and events as we write them: one message is one event,
// whatever its text.
#include <algorithm>
#include <cstdlib>

#include "json/write.hpp"
#include "transport/sse.hpp"

namespace {
namespace sse = rampart::transport::sse;

void require(bool holds) {
  if (!holds) std::abort();
}

void check_id(std::string_view text) {
  auto const id = sse::parse_event_id(text);
  if (!id) return;
  auto const again = sse::parse_event_id(sse::text(*id));
  require(again && again->stream == id->stream && again->number == id->number);
}

void check_event(std::string_view text) {
  std::string json;
  rampart::json::append_string(json, text);
  std::string event;
  sse::append_message(event, json, sse::EventId{1, 2});
  require(event.ends_with("\n\n"));
  require(std::ranges::count(event, '\n') == 4 && std::ranges::count(event, '\r') == 0);
  require(event.substr(event.find("data: ") + 6) == json + "\n\n");
}
}  // namespace

extern "C" int LLVMFuzzerTestOneInput(unsigned char const* data, std::size_t size) {
  std::string_view const text(reinterpret_cast<char const*>(data), size);
  check_id(text);
  check_event(text);
  return 0;
}
