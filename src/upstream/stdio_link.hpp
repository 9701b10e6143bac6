// A child process as the way to an upstream: one message a line.
#pragma once
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "async/loop.hpp"
#include "process/child.hpp"
#include "upstream/link.hpp"

namespace rampart::upstream {

/// Every line of stdout arrives as a message, noise too. The answers to what send() could not
/// deliver, and all events, come in later turns of the loop; any of them may destroy the link.
/// Requests that the server cannot have seen are broken with sent = false, before on_closed, whose
/// message is such as "the server ended: exit status 3".
class StdioLink final : public Link, private process::ChildEvents {
 public:
  /// `on_error_line`: lines of stderr, and what went wrong with a line of stdout; may be empty.
  /// Nothing is read before listen(). Errors: as process::Child::start.
  static Result<std::unique_ptr<StdioLink>> start(async::Loop& loop, process::Spawner& spawner,
                                                  process::Command const& command,
                                                  process::ChildLimits const& limits,
                                                  std::function<void(std::string)> on_error_line);

  void listen(LinkEvents& events) override;
  void send(Outgoing message) override;
  void abandon(std::int64_t) override {}
  void negotiated(protocol::Version) override {}
  /// A line says nothing about the request to which a question belongs.
  bool attributes_questions() const override { return false; }
  /// End of stdin, TERM, KILL: see process::ChildLimits.
  void close() override { child_->stop(); }
  bool ending() const override { return child_->ending(); }

  pid_t pid() const { return child_->pid(); }
  std::optional<std::uint64_t> resident_bytes() const { return child_->resident_bytes(); }
  /// At once; on_closed follows.
  void kill() { child_->kill(); }

 private:
  // A request that may still be on its way.
  struct Sent {
    std::int64_t request;
    std::uint64_t end;  // where its line ends in the child's input
  };

  StdioLink(async::Loop& loop, std::unique_ptr<process::Child> child, std::size_t max_line_bytes,
            std::function<void(std::string)> on_error_line);
  void on_line(std::string line) override;
  void on_line_too_long() override;
  void on_error_line(std::string line) override;
  void on_exit(process::Exit exit) override;
  void report_broken_later(std::int64_t request, Error why);
  void forget_what_was_read();

  async::Loop& loop_;
  std::size_t const max_line_bytes_;
  std::function<void(std::string)> const on_error_line_;
  LinkEvents* events_ = nullptr;
  std::deque<Sent> sent_;
  std::shared_ptr<bool> const alive_ = std::make_shared<bool>(true);  // gone: so is the link
  std::unique_ptr<process::Child> const child_;
};

}  // namespace rampart::upstream
