#include "test_server.hpp"

#include <chrono>
#include <map>
#include <utility>

namespace rampart::http::test {
namespace {
constexpr std::chrono::seconds patience{10};
}

std::optional<Response> ScriptedHandler::admit(Head const& head, std::string_view peer,
                                               ClientRef& client) {
  {
    std::lock_guard const lock(mutex_);
    last_peer_ = peer;
  }
  if (recognising) client = recognising(head);
  return admitting ? admitting(head) : std::nullopt;
}

Task<void> ScriptedHandler::handle(Exchange& exchange) {
  auto const script = scripts_.find(std::string(exchange.head().path()));
  if (script != scripts_.end()) {
    co_await script->second(exchange);
    co_return;
  }
  Response response;
  response.content_type = "text/plain";
  response.body = std::string(exchange.head().method()) + " " +
                  std::string(exchange.head().path()) + " " + exchange.body();
  exchange.respond(std::move(response));
}

void ScriptedHandler::refused(Refusal why, Head const*, Response& response, std::string_view peer) {
  response.headers.emplace_back("X-Refusal", std::to_string(static_cast<int>(why)));
  std::lock_guard const lock(mutex_);
  refusals_.push_back(why);
  last_peer_ = peer;
}

std::vector<Refusal> ScriptedHandler::refusals() const {
  std::lock_guard const lock(mutex_);
  return refusals_;
}

std::string ScriptedHandler::last_peer() const {
  std::lock_guard const lock(mutex_);
  return last_peer_;
}

void Signal::set() {
  std::lock_guard const lock(mutex_);
  set_ = true;
  changed_.notify_all();
}

bool Signal::wait() {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, patience, [this] { return set_; });
}

bool Signal::is_set() const {
  std::lock_guard const lock(mutex_);
  return set_;
}

TestServer::TestServer(ScriptedHandler& handler, Limits limits, unsigned loops, ExceptionHook hook,
                       std::string_view address) {
  std::vector<async::Loop*> all;
  for (unsigned i = 0; i < loops; ++i)
    all.push_back(loops_.emplace_back(std::make_unique<async::Loop>()).get());
  server_ = std::make_unique<Server>(all, handler, limits, std::move(hook));
  server_->on_empty([this] { empty.set(); });
  auto const port = server_->listen(address, 0);
  EXPECT_TRUE(port) << port.error().message;
  port_ = port.value_or(0);
  for (auto& loop : loops_) threads_.emplace_back([&loop] { loop->run(); });
}

TestServer::~TestServer() {
  server_->stop_listening();
  server_->cancel_all();
  EXPECT_TRUE(empty.wait()) << "connections did not end";
  for (auto& loop : loops_) loop->stop();
  for (auto& thread : threads_) thread.join();
  server_.reset();
}

bool TestServer::wait_for_connections(std::size_t count) {
  auto const end = std::chrono::steady_clock::now() + patience;
  while (server_->connections() != count) {
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::yield();
  }
  return true;
}

}  // namespace rampart::http::test
