#include "http_client/idle_wires.hpp"

#include <utility>

namespace rampart::http_client {
namespace {
// Nothing may come while nobody asked, TLS's own messages excepted, which read() deals with.
bool is_quiet(Wire& wire) {
  char byte = 0;
  return wire.read(&byte, 1).kind == Step::Kind::wants_read;
}
}  // namespace

struct IdleWires::Kept {
  Kept(IdleWires& owner, std::shared_ptr<Wire> w)
      : wire(std::move(w)), old([this, &owner] { owner.drop(*this); }) {}
  std::shared_ptr<Wire> wire;
  async::Deadline old;
};

IdleWires::IdleWires(async::Loop& loop, std::size_t at_most) : loop_(loop), at_most_(at_most) {}
IdleWires::~IdleWires() = default;
void IdleWires::clear() { kept_.clear(); }
std::size_t IdleWires::size() const { return kept_.size(); }

std::shared_ptr<Wire> IdleWires::take() {
  while (!kept_.empty()) {
    auto wire = std::move(kept_.back().wire);
    kept_.pop_back();
    wire->on_ready({});
    if (is_quiet(*wire)) return wire;
  }
  return nullptr;
}

void IdleWires::keep(std::shared_ptr<Wire> wire, std::chrono::milliseconds idle) {
  if (at_most_ == 0 || idle.count() <= 0 || !is_quiet(*wire)) return;
  if (kept_.size() >= at_most_) kept_.pop_front();
  Kept& kept = kept_.emplace_back(*this, std::move(wire));
  loop_.arm(kept.old, loop_.now() + idle);
  kept.wire->on_ready([this, &kept] { look_at(kept); });
  kept.wire->await(Step::Kind::wants_read);
}

void IdleWires::look_at(Kept& kept) {
  if (is_quiet(*kept.wire))
    kept.wire->await(Step::Kind::wants_read);
  else
    drop(kept);
}

void IdleWires::drop(Kept& kept) {
  kept_.remove_if([&kept](Kept const& each) { return &each == &kept; });
}

}  // namespace rampart::http_client
