// How the C library's allocator gives memory back.
#pragma once

namespace rampart::runtime {

/// Without it glibc learns from the largest message there ever was to keep twice its size for good.
/// Once, at the start of a serving process; does nothing where the C library is another one.
void give_large_blocks_back();

}  // namespace rampart::runtime
