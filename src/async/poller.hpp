// Readiness of many descriptors on one loop: an epoll set of its own, edge-triggered, that the loop
// watches as one descriptor. A descriptor is registered once and costs no system call and no memory
// per wait, which Asio's waits do.
#pragma once
#include <sys/epoll.h>

#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/basic_stream_descriptor.hpp>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "async/loop.hpp"

namespace rampart::async {

/// Loop thread only.
class Poller : public std::enable_shared_from_this<Poller> {
 public:
  /// A descriptor's owner.
  class Source {
   public:
    /// What has happened (EPOLLIN, EPOLLOUT, EPOLLRDHUP, EPOLLHUP, EPOLLERR). Called at the top of
    /// a turn; may forget any source.
    virtual void on_ready(std::uint32_t events) = 0;

   protected:
    ~Source() = default;
  };

  static std::shared_ptr<Poller> make(Loop& loop);
  Poller(Poller const&) = delete;
  Poller& operator=(Poller const&) = delete;

  /// Reports each time that bytes or an end arrive: once, so that the source reads until nothing is
  /// left. False if the system refuses.
  bool add(int fd, Source& source);
  /// From now on reports room for writing as well, and now if there is some.
  bool watch_writes(int fd, Source& source);
  /// Calls on_ready in a later turn, for a source that has left something unread.
  void again(Source& source);
  /// `source` is called no more. Before its descriptor is closed.
  void forget(Source& source);

 private:
  using Descriptor =
      boost::asio::posix::basic_stream_descriptor<boost::asio::io_context::executor_type>;
  struct Ready {
    Source* source;  // null: forgotten meanwhile
    std::uint32_t events;
  };

  explicit Poller(Loop& loop);
  void wait();
  void turn();
  void post_turn();

  Loop& loop_;
  Descriptor set_;
  std::vector<Ready> turn_;  // what this turn still has to report
  std::vector<Ready> next_turn_;
  bool turn_posted_ = false;
};

}  // namespace rampart::async
