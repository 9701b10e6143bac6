#include "process/child.hpp"

#include <poll.h>
#include <signal.h>

#include <cstring>
#include <utility>

#include "process/line_reader.hpp"
#include "process/line_writer.hpp"
#include "process/process_tree.hpp"
#include "process/spawner.hpp"

namespace rampart::process {

std::string Exit::text() const {
  if (!signal) return "exit status " + std::to_string(status);
  char const* const name = ::sigdescr_np(signal);
  return "signal " + std::to_string(signal) + " (" + (name ? name : "unknown") + ")";
}

class Child::Implementation : public std::enable_shared_from_this<Implementation> {
 public:
  Implementation(async::Loop& loop, Spawner& spawner, ChildLimits const& limits, Spawned spawned)
      : loop_(loop),
        spawner_(spawner),
        limits_(limits),
        pid_(spawned.pid),
        handle_(loop.context(), spawned.handle.release()),
        input_(std::make_shared<LineWriter>(loop, std::move(spawned.input),
                                            limits.max_write_queue_bytes, [this] { stop(); })),
        output_(std::make_shared<LineReader>(
            loop, std::move(spawned.output),
            LineSplitter(limits.max_line_bytes, LineSplitter::Overlong::skip),
            [this](LineSplitter::Line line) { on_output(std::move(line)); }, [this] { stop(); })),
        error_output_(std::make_shared<LineReader>(
            loop, std::move(spawned.error_output),
            LineSplitter(limits.max_error_line_bytes, LineSplitter::Overlong::cut),
            [this](LineSplitter::Line line) { events_->on_error_line(std::move(line.text)); },
            [] {})) {}
  ~Implementation() { abandon(); }

  void listen(ChildEvents& events);
  void stop();
  void kill();
  /// No event any more, and no process.
  void abandon();
  LineWriter& input() const { return *input_; }
  pid_t pid() const { return pid_; }
  bool runs() const { return runs_; }
  bool ending() const { return !runs_ || step_ != Step::none; }

 private:
  enum class Step { none, input_ended, terminated };
  void on_output(LineSplitter::Line line);
  void wait_for_end();
  bool has_ended();
  void next_step();
  void on_end();
  void close();

  async::Loop& loop_;
  Spawner& spawner_;
  ChildLimits const limits_;
  pid_t const pid_;
  LoopDescriptor handle_;
  std::shared_ptr<LineWriter> const input_;
  std::shared_ptr<LineReader> const output_;
  std::shared_ptr<LineReader> const error_output_;
  ChildEvents* events_ = nullptr;
  bool runs_ = true;  // not reaped: the process number is its own
  Step step_ = Step::none;
  async::Deadline step_deadline_{[this] { next_step(); }};
};

void Child::Implementation::listen(ChildEvents& events) {
  events_ = &events;
  output_->start();
  error_output_->start();
  wait_for_end();
}

void Child::Implementation::wait_for_end() {
  handle_.async_wait(LoopDescriptor::wait_read,
                     [weak = weak_from_this()](boost::system::error_code ec) {
                       auto const self = weak.lock();
                       if (ec || !self) return;
                       self->has_ended() ? self->on_end() : self->wait_for_end();
                     });
}

// The reactor may report what it heard of another descriptor that had the same number before: the
// end of this child's predecessor.
bool Child::Implementation::has_ended() {
  pollfd asked{handle_.native_handle(), POLLIN, 0};
  return ::poll(&asked, 1, 0) == 1;
}

void Child::Implementation::on_output(LineSplitter::Line line) {
  if (line.too_long) return events_->on_line_too_long();
  events_->on_line(std::move(line.text));
}

void Child::Implementation::stop() {
  if (!runs_ || step_ != Step::none) return;
  step_ = Step::input_ended;
  input_->end();
  loop_.arm(step_deadline_, loop_.now() + limits_.eof_grace);
}

void Child::Implementation::next_step() {
  if (step_ != Step::input_ended) return kill();
  step_ = Step::terminated;
  ::kill(-pid_, SIGTERM);
  loop_.arm(step_deadline_, loop_.now() + limits_.term_grace);
}

void Child::Implementation::kill() {
  if (runs_) ::kill(-pid_, SIGKILL);
}

// The leader has ended. First the rest of its group, so that nobody writes any more, then what they
// have written.
void Child::Implementation::on_end() {
  step_deadline_.disarm();
  auto const exit = spawner_.collect(pid_);
  runs_ = false;
  output_->finish();
  if (events_) error_output_->finish();
  boost::system::error_code ignored;
  handle_.close(ignored);
  if (auto* const events = std::exchange(events_, nullptr)) events->on_exit(exit);
}

void Child::Implementation::abandon() {
  events_ = nullptr;
  if (std::exchange(runs_, false)) spawner_.bury(pid_);
  step_deadline_.disarm();
  input_->close();
  output_->close();
  error_output_->close();
  boost::system::error_code ignored;
  handle_.close(ignored);
}

Child::Child(std::shared_ptr<Implementation> implementation)
    : implementation_(std::move(implementation)) {}

Child::~Child() { implementation_->abandon(); }

Result<std::unique_ptr<Child>> Child::start(async::Loop& loop, Spawner& spawner,
                                            Command const& command, ChildLimits const& limits) {
  auto spawned = spawner.spawn(command);
  if (!spawned) return fail(std::move(spawned.error()));
  auto implementation =
      std::make_shared<Implementation>(loop, spawner, limits, std::move(*spawned));
  return std::unique_ptr<Child>(new Child(std::move(implementation)));
}

void Child::listen(ChildEvents& events) { implementation_->listen(events); }

Result<std::uint64_t> Child::write(std::string line) {
  return implementation_->input().write(std::move(line));
}

std::uint64_t Child::consumed_bytes() const { return implementation_->input().consumed_bytes(); }

std::uint64_t Child::surely_read_bytes() const {
  return implementation_->input().surely_read_bytes();
}

void Child::stop() { implementation_->stop(); }

void Child::kill() { implementation_->kill(); }

bool Child::ending() const { return implementation_->ending(); }

pid_t Child::pid() const { return implementation_->pid(); }

std::optional<std::uint64_t> Child::resident_bytes() const {
  if (!implementation_->runs()) return std::nullopt;
  return tree_resident_bytes(implementation_->pid());
}

}  // namespace rampart::process
