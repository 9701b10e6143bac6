#include "base/random.hpp"

#include <sys/mman.h>
#include <sys/random.h>

#include <cerrno>
#include <cstring>
#include <system_error>

namespace rampart::base {
namespace {

void fill_from_kernel(char* out, std::size_t size) {
  while (size > 0) {
    ssize_t filled = ::getrandom(out, size, 0);
    if (filled < 0 && errno == EINTR) continue;
    if (filled < 0) throw std::system_error(errno, std::generic_category(), "getrandom");
    out += filled;
    size -= static_cast<std::size_t>(filled);
  }
}

// One page. In a forked child the kernel shows it as zeros, hence with nothing left to hand out.
struct Batch {
  std::size_t left;
  char bytes[4096 - sizeof(std::size_t)];
};
static_assert(sizeof(Batch) == 4096);

/// Belongs to one thread.
class Pool {
 public:
  Pool() {
    void* page =
        ::mmap(nullptr, sizeof(Batch), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (page == MAP_FAILED) return;
    if (::madvise(page, sizeof(Batch), MADV_WIPEONFORK) == 0) {
      batch_ = static_cast<Batch*>(page);
    } else {
      ::munmap(page, sizeof(Batch));
    }
  }
  ~Pool() {
    if (batch_) ::munmap(batch_, sizeof(Batch));
  }
  Pool(Pool const&) = delete;
  Pool& operator=(Pool const&) = delete;

  void fill(char* out, std::size_t size) {
    // Without a page that is wiped on fork every call asks the kernel: slower, but never wrong.
    if (!batch_ || size > sizeof(batch_->bytes)) return fill_from_kernel(out, size);
    if (batch_->left < size) {
      fill_from_kernel(batch_->bytes, sizeof(batch_->bytes));
      batch_->left = sizeof(batch_->bytes);
    }
    batch_->left -= size;
    char* taken = batch_->bytes + batch_->left;
    std::memcpy(out, taken, size);
    std::memset(taken, 0, size);
  }

 private:
  Batch* batch_ = nullptr;
};
}  // namespace

void fill_random(void* out, std::size_t size) {
  static thread_local Pool pool;
  pool.fill(static_cast<char*>(out), size);
}

std::string random_bytes(std::size_t size) {
  std::string out(size, '\0');
  fill_random(out.data(), size);
  return out;
}

std::uint64_t random_u64() {
  std::uint64_t out;
  fill_random(&out, sizeof out);
  return out;
}

}  // namespace rampart::base
