// Accepts the connections of one listening socket, on one loop, and gives them away.
#pragma once
#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <functional>
#include <memory>

#include "async/loop.hpp"
#include "http/endpoint.hpp"
#include "http/shard.hpp"

namespace rampart::http {

class Listener : public std::enable_shared_from_this<Listener> {
 public:
  using Give = std::function<void(Accepted)>;

  /// `give` is called on the loop.
  Listener(async::Loop& loop, std::shared_ptr<Shared> shared, Give give);
  ~Listener();

  /// Takes the socket over; accepting begins in a later turn. Any thread, once.
  void start(ListeningSocket listening);
  /// Accepts what the kernel has queued already (closing would reset it), then closes. Any thread.
  void stop();
  /// Closes at once and gives nothing away any more. Only while the loop does not run.
  void abandon();

 private:
  enum class Drained { queue_empty, more, out_of_descriptors };
  Drained accept_some(int at_most);
  void wait();
  void accept_and_wait();
  void close();

  using Acceptor = boost::asio::basic_socket_acceptor<boost::asio::ip::tcp,
                                                      boost::asio::io_context::executor_type>;
  async::Loop& loop_;
  std::shared_ptr<Shared> shared_;
  Give give_;
  Acceptor acceptor_;
  async::Deadline retry_;  // while there are no descriptors
  bool open_ = false;
  bool abandoned_ = false;
};

}  // namespace rampart::http
