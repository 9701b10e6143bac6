// A server in memory below the level of rampart::testing::Client: whole messages in, whole messages
// out.
#pragma once
#include <string>
#include <vector>

#include "json/document.hpp"
#include "protocol/envelope.hpp"
#include "rampart/server.hpp"
#include "server/testing_engine.hpp"

namespace rampart::server {

struct Harness {
  explicit Harness(testing::Options options = {})
      : engine_options(with_clock(std::move(options), clock)) {}

  struct Running {
    std::shared_ptr<Call> call;
    std::shared_ptr<testing::Inbox> inbox;
    bool ended() const { return inbox->ended().has_value(); }
    Reply const& reply() const { return *inbox->ended(); }
  };

  /// The tools are registered before the first request.
  testing::Engine& engine() {
    if (!engine_) engine_ = std::make_unique<testing::Engine>(server, engine_options);
    return *engine_;
  }

  /// A modern request; `params` are members without braces.
  Running start(std::string const& method, std::string params = {},
                std::string principal = "anonymous") {
    std::string const capabilities =
        R"({"elicitation":{"form":{},"url":{}},"sampling":{},"roots":{}})";
    if (!params.empty()) params += ',';
    params += R"("_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28",)"
              R"("io.modelcontextprotocol/clientCapabilities":)" +
              capabilities + "}";
    Incoming in;
    in.principal = principal;
    in.rate_identity = std::move(principal);
    return start_message(R"({"jsonrpc":"2.0","id":)" + std::to_string(++last_id) +
                             R"(,"method":")" + method + R"(","params":{)" + params + "}}",
                         std::move(in));
  }
  Running call(std::string const& tool, std::string const& arguments = "{}",
               std::string principal = "anonymous") {
    return start("tools/call", R"("name":")" + tool + R"(","arguments":)" + arguments,
                 std::move(principal));
  }
  /// A request of a session.
  Running start(std::shared_ptr<Session> const& session, std::string const& message) {
    Incoming in;
    in.session = session;
    in.version = session->version;
    return start_message(message, std::move(in));
  }

  Running start_message(std::string const& message, Incoming in) {
    auto const document = json::Document::parse_copy(message);
    auto const envelope = protocol::read_envelope(document->root());
    Running out;
    out.inbox = std::make_shared<testing::Inbox>();
    in.loop = &engine().loop;
    in.channel = out.inbox;
    in.request_id = "r" + std::to_string(last_id);
    if (in.session) {
      in.meta = *protocol::read_common_meta(*envelope);
      in.meta.capabilities = in.session->capabilities;
      in.meta.log_level = in.session->log_level();
    } else {
      in.meta = *protocol::read_modern_meta(*envelope);
    }
    out.call = engine().dispatcher.start(std::move(in), *envelope);
    return out;
  }

  std::shared_ptr<Session> session(protocol::Version version = protocol::latest_legacy) {
    return *engine().sessions.create(version, testing::Options::all_capabilities(), "anonymous",
                                     clock.now());
  }

  void finish(Running const& running) {
    engine().run_until([&] { return running.ended(); });
  }
  testing::Reply reply(Running const& running) {
    finish(running);
    return testing::Reply(running.reply().json);
  }
  void advance(std::chrono::nanoseconds by) {
    clock.advance(by);
    engine().poll();
  }

  testing::FakeClock clock;
  Server server{"tested", "1"};
  testing::Options engine_options;
  std::int64_t last_id = 0;

 private:
  static testing::Options with_clock(testing::Options options, testing::FakeClock& clock) {
    options.clock = &clock;
    return options;
  }
  std::unique_ptr<testing::Engine> engine_;
};

}  // namespace rampart::server
