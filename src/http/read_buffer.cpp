#include "http/read_buffer.hpp"

#include <array>
#include <cassert>

#if defined(__SANITIZE_ADDRESS__)
#define RAMPART_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define RAMPART_ASAN 1
#endif
#endif
#ifdef RAMPART_ASAN
#include <sanitizer/asan_interface.h>
#else
#define ASAN_POISON_MEMORY_REGION(address, size) (static_cast<void>(address))
#define ASAN_UNPOISON_MEMORY_REGION(address, size) (static_cast<void>(address))
#endif

namespace rampart::http {
namespace {
struct Buffer {
  Buffer() { ASAN_POISON_MEMORY_REGION(bytes.data(), bytes.size()); }
  ~Buffer() {
    ASAN_UNPOISON_MEMORY_REGION(bytes.data(), bytes.size());
  }  // the thread's memory is used again
  std::array<char, read_buffer_size> bytes;
  bool leased = false;
};
thread_local Buffer buffer;
}  // namespace

ReadLease::ReadLease() : data_(buffer.bytes.data()) {
  assert(!buffer.leased);
  buffer.leased = true;
  ASAN_UNPOISON_MEMORY_REGION(buffer.bytes.data(), buffer.bytes.size());
}

ReadLease::~ReadLease() {
  ASAN_POISON_MEMORY_REGION(buffer.bytes.data(), buffer.bytes.size());
  buffer.leased = false;
}

}  // namespace rampart::http
