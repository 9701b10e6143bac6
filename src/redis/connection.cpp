#include "redis/connection.hpp"

#include <array>
#include <string>
#include <utility>

#include "base/random.hpp"
#include "policy/jitter.hpp"

namespace rampart::redis {
namespace {
constexpr std::size_t read_size = 16 << 10;  // bytes taken from the socket at once

// From half of it to all of it: processes that lost Redis together do not come back together.
base::Steady::duration jittered(base::Steady::duration length) {
  return policy::share_of(length, 0.5 + policy::fraction_of(base::random_u64()) / 2);
}
}  // namespace

Connection::Connection(net::Route route, Url url, ConnectionOptions options, Changed changed)
    : route_(std::move(route)),
      url_(std::move(url)),
      options_(options),
      changed_(std::move(changed)),
      waiter_(std::make_shared<net::Waiter>(route_.loop)),
      timer_(route_.loop.context()),
      probe_([this] { probe(); }) {}

void Connection::start() { async::spawn(route_.loop, tasks_, "redis", run()); }

void Connection::stop() {
  waiter_->interrupt(Error(Errc::unavailable, "the server is stopping"));
  if (pipeline_) lose(*waiter_->interrupted());
}

Task<void> Connection::run() {
  while (!waiter_->interrupted()) {
    Result<void> const opened = co_await open();
    auto const since = route_.loop.now();
    if (opened) {
      ready_ = true;
      changed_(opened);
      route_.loop.arm(probe_, since + options_.probe_interval);
      while (!lost_ && !waiter_->interrupted()) co_await waiter_->wait();
      if (route_.loop.now() - since >= options_.sustained) failures_ = 0;
    }
    probe_.disarm();
    if (waiter_->interrupted()) break;
    changed_(opened ? Result<void>(fail(*lost_)) : opened);
    auto const longest = policy::doubled(options_.retry_min, failures_++, options_.retry_max);
    co_await pause(jittered(longest));
  }
  timer_.cancel();
}

Task<Result<void>> Connection::open() {
  auto const by = route_.loop.now() + options_.connect_timeout;
  Result<std::shared_ptr<net::Wire>> wire = co_await net::connect(route_, waiter_, by);
  if (!wire) co_return fail(wire.error());
  wire_ = std::move(*wire);
  wire_->on_ready([this] { on_ready(); });
  pipeline_.emplace(options_.limits);
  lost_.reset();
  greeted_ = false;
  greet();
  while (!greeted_ && !lost_ && !waiter_->interrupted()) co_await waiter_->wait();
  if (lost_) co_return fail(*lost_);
  co_return Result<void>();
}

Task<void> Connection::pause(base::Steady::duration length) {
  bool over = false;
  async::Deadline until([this, &over] {
    over = true;
    waiter_->notify();
  });
  route_.loop.arm(until, route_.loop.now() + length);
  while (!over && !waiter_->interrupted()) co_await waiter_->wait();
}

// All in one go. The PING shows that it serves us, and within the time that a command may take.
void Connection::greet() {
  if (!url_.password.empty()) {
    auto const user = url_.user.empty() ? std::string("default") : url_.user;
    // Without a user as servers before Redis 6 know it.
    auto const words = url_.user.empty() ? command({"AUTH", url_.password})
                                         : command({"AUTH", user, url_.password});
    push(words, greeting("does not accept user '" + user + "' and its password"));
  }
  if (url_.database != 0) {
    auto const number = std::to_string(url_.database);
    push(command({"SELECT", number}), greeting("does not let us use database " + number));
  }
  push(command({"PING"}), [this](Result<Reply> const& reply) {
    if (!reply) return;
    if (reply->kind == Reply::Kind::error)
      return lose(Error(Errc::unavailable, "it answered PING with: " + reply->text));
    greeted_ = true;
    waiter_->notify();
  });
  flush();
}

Pipeline::Done Connection::greeting(std::string refused) {
  return [this, refused = std::move(refused)](Result<Reply> const& reply) {
    if (reply && reply->kind == Reply::Kind::error)
      lose(Error(Errc::unavailable, "it " + refused + ": " + reply->text));
  };
}

bool Connection::has_room(std::size_t commands, std::size_t bytes) const {
  return ready_ && pipeline_ && pipeline_->has_room(commands, bytes);
}

void Connection::push(std::string_view command, Pipeline::Done done) {
  pipeline_->push(command, route_.loop.now() + options_.command_timeout, std::move(done));
  if (!timer_armed_) arm_timer();
}

void Connection::flush() { write(); }

void Connection::on_ready() {
  write();
  read();
}

void Connection::write() {
  while (pipeline_ && !pipeline_->unsent().empty()) {
    net::Step const step = wire_->write(pipeline_->unsent());
    if (step.kind == net::Step::Kind::progress)
      pipeline_->sent(step.bytes);
    else if (step.kind == net::Step::Kind::failed || step.kind == net::Step::Kind::end)
      return lose(Error(Errc::unavailable, "the connection was lost: " + step.why));
    else
      return wire_->await(step.kind);
  }
  if (pipeline_) wire_->await(net::Step::Kind::wants_read);
}

void Connection::read() {
  std::array<char, read_size> buffer;
  while (pipeline_) {
    net::Step const step = wire_->read(buffer.data(), buffer.size());
    if (step.kind == net::Step::Kind::end)
      return lose(Error(Errc::unavailable, "it closed the connection"));
    if (step.kind == net::Step::Kind::failed)
      return lose(Error(Errc::unavailable, "the connection was lost: " + step.why));
    if (step.kind != net::Step::Kind::progress) return wire_->await(step.kind);
    std::vector<Pipeline::Answered> answered;
    auto const understood = pipeline_->received({buffer.data(), step.bytes}, answered);
    // Whoever is told may push more, or lose the connection.
    for (auto& each : answered) each.done(std::move(each.reply));
    if (!understood) return lose(understood.error());
  }
}

void Connection::arm_timer() {
  auto const next = pipeline_ ? pipeline_->next_deadline() : std::nullopt;
  timer_armed_ = next.has_value();
  if (!next) return;
  timer_.expires_after(std::max(*next - route_.loop.now(), base::Steady::duration::zero()));
  timer_.async_wait([this](boost::system::error_code ec) {
    if (!ec) look_at_deadlines();
  });
}

// An answer may have come while this loop was busy with something else: that is not Redis's fault.
void Connection::look_at_deadlines() {
  read();
  auto const next = pipeline_ ? pipeline_->next_deadline() : std::nullopt;
  if (next && *next <= route_.loop.now())
    lose(Error(Errc::deadline, "it did not answer within " +
                                   std::to_string(options_.command_timeout.count()) + " ms"));
  arm_timer();
}

void Connection::probe() {
  if (!ready_) return;
  if (pipeline_->waiting() == 0) {
    push(command({"PING"}), [](Result<Reply> const&) {});
    flush();
  }
  if (ready_) route_.loop.arm(probe_, route_.loop.now() + options_.probe_interval);
}

void Connection::lose(Error why) {
  if (!pipeline_) return;
  ready_ = false;
  lost_ = std::move(why);
  auto const waiting = pipeline_->give_up();
  pipeline_.reset();
  wire_->on_ready({});
  wire_.reset();
  for (auto const& done : waiting) done(fail(*lost_));
  waiter_->notify();
}

}  // namespace rampart::redis
