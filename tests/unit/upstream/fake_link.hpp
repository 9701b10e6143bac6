// A link whose far end is the test, and what the tests of connections have in common.
#pragma once
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/cancellation_signal.hpp>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "async/spawn.hpp"
#include "upstream/connection.hpp"

namespace rampart::upstream {

/// What a FakeLink was told; outlives it.
struct Wire {
  LinkEvents* events = nullptr;
  std::vector<Outgoing> sent = {};
  std::vector<std::int64_t> abandoned = {};
  std::optional<protocol::Version> negotiated = {};
  std::size_t sent_before_negotiated = 0;
  bool http = false;
  bool closing = false;
  bool alive = false;
  std::function<void(Outgoing const&)> on_send = {};
};

class FakeLink final : public Link {
 public:
  explicit FakeLink(std::shared_ptr<Wire> wire) : wire_(std::move(wire)) { wire_->alive = true; }
  ~FakeLink() override { wire_->alive = false; }
  void listen(LinkEvents& events) override { wire_->events = &events; }
  void send(Outgoing message) override {
    wire_->sent.push_back(std::move(message));
    if (wire_->on_send) wire_->on_send(wire_->sent.back());
  }
  void abandon(std::int64_t request) override { wire_->abandoned.push_back(request); }
  void negotiated(protocol::Version version) override {
    wire_->negotiated = version;
    wire_->sent_before_negotiated = wire_->sent.size();
  }
  bool attributes_questions() const override { return wire_->http; }
  void close() override { wire_->closing = true; }

 private:
  std::shared_ptr<Wire> wire_;
};

class ManualClock : public base::Clock {
 public:
  base::Steady::time_point now() const override { return now_; }
  base::Wall::time_point wall() const override { return {}; }
  void advance(std::chrono::milliseconds by) { now_ += by; }

 private:
  base::Steady::time_point now_{std::chrono::hours(1)};
};

inline constexpr std::string_view discovered =
    R"({"resultType":"complete","supportedVersions":["2026-07-28"],"capabilities":{"tools":{}},)"
    R"("instructions":"Be kind","_meta":{"io.modelcontextprotocol/serverInfo":{"name":"m"}}})";
inline constexpr std::string_view initialized =
    R"({"protocolVersion":"2025-11-25","capabilities":{"logging":{}},"serverInfo":{"name":"l"}})";

struct ConnectionTest : testing::Test {
  using Events = std::shared_ptr<std::vector<Event>>;

  void TearDown() override {
    connection.reset();
    settle();
    EXPECT_EQ(tasks.running(), 0) << "a coroutine waits for ever";
    EXPECT_FALSE(wire->alive);
  }

  void make() {
    connection.reset();
    *wire = Wire{.http = http};
    Connection::Hooks hooks;
    hooks.list_changed = [this](std::string_view method) { changed.emplace_back(method); };
    hooks.resource_updated = [this](std::string uri) { updated.push_back(std::move(uri)); };
    hooks.closed = [this](Error why) {
      closed.push_back(std::move(why));
      if (on_closed) on_closed();
    };
    hooks.noise = [this](std::string_view what) { noise.emplace_back(what); };
    connection = std::make_unique<Connection>(loop, std::make_unique<FakeLink>(wire), options,
                                              std::move(hooks));
  }
  void settle() {
    while (loop.poll() > 0) {
    }
  }
  void advance(std::chrono::milliseconds by) {
    clock.advance(by);
    loop.sweep();
    settle();
  }

  static Task<void> open_into(Connection& connection,
                              std::shared_ptr<std::optional<Result<Greeting>>> out) {
    *out = co_await connection.open();
  }
  void start_open() {
    opened = std::make_shared<std::optional<Result<Greeting>>>();
    async::spawn(loop, tasks, "open", open_into(*connection, opened));
    settle();
  }
  /// An upstream of this era, ready.
  void open(bool modern) {
    options.probe = modern ? Probe::modern : Probe::legacy;
    make();
    start_open();
    result(1, modern ? discovered : initialized);
    ASSERT_TRUE(opened->has_value() && (*opened)->has_value());
    wire->sent.clear();
  }
  Result<Greeting> const& outcome() {
    if (!opened->has_value()) throw std::logic_error("open() has not ended");
    return **opened;
  }

  /// What the upstream sends, each in a turn of its own.
  void arrive(std::string json, std::int64_t request = 0, int status = 200) {
    loop.post([this, arrival = Arrival{std::move(json), request, status}] {
      wire->events->on_message(arrival);
    });
    settle();
  }
  void result(std::int64_t id, std::string_view json) {
    arrive(R"({"jsonrpc":"2.0","id":)" + std::to_string(id) + R"(,"result":)" + std::string(json) +
           "}");
  }
  void error(std::int64_t id, std::string_view json, int status = 200) {
    arrive(
        R"({"jsonrpc":"2.0","id":)" + std::to_string(id) + R"(,"error":)" + std::string(json) + "}",
        id, status);
  }
  void broken(std::int64_t id, Error why, int status = 0) {
    loop.post([=, this] { wire->events->on_broken(id, Broken{why, true, status}); });
    settle();
  }
  void close_link(std::string why) {
    loop.post([=, this] { wire->events->on_closed(Error(Errc::unavailable, why)); });
    settle();
  }

  static Task<void> collect(std::shared_ptr<Exchange> exchange, Events into) {
    bool more = true;
    while (more) {
      Event event = co_await exchange->next();
      more = !event.final();
      into->push_back(std::move(event));
    }
  }
  /// Fetches all events of an exchange as they come.
  Events watch(std::shared_ptr<Exchange> exchange) {
    auto events = std::make_shared<std::vector<Event>>();
    async::spawn(loop, tasks, "collect", collect(std::move(exchange), events));
    settle();
    return events;
  }
  std::shared_ptr<Exchange> call(std::string_view method = "tools/call") {
    return connection->request(Request{.method = std::string(method)});
  }

  ManualClock clock;
  async::Loop loop{clock};
  async::TaskGroup tasks;
  bool http = false;
  ConnectionOptions options{.client_name = "gate", .client_version = "1"};
  std::shared_ptr<Wire> wire = std::make_shared<Wire>();
  std::unique_ptr<Connection> connection;
  std::shared_ptr<std::optional<Result<Greeting>>> opened;
  std::vector<std::string> changed, updated, noise;
  std::vector<Error> closed;
  std::function<void()> on_closed;
};

}  // namespace rampart::upstream
