// The connections of one loop.
#pragma once
#include <atomic>
#include <boost/intrusive/list.hpp>
#include <boost/intrusive/list_hook.hpp>
#include <boost/smart_ptr/intrusive_ptr.hpp>
#include <boost/smart_ptr/intrusive_ref_counter.hpp>
#include <cstddef>
#include <memory>
#include <string>

#include "async/loop.hpp"
#include "async/poller.hpp"
#include "async/spawn.hpp"
#include "base/file_descriptor.hpp"
#include "http/exchange.hpp"
#include "http/shared.hpp"
#include "http/workspace.hpp"

namespace rampart::http {

class Shard;

/// What a shard does to the connections of its loop.
/// Counted without atomics, because all of it happens on one loop.
class Managed : public boost::intrusive_ref_counter<Managed, boost::thread_unsafe_counter>,
                public boost::intrusive::list_base_hook<
                    boost::intrusive::link_mode<boost::intrusive::auto_unlink>> {
 public:
  virtual ~Managed() = default;
  /// Ends it if it is between two requests.
  virtual void close_if_idle() = 0;
  /// Lets a waiting handler see that the server drains.
  virtual void notice_drain() = 0;
  /// Ends it: its handler is told that the peer is gone, and cancelled until it returns.
  virtual void cancel_all() = 0;
  /// The same, if its request is this client's.
  virtual void cancel_of(ClientRef const& client) = 0;
  /// Gives the waiting coroutine up; the loop does not run any more.
  virtual void abandon() = 0;
};

/// An accepted socket: its descriptor and who is at the other end.
struct Accepted {
  base::FileDescriptor socket;
  std::string peer;
};

/// Counts one socket of a server for as long as it lives. Made by the acceptor, ended on the
/// connection's loop.
class SocketCount {
 public:
  enum class Kind { connection, refusal };
  SocketCount(std::shared_ptr<Shard> shard, Kind kind);
  SocketCount(SocketCount&& other) noexcept = default;
  SocketCount& operator=(SocketCount&&) = delete;
  ~SocketCount() { end(); }
  void end();
  Kind kind() const { return kind_; }

 private:
  std::shared_ptr<Shard> shard_;  // null once ended
  Kind kind_;
};

class Shard : public std::enable_shared_from_this<Shard> {
 public:
  Shard(async::Loop& loop, std::shared_ptr<Shared> shared);
  ~Shard();

  // Any thread:
  std::size_t size() const { return size_.load(std::memory_order_relaxed); }
  /// Serves the socket on this loop.
  void take(Accepted accepted, SocketCount count);
  void close_idle();
  void notice_drain();
  void cancel_all();
  void cancel_of(ClientRef client);

  // Loop thread:
  async::Loop& loop() { return loop_; }
  Shared& shared() { return *shared_; }
  WorkspacePool& workspaces() { return workspaces_; }
  /// Gives all connections up. Once the loop no longer runs.
  void abandon();

 private:
  friend class SocketCount;
  void start(Accepted accepted, SocketCount count);
  template <class Act>
  void for_each(Act act);

  async::Loop& loop_;
  std::shared_ptr<Shared> shared_;
  std::shared_ptr<async::Poller> const poller_;
  WorkspacePool workspaces_;
  async::TaskGroup group_;
  boost::intrusive::list<Managed, boost::intrusive::constant_time_size<false>> connections_;
  std::atomic<std::size_t> size_{0};
};

}  // namespace rampart::http
