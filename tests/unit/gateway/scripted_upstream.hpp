// A server behind the gateway whose far end is the test: it shakes hands and tells its lists by
// itself; every other request waits here until the test answers it.
#pragma once
#include <algorithm>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "async/loop.hpp"
#include "json/slice.hpp"
#include "upstream/link_factory.hpp"

namespace rampart::gateway {

/// One live instance of a scripted server; outlives its link.
struct Instance {
  async::Loop* loop = nullptr;
  upstream::LinkEvents* events = nullptr;  ///< null when the link is gone
  bool http = false;

  /// What it sends, in a turn of its own; `request` where HTTP would know it.
  void say(std::string json, std::int64_t request = 0, int status = 200) {
    deliver([arrival = upstream::Arrival{std::move(json), http ? request : 0, status}](auto& to) {
      to.on_message(arrival);
    });
  }
  void result(std::int64_t id, std::string_view json) {
    say(R"({"jsonrpc":"2.0","id":)" + std::to_string(id) + R"(,"result":)" + std::string(json) +
            "}",
        id);
  }
  void error(std::int64_t id, std::string_view json, int status = 200) {
    say(R"({"jsonrpc":"2.0","id":)" + std::to_string(id) + R"(,"error":)" + std::string(json) + "}",
        id, status);
  }
  void notify(std::string_view method, std::string_view params, std::int64_t request = 0) {
    say(R"({"jsonrpc":"2.0","method":")" + std::string(method) + R"(","params":)" +
            std::string(params) + "}",
        request);
  }
  /// A question of a legacy server while it serves `request`; `id` is JSON text.
  void ask(std::string_view id, std::string_view method, std::string_view params,
           std::int64_t request = 0) {
    say(R"({"jsonrpc":"2.0","id":)" + std::string(id) + R"(,"method":")" + std::string(method) +
            R"(","params":)" + std::string(params) + "}",
        request);
  }
  /// The child dies.
  void die(std::string why = "the process was killed by signal 9") {
    deliver([why](auto& to) { to.on_closed(Error(Errc::unavailable, why)); });
  }

 private:
  friend class ScriptedLink;
  void deliver(std::function<void(upstream::LinkEvents&)> what) {
    loop->post([self = shared(), what = std::move(what)] {
      if (self->events) what(*self->events);
    });
  }
  std::shared_ptr<Instance> shared() const { return self.lock(); }
  std::weak_ptr<Instance> self;
  friend struct Script;
};

/// A request or notification that reached the server, or an answer to a question of its.
struct Heard {
  std::shared_ptr<Instance> at;
  std::int64_t id = 0;  ///< 0: no request
  std::string method;   ///< empty: an answer
  std::string json;
  upstream::Outgoing sent;

  /// JSON text, or "absent".
  std::string member(std::string_view name) const { return member_of(json, name); }
  std::string param(std::string_view name) const { return member_of(member("params"), name); }
  std::string meta(std::string_view name) const { return member_of(param("_meta"), name); }

 private:
  static std::string member_of(std::string const& object, std::string_view name) {
    auto const all = json::slice_valid_object(object);
    return all ? std::string(all->find(name).value_or("absent")) : "absent";
  }
};

/// A configured server: what it says of itself, and what it heard.
struct Script {
  bool modern = false;
  bool http = false;
  bool starts = true;
  int attempts = 0;  ///< to open an instance
  /// Requests that an instance, counted from 0, never answers.
  std::function<bool(std::size_t instance, std::string const& method)> ignores;
  std::string listen_error;  ///< answer to subscriptions/listen; empty: the stream stays open
  std::string lists_error;   ///< answer to lists; empty: they are told
  std::string list_hints = R"("ttlMs":0,"cacheScope":"private")";
  int listed = 0;            ///< how often it was asked for its tools
  bool acknowledges = true;  ///< those streams, at once; else the test does
  int listened = 0;          ///< how often it was asked for that stream
  std::string capabilities =
      R"({"tools":{},"resources":{"subscribe":true},"prompts":{},"logging":{},"completions":{}})";
  std::string instructions;
  std::string asks_after_handshake;  ///< a legacy server's first question; its id is 77
  std::vector<std::string> tools, resources, templates, prompts;  ///< JSON objects

  std::vector<std::shared_ptr<Instance>> instances;
  std::deque<Heard> waiting;   ///< requests the test has to answer, and answers to questions
  std::vector<Heard> notices;  ///< notifications it heard
  std::vector<Heard> streams;  ///< requests to listen
  std::vector<std::string> subscribed, unsubscribed;  ///< uris of resources/subscribe …
  std::vector<std::int64_t> abandoned;
  int closed = 0;  ///< instances that were told to end

  std::shared_ptr<Instance> open(async::Loop& loop) {
    auto out = std::make_shared<Instance>();
    out->loop = &loop;
    out->http = http;
    out->self = out;
    instances.push_back(out);
    return out;
  }
  /// The youngest one that lives.
  Instance& live() const {
    for (auto it = instances.rbegin(); it != instances.rend(); ++it)
      if ((*it)->events) return **it;
    throw std::logic_error("no instance lives");
  }
  void hear(std::shared_ptr<Instance> const& at, upstream::Outgoing sent);
  static void acknowledge(Heard const& stream) { report(stream, "subscriptions/acknowledged"); }
  /// A notification on a stream of changes; `more` are members of its params.
  static void report(Heard const& stream, std::string const& what, std::string const& more = {}) {
    stream.at->notify("notifications/" + what,
                      R"({"_meta":{"io.modelcontextprotocol/subscriptionId":)" +
                          std::to_string(stream.id) + "}" + more + "}",
                      stream.id);
  }

 private:
  std::string list(std::string_view member, std::vector<std::string> const& entries) const {
    std::string out = "{\"";
    (out += member) += "\":[";
    for (auto const& entry : entries) (out += out.back() == '[' ? "" : ",") += entry;
    return out + R"(],"resultType":"complete",)" + list_hints + "}";
  }
  std::string greeting() const;
};

inline std::string Script::greeting() const {
  std::string const info = R"({"name":"scripted","version":"1"})";
  std::string const words =
      instructions.empty() ? "" : R"(,"instructions":")" + instructions + "\"";
  if (modern)
    return R"({"resultType":"complete","supportedVersions":["2026-07-28"],"capabilities":)" +
           capabilities + words + R"(,"_meta":{"io.modelcontextprotocol/serverInfo":)" + info +
           "}}";
  return R"({"protocolVersion":"2025-11-25","capabilities":)" + capabilities + words +
         R"(,"serverInfo":)" + info + "}";
}

inline void Script::hear(std::shared_ptr<Instance> const& at, upstream::Outgoing sent) {
  Heard heard{at, sent.request, sent.method, sent.json, sent};
  auto const& method = heard.method;
  if (method == "notifications/initialized" && !asks_after_handshake.empty())
    at->ask("77", asks_after_handshake, "{}");
  if (heard.id == 0 && !method.empty()) return notices.push_back(std::move(heard));
  if (method == "resources/subscribe")
    subscribed.push_back(json::string_of(heard.param("uri")).value_or(""));
  if (method == "resources/unsubscribe")
    unsubscribed.push_back(json::string_of(heard.param("uri")).value_or(""));
  auto const number =
      static_cast<std::size_t>(std::ranges::find(instances, at) - instances.begin());
  if (ignores && ignores(number, method)) return;
  if (method == "server/discover" && !modern)
    return at->error(heard.id, R"({"code":-32601,"message":"unknown"})");
  if (method == "server/discover" || method == "initialize")
    return at->result(heard.id, greeting());
  if (!lists_error.empty() && method.ends_with("/list")) return at->error(heard.id, lists_error);
  if (method == "tools/list") ++listed;
  if (method == "tools/list") return at->result(heard.id, list("tools", tools));
  if (method == "resources/list") return at->result(heard.id, list("resources", resources));
  if (method == "resources/templates/list")
    return at->result(heard.id, list("resourceTemplates", templates));
  if (method == "prompts/list") return at->result(heard.id, list("prompts", prompts));
  if (method == "ping" || method == "logging/setLevel" || method == "resources/subscribe" ||
      method == "resources/unsubscribe")
    return at->result(heard.id, "{}");
  if (method == "subscriptions/listen") {
    ++listened;
    streams.push_back(heard);
    if (!listen_error.empty()) return at->error(heard.id, listen_error);
    if (acknowledges) acknowledge(heard);
    return;  // open for as long as it lives
  }
  waiting.push_back(std::move(heard));
}

class ScriptedLink final : public upstream::Link {
 public:
  ScriptedLink(Script& script, std::shared_ptr<Instance> instance)
      : script_(script), instance_(std::move(instance)) {}
  ~ScriptedLink() override { instance_->events = nullptr; }
  void listen(upstream::LinkEvents& events) override { instance_->events = &events; }
  void send(upstream::Outgoing message) override { script_.hear(instance_, std::move(message)); }
  void abandon(std::int64_t request) override { script_.abandoned.push_back(request); }
  void negotiated(protocol::Version) override {}
  bool attributes_questions() const override { return script_.http; }
  void close() override {
    ++script_.closed;
    instance_->die("it ended as it was told to");
  }

 private:
  Script& script_;
  std::shared_ptr<Instance> const instance_;
};

class ScriptedLinks final : public upstream::LinkFactory {
 public:
  explicit ScriptedLinks(async::Loop& loop) : loop_(loop) {}
  std::map<std::string, Script> scripts;  ///< by the upstream's configured name

  Result<upstream::OpenedLink> open(config::Upstream const& upstream, bool,
                                    std::function<void(std::string)>) override {
    auto& script = scripts[upstream.name];
    ++script.attempts;
    if (!script.starts) return fail(Errc::unavailable, "no such program");
    upstream::OpenedLink out;
    out.link = std::make_unique<ScriptedLink>(script, script.open(loop_));
    return out;
  }

 private:
  async::Loop& loop_;
};

}  // namespace rampart::gateway
