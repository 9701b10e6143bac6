// Names to addresses. getaddrinfo blocks, so one thread of the process asks it, name after name;
// who waits has a deadline of its own. Answers are kept for seconds only: a name that moves is
// followed.
#pragma once
#include <boost/asio/ip/address.hpp>
#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "async/loop.hpp"
#include "rampart/error.hpp"

namespace rampart::net {

using Addresses = std::vector<boost::asio::ip::address>;

struct ResolverOptions {
  std::chrono::milliseconds keep{
      3'000};                   ///< how long an answer is used again; failures are not kept
  std::size_t max_names = 256;  ///< that are kept or asked for at once
  /// What answers; blocks. Errors: unavailable. Empty: the system (getaddrinfo).
  std::function<Result<Addresses>(std::string const& host)> lookup = {};
};

class Resolver {
 public:
  explicit Resolver(ResolverOptions options = ResolverOptions());
  /// Before the loops that asked. Questions without an answer are forgotten; a system call that
  /// hangs is left behind, not waited for.
  ~Resolver();
  Resolver(Resolver const&) = delete;
  Resolver& operator=(Resolver const&) = delete;

  using Done = std::function<void(Result<Addresses>)>;
  /// Calls `done` on `loop`, later. Any loop's thread. Addresses answer without asking anybody.
  /// Errors: unavailable, overloaded.
  void resolve(async::Loop& loop, std::string const& host, Done done);

 private:
  struct State;
  std::shared_ptr<State> state_;
  std::thread thread_;
};

}  // namespace rampart::net
