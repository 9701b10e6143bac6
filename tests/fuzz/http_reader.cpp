// Arbitrary bytes to the HTTP request reader, once in one piece and once cut up: both must see the
// same requests and the same end, no body may pass its limit, and the budget must be given back.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "http/request_reader.hpp"

namespace {
using namespace rampart::http;

constexpr std::size_t body_limit = 300;

struct Seen {
  std::vector<std::string> requests;
  int refused = 0;
  bool operator==(Seen const&) const = default;
};

void require(bool held) {
  if (!held) std::abort();
}

std::string text_of(RequestReader& reader) {
  std::string text(reader.head().method());
  text += ' ';
  text += reader.head().target();
  for (auto const& [name, value, mark] : reader.head().lines()) {
    text += '\n';
    text += name;
    text += ':';
    text += value;
  }
  return text + "\n\n" + reader.body();
}

// Reads what `buffer` holds and removes what was used; false after a refusal.
bool read_buffered(RequestReader& reader, std::string& buffer, Seen& seen) {
  for (;;) {
    std::size_t used = 0;
    // A copy of its own, so that a view that outlives the input is found.
    std::string const input = buffer;
    RequestReader::Step step = reader.feed(input, used);
    require(used <= input.size());
    buffer.erase(0, used);
    if (step == RequestReader::Step::head && !reader.allow_body(body_limit))
      step = RequestReader::Step::refused;
    require(reader.body().size() <= body_limit);
    if (step == RequestReader::Step::need_more) return true;
    if (step == RequestReader::Step::refused) {
      seen.refused = reader.refusal().status;
      require(seen.refused >= 400);
      return false;
    }
    if (step == RequestReader::Step::complete) {
      require(reader.head().header_count("host") <= 1);
      require(reader.body().capacity() >= reader.body().size() + body_padding);
      seen.requests.push_back(text_of(reader));
      reader.next();
    }
  }
}

Seen read(std::string_view bytes, std::size_t piece) {
  Limits limits;
  limits.header_bytes = 400;
  limits.header_count = 10;
  BodyBudget budget(1000);
  Seen seen;
  {
    RequestReader reader(limits, budget);
    std::string buffer;
    for (std::size_t at = 0; at < bytes.size(); at += piece) {
      buffer += bytes.substr(at, piece);
      if (!read_buffered(reader, buffer, seen)) break;
    }
  }
  require(budget.held() == 0);
  return seen;
}
}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  if (size < 2) return 0;
  // The parser may wait for the end of a head before it looks at one that came in pieces, so there
  // is an end.
  std::string const bytes = std::string(data + 1, data + size) + "\r\n\r\n";
  Seen const whole = read(bytes, bytes.size());
  Seen const cut = read(bytes, 1 + data[0] % 64);
  require(whole.requests == cut.requests);
  require((whole.refused == 0) == (cut.refused == 0));
  return 0;
}
