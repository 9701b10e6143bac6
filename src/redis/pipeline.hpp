// Commands that were asked for and have no answer yet, on one connection: Redis answers in order,
// so the first reply belongs to the first of them. No I/O and no clock here.
#pragma once
#include <cstddef>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "redis/reply.hpp"

namespace rampart::redis {

struct PipelineLimits {
  std::size_t max_commands = 1'024;        ///< without an answer
  std::size_t max_unsent_bytes = 8 << 20;  ///< that wait for the socket
};

class Pipeline {
 public:
  /// Errors: unavailable, deadline.
  using Done = std::function<void(Result<Reply>)>;
  /// A command whose answer has come.
  struct Answered {
    Done done;
    Reply reply;
  };

  explicit Pipeline(PipelineLimits limits = PipelineLimits()) : limits_(limits) {}

  bool has_room(std::size_t commands, std::size_t bytes) const;
  /// has_room() said so. Deadlines are given in rising order.
  void push(std::string_view command, base::Steady::time_point deadline, Done done);

  std::string_view unsent() const { return std::string_view(out_).substr(sent_); }
  void sent(std::size_t bytes);

  /// Appends the commands that these bytes answer, in order. Errors: unavailable when the bytes are
  /// no replies or answer nothing that was asked; the connection is of no use then.
  Result<void> received(std::string_view bytes, std::vector<Answered>& answered);

  /// Of the command that has waited longest.
  std::optional<base::Steady::time_point> next_deadline() const;
  /// Whoever still waits; nobody waits afterwards.
  std::vector<Done> give_up();
  std::size_t waiting() const { return waiting_.size(); }

 private:
  struct Waiting {
    base::Steady::time_point deadline;
    Done done;
  };

  PipelineLimits const limits_;
  std::string out_;
  std::size_t sent_ = 0;  // of out_
  std::deque<Waiting> waiting_;
  ReplyReader reader_;
};

}  // namespace rampart::redis
