// Owns one descriptor; and pipes whose ends stay out of the way of stdin, stdout and stderr.
#pragma once
#include <unistd.h>

#include <utility>

#include "rampart/error.hpp"

namespace rampart::process {

class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(Descriptor&& other) noexcept : fd_(other.release()) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~Descriptor() { reset(); }
  explicit operator bool() const { return fd_ >= 0; }
  int get() const { return fd_; }
  int release() { return std::exchange(fd_, -1); }
  void reset() {
    if (fd_ >= 0) ::close(std::exchange(fd_, -1));
  }

 private:
  int fd_ = -1;
};

struct Pipe {
  Descriptor read;
  Descriptor write;
};

/// Both ends are closed on exec and numbered above 2, so that a child can move them to 0, 1 and 2
/// in any order. Errors: unavailable, when descriptors or memory run out.
Result<Pipe> make_pipe();

}  // namespace rampart::process
