#include "json/parsers.hpp"

#include <algorithm>
#include <bit>

#include "json/document.hpp"

namespace rampart::json {
namespace {
constexpr std::size_t smallest_capacity = 16 * 1024;  // bytes; most messages are shorter

// Room for `length` bytes, in powers of two so that growing messages do not reallocate each time.
// The depth limit is fixed here; simdjson keeps it when it grows by itself. If memory is short,
// parsing says so.
void make_room(simdjson::dom::parser& parser, std::size_t length) {
  if (parser.capacity() >= length && parser.doc.capacity() >= length && parser.capacity() > 0)
    return;
  std::size_t capacity = std::max(smallest_capacity, length);
  if (capacity <= largest_kept_document) capacity = std::bit_ceil(capacity);
  // simdjson refuses at the level it is told, hence one more.
  if (parser.allocate(capacity, default_max_depth + 1)) return;
  (void)!parser.doc.allocate(capacity);
}
}  // namespace

Parsers& Parsers::of_this_thread() {
  // One per thread because a parser's buffers are worth keeping and a Document never changes
  // thread.
  static thread_local Parsers parsers;
  return parsers;
}

std::size_t Parsers::borrow(std::size_t length) {
  auto free =
      std::find_if(slots_.begin(), slots_.end(), [](auto& slot) { return !slot->borrowed; });
  if (free == slots_.end()) free = slots_.insert(free, std::make_unique<Slot>());
  Slot& slot = **free;
  make_room(slot.parser, length);
  slot.length = length;
  slot.borrowed = true;
  return static_cast<std::size_t>(free - slots_.begin());
}

void Parsers::give_back(std::size_t index) {
  slots_[index]->borrowed = false;
  if (slots_[index]->length > largest_kept_document) slots_[index] = std::make_unique<Slot>();
  while (slots_.size() > kept_parsers && !slots_.back()->borrowed) slots_.pop_back();
}

}  // namespace rampart::json
