// A gateway in memory: the real server, dispatcher, gateway and upstreams on one loop that the test
// polls; only the far ends are scripted, and time stands still.
#pragma once
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gateway/gateway.hpp"
#include "scripted_upstream.hpp"
#include "unit/base/log_capture.hpp"
#include "unit/server/harness.hpp"

namespace rampart::gateway {

inline std::string tool_named(std::string const& name, std::string const& more = {}) {
  return R"({"name":")" + name + R"(","inputSchema":{"type":"object"})" + more + "}";
}

class GatewayTest : public ::testing::Test {
 protected:
  using Running = server::Harness::Running;

  explicit GatewayTest(rampart::testing::Options server_options = {})
      : host(std::move(server_options)), links(host.engine().loop) {}

  void TearDown() override {
    stop();
    gateway.reset();
    settle();
  }

  /// Another configured server, described before start().
  Script& upstream(std::string const& name, std::vector<std::string> const& tools = {},
                   bool modern = false) {
    config::Upstream one;
    one.name = name;
    one.command = "scripted";
    configured.push_back(one);
    auto& script = links.scripts[name];
    script.modern = modern;
    for (auto const& tool : tools)
      script.tools.push_back(tool.starts_with('{') ? tool : tool_named(tool));
    return script;
  }
  config::Upstream& config_of(std::string const& name) {
    for (auto& one : configured)
      if (one.name == name) return one;
    throw std::logic_error("no upstream " + name);
  }

  void start() {
    gateway =
        std::make_unique<Gateway>(upstream::Services{host.engine().loop, links, meters, log, "1"},
                                  host.server.registry(), configured, options);
    gateway->start([this] { settled = true; });
    settle();
  }
  void stop() {
    if (!gateway) return;
    bool stopped = false;
    gateway->stop([&stopped] { stopped = true; });
    settle();
    advance(std::chrono::seconds(10));
    EXPECT_TRUE(stopped) << "something of an upstream waits for ever";
  }
  /// Runs everything that is ready.
  void settle() {
    while (host.engine().loop.poll() > 0) {
    }
  }
  void advance(std::chrono::milliseconds by) {
    host.clock.advance(by);
    host.engine().loop.sweep();
    settle();
  }

  /// The gateway waits a moment for further questions: until it has asked.
  void until_asked(Running const& running) {
    host.engine().run_until([&] { return running.ended() || gateway->parked() > 0; });
    settle();
  }

  // --- clients
  /// A modern request with these capabilities; `params` are members without braces.
  Running ask(std::string const& method, std::string const& params,
              std::string const& capabilities = all, std::string const& meta = {}) {
    std::string message =
        R"({"jsonrpc":"2.0","id":1,"method":")" + method + R"(","params":{)" + params;
    if (!params.empty()) message += ',';
    message += R"("_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28",)"
               R"("io.modelcontextprotocol/clientCapabilities":)" +
               capabilities + meta + "}}}";
    server::Incoming in;
    in.principal = principal;
    auto out = host.start_message(message, std::move(in));
    settle();
    return out;
  }
  Running call(std::string const& tool, std::string const& more = {},
               std::string const& capabilities = all, std::string const& meta = {}) {
    return ask("tools/call", R"("name":")" + tool + R"(","arguments":{})" + more, capabilities,
               meta);
  }
  /// The same call again with answers; `answers` are members, `state` JSON text.
  Running answer(std::string const& tool, std::string const& answers, std::string const& state) {
    return call(tool, R"(,"inputResponses":{)" + answers + R"(},"requestState":)" + state);
  }
  /// A request of a legacy session.
  Running ask(std::shared_ptr<server::Session> const& session, std::string const& method,
              std::string const& params) {
    auto out =
        host.start(session, R"({"jsonrpc":"2.0","id":)" + std::to_string(++legacy_id) +
                                R"(,"method":")" + method + R"(","params":{)" + params + "}}");
    settle();
    return out;
  }
  std::shared_ptr<server::Session> session(
      protocol::Version version = protocol::latest_legacy,
      ClientCapabilities capabilities = testing_capabilities()) {
    return *host.engine().sessions.create(version, capabilities, "anonymous", host.clock.now());
  }
  /// The legacy client answers a question of ours: `body` is `"result":…` or `"error":…`.
  void respond(server::Session& session, std::string const& id, std::string const& body) {
    auto const message = R"({"jsonrpc":"2.0","id":)" + id + "," + body + "}";
    auto const document = json::Document::parse_copy(message);
    auto const envelope = protocol::read_envelope(document->root());
    EXPECT_TRUE(host.engine().dispatcher.response(session, *envelope));
    settle();
  }
  static ClientCapabilities testing_capabilities() {
    return rampart::testing::Options::all_capabilities();
  }

  // --- what came back
  /// The whole response, or nothing yet.
  static std::string response(Running const& running) {
    return running.ended() ? running.reply().json : "none yet";
  }
  /// Of the result, by path: members joined by dots; JSON text.
  static std::string at(Running const& running, std::string path) {
    return member(response(running), "result." + std::move(path));
  }
  static std::string member(std::string const& json, std::string const& path) {
    std::string text = json;
    for (std::size_t from = 0; from <= path.size();) {
      auto const dot = std::min(path.find('.', from), path.size());
      auto const object = json::slice_valid_object(text);
      auto const found = object ? object->find(path.substr(from, dot - from)) : std::nullopt;
      if (!found) return "absent";
      text = std::string(*found);
      from = dot + 1;
    }
    return text;
  }
  /// The next request that reached `script` and waits for the test.
  static Heard next(Script& script) {
    if (script.waiting.empty()) throw std::logic_error("nothing waits at the upstream");
    auto out = std::move(script.waiting.front());
    script.waiting.pop_front();
    return out;
  }
  void reply(Heard const& heard, std::string_view result) {
    heard.at->result(heard.id, result);
    settle();
  }
  void reply_text(Heard const& heard, std::string const& text) {
    reply(heard, R"({"content":[{"type":"text","text":")" + text + R"("}]})");
  }
  void reply_error(Heard const& heard, std::string_view error) {
    heard.at->error(heard.id, error);
    settle();
  }
  /// Names of the published tools, or uris, or prompts, in order.
  std::vector<std::string> published(std::string const& list = "tools") {
    auto const catalog = host.server.registry().catalog();
    std::vector<std::string> out;
    if (list == "tools")
      for (auto const& entry : catalog->tools.list()) out.push_back(entry->spec.name);
    if (list == "prompts")
      for (auto const& entry : catalog->prompts.list()) out.push_back(entry->spec.name);
    if (list == "resources")
      for (auto const& entry : catalog->resources.list()) out.push_back(entry->spec.uri);
    return out;
  }
  std::string descriptor(std::string const& tool,
                         protocol::Version version = protocol::latest_modern) {
    auto const found = host.server.registry().catalog()->tools.find(tool);
    return found ? *found->rendered[static_cast<std::size_t>(version)] : "absent";
  }
  /// Everything that was logged so far.
  std::string const& logged() { return logged_ += pipe.read_now(); }

  static inline std::string const all =
      R"({"elicitation":{"form":{},"url":{}},"sampling":{},"roots":{}})";

  base::testing::Pipe pipe;
  base::Secrets secrets;
  base::LogSink sink{pipe.writer()};
  server::Harness host;  ///< without a cache, unless the options have one
  base::Logger log{sink, secrets, base::LogOptions(), host.clock};
  base::Metrics metrics;
  upstream::MeterFamilies meters{metrics};
  ScriptedLinks links;
  std::vector<config::Upstream> configured;
  Options options;
  std::unique_ptr<Gateway> gateway;
  std::string principal = "anonymous";
  bool settled = false;
  int legacy_id = 0;

 private:
  std::string logged_;
};

}  // namespace rampart::gateway
