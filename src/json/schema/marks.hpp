// Which members or items of one value have been evaluated: the annotations that `unevaluated*` asks
// for. By position, in place up to 128 of them.
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace rampart::json {

class Marks {
 public:
  explicit Marks(std::size_t size) {
    if (size > near_.size() * 64) far_.resize((size + 63) / 64);
  }
  void set(std::size_t index) { words()[index / 64] |= std::uint64_t{1} << (index % 64); }
  bool has(std::size_t index) const { return (words()[index / 64] >> (index % 64) & 1U) != 0; }
  /// `other` is of the same value.
  void merge(Marks const& other) {
    std::size_t count = far_.empty() ? near_.size() : far_.size();
    for (std::size_t i = 0; i < count; ++i) words()[i] |= other.words()[i];
  }

 private:
  std::uint64_t* words() { return far_.empty() ? near_.data() : far_.data(); }
  std::uint64_t const* words() const { return far_.empty() ? near_.data() : far_.data(); }
  std::array<std::uint64_t, 2> near_{};
  std::vector<std::uint64_t> far_;
};

}  // namespace rampart::json
