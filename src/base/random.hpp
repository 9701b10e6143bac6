// Unguessable bytes from the kernel's generator, fetched in batches: one system call serves many
// ids. Each thread has its own batch. A process that was forked does not repeat its parent's bytes,
// and bytes that were handed out are erased.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>

namespace rampart::base {

/// Fills `size` bytes. Throws std::system_error if the kernel has no generator: nothing that needs
/// it can run then.
void fill_random(void* out, std::size_t size);

std::string random_bytes(std::size_t size);
std::uint64_t random_u64();

}  // namespace rampart::base
