// The buffer that all connections of a thread read into, so that an idle connection owns none.
#pragma once
#include <cstddef>

namespace rampart::http {

inline constexpr std::size_t read_buffer_size = 64 * 1024;

/// The right to use the thread's buffer, within one synchronous function: what was read must be
/// copied or parsed before the lease ends. One lease at a time. In AddressSanitizer builds the
/// buffer is poisoned without a lease.
class ReadLease {
 public:
  ReadLease();
  ~ReadLease();
  ReadLease(ReadLease const&) = delete;
  ReadLease& operator=(ReadLease const&) = delete;
  char* data() const { return data_; }

 private:
  char* data_;
};

}  // namespace rampart::http
