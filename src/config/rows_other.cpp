// The rows of everything behind the network: sessions, workers, cache, limits, log.
#include "config/row.hpp"

namespace rampart::config {
namespace {

std::string_view check_redis(std::string_view url) {
  bool const known = url.starts_with("redis://") || url.starts_with("rediss://") ||
                     url.starts_with("unix://") || url.starts_with("redis+unix://");
  return known && url.size() > url.find("://") + 3
             ? ""
             : "must begin with redis:// or rediss:// and name a host, or be unix:///path";
}

std::string_view check_separator(std::string_view text) {
  bool const known = text.size() <= 3 && text.find_first_not_of("_-.") == std::string_view::npos;
  return known ? "" : "must be one to three of _ - .";
}

void add_gateway_rows(std::vector<Row>& rows) {
  rows.push_back(choice(
      "gateway.prefix",
      [](Config& c) -> Slot { return reinterpret_cast<unsigned char*>(&c.gateway.prefix); }, "auto",
      {"auto", "always", "never"},
      "Whether tools and prompts of `mcpServers` carry their server's namespace: auto = when there "
      "is more than one server; never = of two with one name, the first is served."));
  rows.push_back(text(
      "gateway.separator", [](Config& c) -> Slot { return &c.gateway.separator; }, "_",
      "Between a namespace and a name.", check_separator));
}

void add_session_rows(std::vector<Row>& rows) {
  rows.push_back(count(
      "sessions.max", [](Config& c) -> Slot { return &c.sessions.max; }, "10000", 1, 10'000'000,
      "Open sessions of clients before 2026-07-28; further ones get 503."));
  rows.push_back(seconds(
      "sessions.idle", [](Config& c) -> Slot { return &c.sessions.idle; }, "1800", 1, 604'800,
      "A session that nobody used for so long ends."));
  rows.push_back(bytes(
      "sessions.event_store_bytes", [](Config& c) -> Slot { return &c.sessions.event_store_bytes; },
      "4194304", 0, 1ull << 32,
      "Events kept for each stream, for clients that come back with Last-Event-ID."));
  rows.push_back(count(
      "sessions.event_store_events",
      [](Config& c) -> Slot { return &c.sessions.event_store_events; }, "1024", 0, 1'000'000,
      "The same, as a number of events."));
  rows.push_back(count(
      "subscriptions.max", [](Config& c) -> Slot { return &c.subscriptions.max; }, "1024", 0,
      1'000'000, "Open subscription streams, and resources subscribed to in one session."));
  rows.push_back(count(
      "stream.queued_events", [](Config& c) -> Slot { return &c.stream.queued_events; }, "1024", 1,
      1'000'000,
      "Events waiting for one slow stream; a client that falls further behind loses some."));
  rows.push_back(count(
      "workers.threads", [](Config& c) -> Slot { return &c.workers.threads; }, "0", 0, 4096,
      "Threads for plain tool functions. 0 = twice the CPUs, at least 8."));
  rows.push_back(count(
      "workers.queue", [](Config& c) -> Slot { return &c.workers.queue; }, "0", 0, 1'000'000,
      "Calls waiting for a thread; further ones get 503. 0 = four for each thread."));
  rows.push_back(secrets(
      "state.keys", [](Config& c) -> Slot { return &c.state.keys; },
      "Keys that seal requestState, 32 random bytes each (`openssl rand -hex 32`), the newest "
      "first; the others "
      "still open what they sealed. "
      "Empty = a random key for this process, so another replica cannot continue its calls."));
  rows.push_back(seconds(
      "state.ttl", [](Config& c) -> Slot { return &c.state.ttl; }, "600", 1, 86'400,
      "How long a client may take to answer what a tool asked."));
}

void add_policy_rows(std::vector<Row>& rows) {
  rows.push_back(seconds(
                     "cache.ttl", [](Config& c) -> Slot { return &c.cache.ttl; }, "300", 0,
                     31'536'000, "How long a result of a cacheable tool is reused. 0 = no cache.")
                     .named("CACHE_TTL"));
  rows.push_back(bytes(
      "cache.max_bytes", [](Config& c) -> Slot { return &c.cache.max_bytes; }, "67108864", 0,
      1ull << 40, "Memory of the cache; the results unused for longest go first."));
  rows.push_back(count(
      "cache.max_entries", [](Config& c) -> Slot { return &c.cache.max_entries; }, "10000", 0,
      100'000'000, "The same, as a number of results."));
  rows.push_back(count(
                     "rate.limit", [](Config& c) -> Slot { return &c.rate.limit; }, "100", 0,
                     1'000'000'000,
                     "Requests of one client a minute, also as a burst. 0 = no limit.")
                     .named("RATE_LIMIT"));
  rows.back().unit = "a minute";
  rows.push_back(count(
      "rate.identities", [](Config& c) -> Slot { return &c.rate.identities; }, "10000", 1,
      10'000'000, "Clients whose rate is remembered; those unseen for longest are forgotten."));
}

void add_redis_rows(std::vector<Row>& rows) {
  rows.push_back(url(
                     "redis.url", [](Config& c) -> Slot { return &c.redis.url; },
                     "The Redis to share the cache through: redis:// or rediss:// (TLS), "
                     "`[[user]:password@]host[:port][/database]`, or `unix:///path`. Unset = none.",
                     check_redis)
                     .named("REDIS_URL"));
  rows.push_back(boolean(
      "redis.required", [](Config& c) -> Slot { return &c.redis.required; }, "false",
      "Whether `/ready` says 503 while Redis is away, instead of 200 and degraded."));
  rows.push_back(text(
      "redis.ca_file", [](Config& c) -> Slot { return &c.redis.ca_file; }, "",
      "PEM file of certificates that rediss:// trusts besides the system's.", nullptr));
  rows.push_back(seconds(
      "redis.command_timeout", [](Config& c) -> Slot { return &c.redis.command_timeout; }, "0.05",
      0, 60,
      "How long a call waits for Redis at most; after one late answer Redis is bypassed until it "
      "answers in time again."));
  rows.push_back(bytes(
      "redis.max_entry_bytes", [](Config& c) -> Slot { return &c.redis.max_entry_bytes; },
      "1048576", 1024, 1 << 29, "The largest result that is shared; larger ones stay in memory."));
}

void add_life_rows(std::vector<Row>& rows) {
  rows.push_back(
      seconds(
          "drain.delay", [](Config& c) -> Slot { return &c.drain.delay; }, "0", 0, 3600,
          "After SIGTERM: how long connections are still accepted while `/ready` says 503.")
          .outside_development("5", "5"));
  rows.push_back(seconds(
      "drain.timeout", [](Config& c) -> Slot { return &c.drain.timeout; }, "25", 0, 3600,
      "After that: how long work in flight may take to finish."));
  rows.push_back(boolean(
                     "errors.detail", [](Config& c) -> Slot { return &c.errors.detail; }, "true",
                     "Tell clients what a tool's exception said, instead of a general sentence.")
                     .outside_development("false", "false"));
  rows.push_back(
      choice(
          "log.level",
          [](Config& c) -> Slot { return reinterpret_cast<unsigned char*>(&c.log.level); }, "debug",
          {"debug", "info", "warning", "error"}, "Lines below this level are not written.")
          .named("LOG_LEVEL")
          .outside_development("info", "info"));
  rows.push_back(
      choice(
          "log.format",
          [](Config& c) -> Slot { return reinterpret_cast<unsigned char*>(&c.log.format); }, "auto",
          {"auto", "json", "console"},
          "auto = console if stderr is a terminal and ENVIRONMENT=development, else json.")
          .named("LOG_FORMAT")
          .outside_development("json", "json"));
  rows.push_back(boolean(
                     "log.banner", [](Config& c) -> Slot { return &c.log.banner; }, "true",
                     "Say at start what is served where; only with the console format.")
                     .outside_development("false", "false"));
  rows.push_back(boolean(
                     "log.throw_stacks", [](Config& c) -> Slot { return &c.log.throw_stacks; },
                     "true",
                     "Record where exceptions are thrown, for the log. Costs some 10 us a throw.")
                     .outside_development("true", "false"));
}

}  // namespace

void add_other_rows(std::vector<Row>& rows) {
  add_session_rows(rows);
  add_policy_rows(rows);
  add_redis_rows(rows);
  add_gateway_rows(rows);
  add_life_rows(rows);
}

}  // namespace rampart::config
