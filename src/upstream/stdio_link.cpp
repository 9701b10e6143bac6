#include "upstream/stdio_link.hpp"

#include <limits>
#include <utility>

namespace rampart::upstream {
namespace {
constexpr auto never_read = std::numeric_limits<std::uint64_t>::max();
}

Result<std::unique_ptr<StdioLink>> StdioLink::start(
    async::Loop& loop, process::Spawner& spawner, process::Command const& command,
    process::ChildLimits const& limits, std::function<void(std::string)> on_error_line) {
  auto child = process::Child::start(loop, spawner, command, limits);
  if (!child) return fail(std::move(child.error()));
  return std::unique_ptr<StdioLink>(
      new StdioLink(loop, std::move(*child), limits.max_line_bytes, std::move(on_error_line)));
}

StdioLink::StdioLink(async::Loop& loop, std::unique_ptr<process::Child> child,
                     std::size_t max_line_bytes, std::function<void(std::string)> on_error_line)
    : loop_(loop),
      max_line_bytes_(max_line_bytes),
      on_error_line_(std::move(on_error_line)),
      child_(std::move(child)) {}

void StdioLink::listen(LinkEvents& events) {
  events_ = &events;
  child_->listen(*this);
}

void StdioLink::send(Outgoing message) {
  auto const end = child_->write(std::move(message.json));
  forget_what_was_read();
  if (!message.request) return;
  // One that reads no more is about to end, and then says why.
  bool const ends = !end && end.error().code == Errc::unavailable;
  if (end || ends)
    sent_.push_back({message.request, end ? *end : never_read});
  else
    report_broken_later(message.request, end.error());
}

void StdioLink::forget_what_was_read() {
  auto const read = child_->surely_read_bytes();
  while (!sent_.empty() && sent_.front().end <= read) sent_.pop_front();
}

// Not at once: the caller is in the middle of making the request.
void StdioLink::report_broken_later(std::int64_t request, Error why) {
  auto job = [this, alive = std::weak_ptr<bool>(alive_), request, why = std::move(why)]() mutable {
    if (alive.expired() || !events_) return;
    events_->on_broken(request, Broken{std::move(why), false});
  };
  loop_.post(std::move(job));
}

void StdioLink::on_line(std::string line) { events_->on_message(Arrival{std::move(line)}); }

// Which request it answered nobody knows: that one waits for its deadline.
void StdioLink::on_line_too_long() {
  on_error_line("a line of more than " + std::to_string(max_line_bytes_) +
                " bytes on stdout was skipped");
}

void StdioLink::on_error_line(std::string line) {
  if (on_error_line_) on_error_line_(std::move(line));
}

void StdioLink::on_exit(process::Exit exit) {
  Error const why(Errc::unavailable, "the server ended: " + exit.text());
  auto const consumed = child_->consumed_bytes();
  auto const unsent = std::exchange(sent_, {});
  std::weak_ptr<bool> const alive = alive_;
  auto* const events = std::exchange(events_, nullptr);
  for (Sent const& sent : unsent) {
    // The line end itself does not matter: a server may act on the last brace.
    if (consumed >= sent.end - 1) continue;
    events->on_broken(sent.request, Broken{why, false});
    if (alive.expired()) return;
  }
  events->on_closed(why);
}

}  // namespace rampart::upstream
