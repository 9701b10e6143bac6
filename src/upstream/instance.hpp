// One live server of an upstream: a child process or an HTTP session, from its opening to its end.
// Loop thread only.
#pragma once
#include <memory>
#include <utility>

#include "upstream/caller.hpp"
#include "upstream/connection.hpp"
#include "upstream/stdio_link.hpp"

namespace rampart::upstream {

/// Whom an instance serves. Equal keys may share one.
struct InstanceKey {
  ClientCapabilities capabilities;  ///< declared in its handshake
  std::string principal;            ///< of mode per-principal, else empty
  std::string session;              ///< of mode per-session, else empty
  bool operator==(InstanceKey const&) const = default;
};

struct Instance {
  Instance(std::uint64_t number, InstanceKey key, base::Steady::time_point now)
      : number(number), key(std::move(key)), started(now), idle_since(now) {}

  std::uint64_t const number;  ///< never used again: it names the instance's death
  InstanceKey const key;
  base::Steady::time_point const started;
  base::Steady::time_point idle_since;
  std::unique_ptr<Connection> connection;
  StdioLink* child = nullptr;  ///< null over HTTP
  bool ready = false;
  bool closed = false;
  bool retiring = false;   ///< takes no further call; closed when the last one ends
  bool exclusive = false;  ///< held by one call that may ask its caller
  bool doubted = false;    ///< asked for a sign of life after a call timed out
  bool answered = false;   ///< a call, not only the handshake
  std::size_t users = 0;
  std::uint64_t calls = 0;

  Greeting const& greeting() const { return *connection->greeting(); }
  /// Its connection knows of the end before `closed` is set, which comes in a later turn.
  bool usable() const { return ready && !closed && !retiring && !connection->ending(); }
};

/// The right to send requests to an instance. Gives it back at its end.
class Lease {
 public:
  Lease() = default;
  Lease(std::shared_ptr<Instance> instance, bool exclusive, std::function<void()> returned)
      : instance_(std::move(instance)), exclusive_(exclusive), returned_(std::move(returned)) {
    ++instance_->users;
    ++instance_->calls;
    if (exclusive_) instance_->exclusive = true;
  }
  Lease(Lease&& other) noexcept { swap(other); }
  Lease& operator=(Lease&& other) noexcept {
    Lease(std::move(other)).swap(*this);
    return *this;
  }
  ~Lease() { give_back(); }

  explicit operator bool() const { return instance_ != nullptr; }
  Instance* operator->() const { return instance_.get(); }
  Instance& operator*() const { return *instance_; }
  std::shared_ptr<Instance> const& instance() const { return instance_; }

 private:
  void swap(Lease& other) noexcept {
    instance_.swap(other.instance_);
    std::swap(exclusive_, other.exclusive_);
    returned_.swap(other.returned_);
  }
  void give_back() {
    if (!instance_) return;
    --instance_->users;
    if (exclusive_) instance_->exclusive = false;
    auto const returned = std::exchange(returned_, nullptr);
    instance_.reset();
    if (returned) returned();
  }

  std::shared_ptr<Instance> instance_;
  bool exclusive_ = false;
  std::function<void()> returned_;
};

}  // namespace rampart::upstream
