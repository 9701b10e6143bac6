// Remembers the stack of each throw, for the log. The only way in is to stand before the runtime's
// own __cxa_throw, which is called without an argument of ours: hence the process-wide state here,
// the one exception to the rule against it.
#include <dlfcn.h>
#include <execinfo.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstring>
#include <mutex>
#include <typeinfo>

#include "base/log_exception.hpp"

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define RAMPART_ASAN 1
#endif
#endif
#ifdef RAMPART_ASAN
#define RAMPART_THROW_LINKAGE  // AddressSanitizer's own definition is weak and stands first
extern "C" void __asan_handle_no_return();
#else
// Where the runtime is linked statically its own definition wins, and nothing is recorded.
#define RAMPART_THROW_LINKAGE weak,
#endif

namespace rampart::base {
namespace {

constexpr std::size_t max_frames = 32;
constexpr std::size_t remembered = 64;  // throws, process-wide; a stack is wanted soon or never

struct Site {
  void* object = nullptr;
  std::size_t count = 0;
  std::array<void*, max_frames> frames{};
};

constinit std::atomic<bool> recording{false};
constinit std::mutex sites_mutex;
constinit std::array<Site, remembered> sites{};
constinit std::size_t newest = 0;

// `after` is where the throw expression returns to: frames before it belong to the recording.
void remember(void* object, void* after) {
  std::array<void*, max_frames + 4> all{};
  auto const n = static_cast<std::size_t>(::backtrace(all.data(), static_cast<int>(all.size())));
  auto const* const end = all.data() + n;
  auto const* first = std::find(all.data(), all.data() + n, after);
  if (first == end) first = all.data();
  std::lock_guard const lock(sites_mutex);
  newest = (newest + 1) % remembered;
  auto& site = sites[newest];
  site.object = object;
  site.count = std::min(max_frames, static_cast<std::size_t>(end - first));
  std::copy_n(first, site.count, site.frames.begin());
}

}  // namespace

void record_throw_sites(bool on) {
  if (on) {
    std::array<void*, 1> warm{};  // the first backtrace() loads a library and allocates
    ::backtrace(warm.data(), 1);
  }
  recording.store(on, std::memory_order_relaxed);
  // Later throws may reuse an address without being recorded: an old stack would be a lie.
  std::lock_guard const lock(sites_mutex);
  for (auto& site : sites) site.object = nullptr;
}

std::vector<void*> throw_site(std::exception_ptr const& what) {
  static_assert(sizeof(what) == sizeof(void*),
                "an exception_ptr is the address of the thrown object");
  void* object = nullptr;
  std::memcpy(&object, &what, sizeof object);
  std::lock_guard const lock(sites_mutex);
  for (std::size_t back = 0; back < remembered; ++back) {
    auto const& site = sites[(newest + remembered - back) % remembered];
    if (object != nullptr && site.object == object) {
      return {site.frames.begin(), site.frames.begin() + static_cast<std::ptrdiff_t>(site.count)};
    }
  }
  return {};
}

namespace detail {
bool recording_throws() { return recording.load(std::memory_order_relaxed); }
void remember_throw(void* object, void* after) { remember(object, after); }
}  // namespace detail

}  // namespace rampart::base

using ThrowFunction = void (*)(void*, std::type_info*, void (*)(void*));

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wmissing-declarations"
extern "C" __attribute__((RAMPART_THROW_LINKAGE noreturn, noinline, visibility("default"))) void
__cxa_throw(void* object, std::type_info* type, void (*destroy)(void*)) {
  static auto const real = reinterpret_cast<ThrowFunction>(::dlsym(RTLD_NEXT, "__cxa_throw"));
  if (rampart::base::detail::recording_throws()) {
    rampart::base::detail::remember_throw(object, __builtin_return_address(0));
  }
#ifdef RAMPART_ASAN
  __asan_handle_no_return();
#endif
  real(object, type, destroy);
  __builtin_unreachable();
}
#pragma GCC diagnostic pop
