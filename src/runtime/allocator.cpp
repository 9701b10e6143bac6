#include "runtime/allocator.hpp"

#include <cstdlib>  // defines __GLIBC__

#if defined(__GLIBC__)
#include <malloc.h>
#endif

namespace rampart::runtime {

#if defined(__GLIBC__)

namespace {
constexpr int mapped_from = 2 << 20;  ///< bytes; such a block goes back to the system at once
constexpr int free_at_top = 3 << 20;  ///< bytes of an arena that may stay for what comes next
}  // namespace

void give_large_blocks_back() {
  ::mallopt(M_MMAP_THRESHOLD, mapped_from);
  ::mallopt(M_TRIM_THRESHOLD, free_at_top);
}

#else

void give_large_blocks_back() {}

#endif

}  // namespace rampart::runtime
