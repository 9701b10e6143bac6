// How much memory a process and its descendants hold.
#pragma once
#include <sys/types.h>

#include <cstdint>
#include <optional>

namespace rampart::process {

/// Bytes that are resident, summed over the processes of the tree; pages that several share count
/// in each. nullopt when the root cannot be read. Reads some files in /proc for each process of the
/// tree and none of others; of a kernel without lists of children it sees the root only.
std::optional<std::uint64_t> tree_resident_bytes(pid_t root);

}  // namespace rampart::process
