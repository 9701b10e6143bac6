// The memory of one request's head: a small block that is used again for the next request, and the
// heap beyond it.
#pragma once
#include <array>
#include <cstddef>
#include <memory_resource>

namespace rampart::http {

class Arena {
 public:
  Arena() = default;
  Arena(Arena const&) = delete;
  Arena& operator=(Arena const&) = delete;
  void* allocate(std::size_t bytes, std::size_t align) { return more_.allocate(bytes, align); }
  /// Everything allocated from it must be gone.
  void clear() { more_.release(); }

 private:
  alignas(std::max_align_t) std::array<std::byte, 1536> first_;  // holds a usual request's head
  std::pmr::monotonic_buffer_resource more_{first_.data(), first_.size()};
};

}  // namespace rampart::http
