#include "async/poller.hpp"

#include <boost/asio/post.hpp>
#include <cerrno>
#include <system_error>
#include <utility>

namespace rampart::async {
namespace asio = boost::asio;
namespace {
constexpr std::size_t events_per_turn = 128;
constexpr std::uint32_t reading = EPOLLIN | EPOLLRDHUP | EPOLLET;

int new_epoll_set() {
  int const fd = ::epoll_create1(EPOLL_CLOEXEC);
  if (fd < 0) throw std::system_error(errno, std::generic_category(), "epoll_create1");
  return fd;
}

bool control(int set, int what, int fd, std::uint32_t events, Poller::Source& source) {
  epoll_event event{};
  event.events = events;
  event.data.ptr = &source;
  return ::epoll_ctl(set, what, fd, &event) == 0;
}
}  // namespace

Poller::Poller(Loop& loop) : loop_(loop), set_(loop.context(), new_epoll_set()) {}

std::shared_ptr<Poller> Poller::make(Loop& loop) {
  std::shared_ptr<Poller> poller(new Poller(loop));
  poller->wait();
  return poller;
}

bool Poller::add(int fd, Source& source) {
  return control(set_.native_handle(), EPOLL_CTL_ADD, fd, reading, source);
}

bool Poller::watch_writes(int fd, Source& source) {
  return control(set_.native_handle(), EPOLL_CTL_MOD, fd, reading | EPOLLOUT, source);
}

void Poller::again(Source& source) {
  next_turn_.push_back({&source, EPOLLIN});
  post_turn();
}

void Poller::forget(Source& source) {
  for (auto* list : {&turn_, &next_turn_})
    for (Ready& ready : *list)
      if (ready.source == &source) ready.source = nullptr;
}

void Poller::wait() {
  set_.async_wait(Descriptor::wait_read, [weak = weak_from_this()](boost::system::error_code ec) {
    if (ec) return;
    if (auto const self = weak.lock()) {
      self->turn();
      self->wait();
    }
  });
}

void Poller::post_turn() {
  if (std::exchange(turn_posted_, true)) return;
  asio::post(loop_.context(), [weak = weak_from_this()] {
    auto const self = weak.lock();
    if (!self) return;
    self->turn_posted_ = false;
    self->turn();
  });
}

void Poller::turn() {
  turn_.swap(next_turn_);
  std::array<epoll_event, events_per_turn> events;
  int const count = ::epoll_wait(set_.native_handle(), events.data(), events_per_turn, 0);
  for (int i = 0; i < count; ++i)
    turn_.push_back({static_cast<Source*>(events[static_cast<std::size_t>(i)].data.ptr),
                     events[static_cast<std::size_t>(i)].events});
  // By index: a source may forget others, which leaves holes, but only again() adds, and elsewhere.
  for (std::size_t i = 0; i < turn_.size(); ++i)
    if (Source* const source = std::exchange(turn_[i].source, nullptr))
      source->on_ready(turn_[i].events);
  turn_.clear();
}

}  // namespace rampart::async
