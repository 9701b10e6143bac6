// Connections that wait for their next request. One that the server closes leaves at once, and none
// is lent that was closed unnoticed.
#pragma once
#include <chrono>
#include <cstddef>
#include <list>
#include <memory>

#include "net/wire.hpp"

namespace rampart::http_client {

using net::Step;
using net::Wire;

/// Loop thread only.
class IdleWires {
 public:
  IdleWires(async::Loop& loop, std::size_t at_most);
  ~IdleWires();
  IdleWires(IdleWires const&) = delete;
  IdleWires& operator=(IdleWires const&) = delete;

  /// The one that was used last, so that the others can grow old; null if there is none.
  std::shared_ptr<Wire> take();
  /// Keeps it for at most `idle`; the oldest gives way.
  void keep(std::shared_ptr<Wire> wire, std::chrono::milliseconds idle);
  void clear();
  std::size_t size() const;

 private:
  struct Kept;
  void look_at(Kept& kept);
  void drop(Kept& kept);

  async::Loop& loop_;
  std::size_t const at_most_;
  std::list<Kept> kept_;
};

}  // namespace rampart::http_client
