#include "base/metrics_cells.hpp"

#include <memory>
#include <new>

namespace rampart::base {
namespace {

constexpr std::align_val_t line{64};

void release(std::atomic<std::uint64_t>* cells) { ::operator delete(cells, line); }

}  // namespace

StripedCells::~StripedCells() {
  for (auto& stripe : cells_) release(stripe.load(std::memory_order_acquire));
}

std::size_t StripedCells::next_stripe() {
  static std::atomic<std::size_t> threads{0};  // spreads threads; the only thing they share
  return threads.fetch_add(1, std::memory_order_relaxed) % stripes;
}

std::atomic<std::uint64_t>* StripedCells::make(std::size_t stripe) {
  auto* const fresh = static_cast<std::atomic<std::uint64_t>*>(
      ::operator new(width_ * sizeof(std::atomic<std::uint64_t>), line));
  std::uninitialized_value_construct_n(fresh, width_);
  std::atomic<std::uint64_t>* expected = nullptr;
  if (cells_[stripe].compare_exchange_strong(expected, fresh, std::memory_order_acq_rel)) {
    return fresh;
  }
  release(fresh);  // a thread that shares the stripe was first
  return expected;
}

std::uint64_t StripedCells::sum(std::size_t cell) const {
  std::uint64_t total = 0;
  for (auto const& stripe : cells_) {
    auto const* const cells = stripe.load(std::memory_order_acquire);
    if (cells != nullptr) total += cells[cell].load(std::memory_order_relaxed);
  }
  return total;
}

}  // namespace rampart::base
