// What an upstream over HTTP sends: a response and, in its body, events. Pieces of any size read as
// one.
#include <cstdlib>
#include <string>
#include <vector>

#include "http_client/response_reader.hpp"
#include "upstream/event_reader.hpp"

namespace {
using rampart::http_client::ResponseReader;
using rampart::upstream::EventReader;
constexpr std::size_t header_limit = 1024;
constexpr std::size_t event_limit = 4096;

struct Seen {
  bool failed = false;
  bool done = false;
  std::string body;
  std::vector<std::string> events;
  bool operator==(Seen const&) const = default;
};

Seen read(std::string_view text, std::size_t piece) {
  ResponseReader response(header_limit);
  EventReader events(event_limit);
  Seen seen;
  for (std::size_t at = 0; at < text.size() && !seen.failed; at += piece) {
    seen.failed = !response.feed(text.substr(at, piece));
    std::string const body = response.take_body();
    seen.body += body;
    seen.failed = seen.failed || !events.feed(body);
    while (auto const event = events.next()) seen.events.push_back(event->type + event->data);
  }
  seen.done = response.done();
  return seen;
}

void require(bool holds) {
  if (!holds) std::abort();
}
}  // namespace

extern "C" int LLVMFuzzerTestOneInput(unsigned char const* data, std::size_t size) {
  std::string_view const text(reinterpret_cast<char const*>(data), size);
  if (text.empty()) return 0;
  Seen const pieces = read(text.substr(1), static_cast<unsigned char>(text[0]) % 64 + 1);
  Seen const whole = read(text.substr(1), text.size());
  // Bounds may hit earlier or later, so only what both read is compared.
  if (!pieces.failed && !whole.failed) require(pieces == whole);
  return 0;
}
