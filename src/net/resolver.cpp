#include "net/resolver.hpp"

#include <netdb.h>
#include <sys/socket.h>

#include <condition_variable>
#include <deque>
#include <mutex>
#include <unordered_map>
#include <utility>

namespace rampart::net {
namespace asio = boost::asio;
namespace {
asio::ip::address to_address(sockaddr const& from) {
  if (from.sa_family == AF_INET) {
    auto const& v4 = reinterpret_cast<sockaddr_in const&>(from);
    return asio::ip::address_v4(ntohl(v4.sin_addr.s_addr));
  }
  auto const& v6 = reinterpret_cast<sockaddr_in6 const&>(from);
  asio::ip::address_v6::bytes_type bytes;
  std::copy_n(v6.sin6_addr.s6_addr, bytes.size(), bytes.begin());
  return asio::ip::address_v6(bytes, v6.sin6_scope_id);
}

Result<Addresses> ask_system(std::string const& host) {
  addrinfo wanted{};
  wanted.ai_family = AF_UNSPEC;
  wanted.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  int const error = ::getaddrinfo(host.c_str(), nullptr, &wanted, &found);
  if (error != 0)
    return fail(Errc::unavailable, "the name " + host + " has no address", ::gai_strerror(error));
  std::unique_ptr<addrinfo, void (*)(addrinfo*)> const owned(found, ::freeaddrinfo);
  Addresses addresses;
  for (addrinfo const* each = found; each; each = each->ai_next)
    if (each->ai_family == AF_INET || each->ai_family == AF_INET6)
      addresses.push_back(to_address(*each->ai_addr));
  return addresses;
}
}  // namespace

// Shared with the thread, which may outlive the resolver inside a system call.
struct Resolver::State {
  struct Question {
    async::Loop* loop;
    Done done;
  };
  struct Known {
    Addresses addresses;
    base::Steady::time_point until;
  };

  explicit State(ResolverOptions o) : options(std::move(o)) {
    if (!options.lookup) options.lookup = ask_system;
  }
  void run();
  void answer(std::string const& host, Result<Addresses> const& found);
  bool make_room(base::Steady::time_point now);

  ResolverOptions options;
  std::mutex mutex;
  std::condition_variable changed;
  std::deque<std::string> names;  // to ask for
  std::unordered_map<std::string, std::vector<Question>> questions;
  std::unordered_map<std::string, Known> known;
  bool asking = false;  // the thread is in `lookup`
  bool closed = false;
};

void Resolver::State::run() {
  std::unique_lock lock(mutex);
  for (;;) {
    changed.wait(lock, [this] { return closed || !names.empty(); });
    if (closed) return;
    std::string const host = std::move(names.front());
    names.pop_front();
    asking = true;
    lock.unlock();
    auto const found = options.lookup(host);
    lock.lock();
    asking = false;
    if (closed) return;
    answer(host, found);
  }
}

void Resolver::State::answer(std::string const& host, Result<Addresses> const& found) {
  auto const waiting = questions.extract(host);
  if (waiting.empty()) return;
  if (found) known[host] = {*found, waiting.mapped().front().loop->clock().now() + options.keep};
  for (Question const& question : waiting.mapped())
    question.loop->post([done = question.done, found] { done(found); });
}

bool Resolver::State::make_room(base::Steady::time_point now) {
  if (known.size() + questions.size() < options.max_names) return true;
  std::erase_if(known, [now](auto const& entry) { return entry.second.until <= now; });
  if (known.size() + questions.size() >= options.max_names) known.clear();
  return questions.size() < options.max_names;
}

Resolver::Resolver(ResolverOptions options) : state_(std::make_shared<State>(std::move(options))) {}

Resolver::~Resolver() {
  bool hangs = false;
  {
    std::lock_guard const lock(state_->mutex);
    state_->closed = true;
    hangs = state_->asking;
  }
  state_->changed.notify_one();
  if (!thread_.joinable()) return;
  if (hangs)
    thread_.detach();
  else
    thread_.join();
}

void Resolver::resolve(async::Loop& loop, std::string const& host, Done done) {
  boost::system::error_code ec;
  auto const literal = asio::ip::make_address(host, ec);
  if (!ec) {
    loop.post([done = std::move(done), literal] { done(Addresses{literal}); });
    return;
  }
  std::lock_guard const lock(state_->mutex);
  if (auto const it = state_->known.find(host);
      it != state_->known.end() && it->second.until > loop.now()) {
    loop.post([done = std::move(done), addresses = it->second.addresses] { done(addresses); });
    return;
  }
  auto const asked = state_->questions.find(host);
  if (asked != state_->questions.end()) {
    asked->second.push_back({&loop, std::move(done)});
    return;
  }
  if (!state_->make_room(loop.now())) {
    loop.post([done = std::move(done)] {
      done(fail(Errc::overloaded, "too many names are being looked up"));
    });
    return;
  }
  state_->questions[host].push_back({&loop, std::move(done)});
  state_->names.push_back(host);
  if (!thread_.joinable()) thread_ = std::thread([state = state_] { state->run(); });
  state_->changed.notify_one();
}

}  // namespace rampart::net
