// One non-blocking descriptor: what a step on it brought, and how many bytes the kernel has taken.
// TLS and plain connections stand on it alike.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace rampart::net {

/// What a step that never waits came to.
struct Step {
  enum class Kind { progress, wants_read, wants_write, end, failed };
  Kind kind = Kind::progress;
  std::size_t bytes = 0;  ///< of progress
  std::string why = {};   ///< of failed
};

struct RawSocket {
  int fd = -1;
  std::uint64_t handed = 0;  ///< bytes that the kernel took
  bool ended = false;        ///< a read met the peer's orderly end
  bool broken = false;       ///< a read met a reset or another error

  Step read(char* to, std::size_t size);
  /// A peer that has gone is an error, never a signal.
  Step write(std::string_view bytes);
  /// Bytes that the peer's kernel has acknowledged, the opening included; 0 if this system does not
  /// say.
  std::uint64_t acknowledged() const;
};

}  // namespace rampart::net
