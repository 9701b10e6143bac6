#include "async/loop.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>

namespace rampart::async {
namespace asio = boost::asio;
namespace {
thread_local Loop const* current = nullptr;
constexpr std::chrono::seconds far_off{1};

struct OnThread {
  explicit OnThread(Loop const* loop) : outer(current) { current = loop; }
  ~OnThread() { current = outer; }
  Loop const* outer;
};
}  // namespace

Loop::Loop(base::Clock const& clock)
    : clock_(clock),
      context_(1),
      work_(asio::make_work_guard(context_)),
      sweeper_(context_),
      far_from_(clock.now() + far_off) {}

Loop::~Loop() {
  near_.clear();
  far_.clear();
}

void Loop::post(std::function<void()> job) { asio::post(context_, std::move(job)); }

void Loop::dispatch(std::function<void()> job) {
  if (on_thread()) return job();
  post(std::move(job));
}

void Loop::arm(Deadline& deadline, base::Steady::time_point at) {
  bool const far = at >= far_from_;
  deadline.at_ = at;
  if (deadline.is_linked()) {
    if (deadline.far_ == far) return;
    deadline.unlink();
  }
  deadline.far_ = far;
  (far ? far_ : near_).push_back(deadline);
}

void Loop::look_at_far_ones(base::Steady::time_point now) {
  far_from_ = now + far_off;
  for (auto it = far_.begin(); it != far_.end();) {
    Deadline& deadline = *it++;
    if (deadline.at_ >= far_from_) continue;
    deadline.unlink();
    deadline.far_ = false;
    near_.push_back(deadline);
  }
}

void Loop::sweep() {
  auto const now = clock_.now();
  if (now >= far_from_) look_at_far_ones(now);
  // An expiry may arm, disarm or destroy any deadline, so what has expired moves to a list of its
  // own first.
  Deadlines expired;
  for (auto it = near_.begin(); it != near_.end();) {
    Deadline& deadline = *it++;
    if (deadline.at_ > now) continue;
    deadline.unlink();
    expired.push_back(deadline);
  }
  while (!expired.empty()) {
    Deadline& deadline = expired.front();
    expired.pop_front();
    if (deadline.at_ > now)
      arm(deadline, deadline.at_);  // moved by an expiry before it
    else
      deadline.expired_();
  }
}

void Loop::schedule_sweep() {
  sweeper_.expires_after(sweep_interval);
  sweeper_.async_wait([this](boost::system::error_code ec) {
    if (ec) return;
    occupation_.beat(base::Steady::now());
    sweep();
    schedule_sweep();
  });
}

void Loop::run() {
  OnThread const mark(this);
  occupation_.beat(base::Steady::now());
  schedule_sweep();
  context_.run();
}

void Loop::stop() { context_.stop(); }

std::size_t Loop::poll() {
  OnThread const mark(this);
  if (context_.stopped()) context_.restart();
  return context_.poll();
}

bool Loop::on_thread() const { return current == this; }

}  // namespace rampart::async
