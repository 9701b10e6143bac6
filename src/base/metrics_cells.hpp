// Numbers that many threads add to and one reads now and then. Each thread adds to one of a few
// stripes of its own cache lines, so two loops never fight for a line; a stripe is allocated when
// first used.
#pragma once
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

namespace rampart::base {

class StripedCells {
 public:
  static constexpr std::size_t stripes = 16;

  explicit StripedCells(std::size_t width) : width_(width) {}
  ~StripedCells();
  StripedCells(StripedCells const&) = delete;
  StripedCells& operator=(StripedCells const&) = delete;

  /// `width` cells for the calling thread; add to them with relaxed order.
  std::atomic<std::uint64_t>* mine() {
    auto const stripe = own_stripe();
    auto* const cells = cells_[stripe].load(std::memory_order_acquire);
    return cells != nullptr ? cells : make(stripe);
  }
  std::uint64_t sum(std::size_t cell) const;

 private:
  static std::size_t own_stripe() {
    // 0 = not assigned yet. Threads beyond `stripes` share: slower, never wrong.
    static constinit thread_local std::size_t assigned = 0;
    if (assigned == 0) assigned = 1 + next_stripe();
    return assigned - 1;
  }
  static std::size_t next_stripe();
  std::atomic<std::uint64_t>* make(std::size_t stripe);

  std::size_t const width_;
  std::array<std::atomic<std::atomic<std::uint64_t>*>, stripes> cells_{};
};

}  // namespace rampart::base
