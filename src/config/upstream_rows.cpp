#include "config/upstream_rows.hpp"

namespace rampart::config {
namespace {

using Rows = std::vector<UpstreamRow>;

template <class Enum>
Slot choice_slot(Enum& value) {
  return reinterpret_cast<unsigned char*>(&value);
}

std::string_view check_namespace(std::string_view text) {
  constexpr std::string_view allowed =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";
  bool const good = text.size() <= 64 && text.find_first_not_of(allowed) == std::string_view::npos;
  return good ? "" : "must be 1 to 64 letters, digits, _ or -";
}

void add_general(Rows& rows) {
  rows.push_back({boolean("required", nullptr, "true",
                          "`/ready` says 503 while it is away; otherwise only `degraded`."),
                  [](Upstream& u) -> Slot { return &u.required; }});
  rows.push_back({boolean("disabled", nullptr, "false", "Described, but not started."),
                  [](Upstream& u) -> Slot { return &u.disabled; }});
  rows.push_back(
      {boolean("trusted", nullptr, "false",
               "Believe its readOnlyHint and idempotentHint when a call may be retried."),
       [](Upstream& u) -> Slot { return &u.trusted; }});
  rows.push_back(
      {boolean("share_roots", nullptr, "false",
               "Tell a server of an older revision one client's roots although others share it. It "
               "may let all of them use what one of them named."),
       [](Upstream& u) -> Slot { return &u.share_roots; }});
  rows.push_back(
      {choice("mode", nullptr, "auto", {"auto", "single", "per-principal", "per-session"},
              "Who shares a child: auto = everybody, but one for each call that may ask its user; "
              "single = everybody, such calls one after the other."),
       [](Upstream& u) -> Slot { return choice_slot(u.mode); }});
  rows.push_back({choice("era", nullptr, "auto", {"auto", "modern", "legacy"},
                         "Protocol era: auto asks the server; modern = 2026-07-28 and later."),
                  [](Upstream& u) -> Slot { return choice_slot(u.era); }});
  rows.push_back({text("namespace", nullptr, "",
                       "Stands before its tools' and prompts' names where they need it (see "
                       "`gateway.prefix`). Unset = the server's name.",
                       check_namespace),
                  [](Upstream& u) -> Slot { return &u.prefix; }});
  rows.push_back(
      {list("tools.allow", nullptr, "Only these tools are served. Empty = all.", nullptr),
       [](Upstream& u) -> Slot { return &u.tools.allow; }});
  rows.push_back({list("tools.deny", nullptr, "These are not, whatever tools.allow says.", nullptr),
                  [](Upstream& u) -> Slot { return &u.tools.deny; }});
  rows.push_back({list("tools.cacheable", nullptr,
                       "Results of these may be kept and given to others (see `cache`).", nullptr),
                  [](Upstream& u) -> Slot { return &u.tools.cacheable; }});
}

// Of an upstream and of one tool alike.
template <class T>
void add_call_times(std::vector<KeyOf<T>>& rows) {
  rows.push_back({seconds("timeouts.call", nullptr, "60", 0, 86'400,
                          "One call; begins anew with each progress notification."),
                  [](T& u) -> Slot { return &u.timeouts.call; }});
  rows.push_back(
      {seconds("timeouts.call_max", nullptr, "600", 0, 86'400, "One call, whatever its progress."),
       [](T& u) -> Slot { return &u.timeouts.call_max; }});
}

void add_times(Rows& rows) {
  rows.push_back({seconds("timeouts.handshake", nullptr, "180", 0, 3600,
                          "From the start of a child to its first answer; a first npx downloads."),
                  [](Upstream& u) -> Slot { return &u.timeouts.handshake; }});
  add_call_times(rows);
  rows.push_back({seconds("timeouts.ask", nullptr, "600", 0, 86'400,
                          "Waiting for a person's answer; not counted as time of the call."),
                  [](Upstream& u) -> Slot { return &u.timeouts.ask; }});
  rows.push_back({seconds("timeouts.probe", nullptr, "5", 0, 600,
                          "A health probe, and the question for the era."),
                  [](Upstream& u) -> Slot { return &u.timeouts.probe; }});
  rows.push_back({seconds("health.interval", nullptr, "30", 0, 86'400,
                          "Between health probes; a call that succeeds counts as one. 0 = none."),
                  [](Upstream& u) -> Slot { return &u.health_interval; }});
}

void add_limits(Rows& rows) {
  rows.push_back({count("limits.max_in_flight", nullptr, "64", 1, 100'000, "Calls at once."),
                  [](Upstream& u) -> Slot { return &u.limits.max_in_flight; }});
  rows.push_back({boolean("limits.adaptive", nullptr, "false",
                          "Fewer at once when its answers become slow, time out or are refusals: "
                          "the bound is learned, up to max_in_flight."),
                  [](Upstream& u) -> Slot { return &u.limits.adaptive; }});
  rows.push_back({count("limits.min_in_flight", nullptr, "1", 1, 100'000,
                        "What limits.adaptive never goes below."),
                  [](Upstream& u) -> Slot { return &u.limits.min_in_flight; }});
  rows.push_back({count("limits.queue", nullptr, "256", 0, 1'000'000,
                        "Calls that wait; further ones get 503."),
                  [](Upstream& u) -> Slot { return &u.limits.queue; }});
  rows.push_back({count("limits.max_children", nullptr, "8", 1, 10'000,
                        "Children for calls that may ask, or for principals or sessions."),
                  [](Upstream& u) -> Slot { return &u.limits.max_children; }});
  rows.push_back({count("limits.idle_children", nullptr, "1", 0, 10'000,
                        "How many of those are kept while nobody needs them."),
                  [](Upstream& u) -> Slot { return &u.limits.idle_children; }});
  rows.push_back({bytes("limits.memory", nullptr, "0", 0, 1ull << 44,
                        "Resident memory of a child with all it started; beyond it the child is "
                        "replaced. 0 = no limit."),
                  [](Upstream& u) -> Slot { return &u.limits.memory; }});
  rows.push_back({count("limits.open_files", nullptr, "0", 0, 1'048'576,
                        "Open files of each of its processes. 0 = as many as Rampart."),
                  [](Upstream& u) -> Slot { return &u.limits.open_files; }});
  rows.push_back({count("limits.nice", nullptr, "0", 0, 19, "Gives way to other processes."),
                  [](Upstream& u) -> Slot { return &u.limits.nice; }});
  rows.push_back({count("limits.max_calls", nullptr, "0", 0, 1'000'000'000'000,
                        "A child is replaced after so many calls. 0 = never."),
                  [](Upstream& u) -> Slot { return &u.limits.max_calls; }});
  rows.push_back({seconds("limits.max_age", nullptr, "0", 0, 31'536'000,
                          "A child is replaced after so long. 0 = never."),
                  [](Upstream& u) -> Slot { return &u.limits.max_age; }});
}

// Of an upstream and of one tool alike.
template <class T>
void add_resilience(std::vector<KeyOf<T>>& rows) {
  rows.push_back({count("retry.attempts", nullptr, "3", 1, 10,
                        "How often a call that may be repeated is tried in all."),
                  [](T& u) -> Slot { return &u.retry.attempts; }});
  rows.push_back({seconds("retry.min", nullptr, "0.1", 0, 3600, "Longest first wait."),
                  [](T& u) -> Slot { return &u.retry.min; }});
  rows.push_back({seconds("retry.max", nullptr, "2", 0, 3600, "Longest wait."),
                  [](T& u) -> Slot { return &u.retry.max; }});
  rows.push_back(
      {choice("retry.repeat", nullptr, "hints", {"hints", "always", "never"},
              "Calls of tools that may be sent again though the server may have seen them: hints = "
              "what a `trusted` server calls read-only or idempotent."),
       [](T& u) -> Slot { return choice_slot(u.retry.repeat); }});
  rows.push_back(
      {text("retry.idempotency_key", nullptr, "",
            "A member of `_meta` or of the arguments. The server carries out calls with the same "
            "value once, so a call that has it may be sent again.",
            nullptr),
       [](T& u) -> Slot { return &u.retry.idempotency_key; }});
  rows.push_back({count("breaker.failures", nullptr, "5", 0, 1'000'000,
                        "Failures in a row that open the circuit. 0 = they do not count."),
                  [](T& u) -> Slot { return &u.breaker.failures; }});
  rows.push_back({count("breaker.failure_percent", nullptr, "50", 1, 100,
                        "Share of failed calls in the window that opens it."),
                  [](T& u) -> Slot { return &u.breaker.failure_percent; }});
  rows.push_back({count("breaker.min_calls", nullptr, "20", 1, 1'000'000'000,
                        "Calls in the window before that share counts."),
                  [](T& u) -> Slot { return &u.breaker.min_calls; }});
  rows.push_back({seconds("breaker.window", nullptr, "300", 1, 86'400, "Length of the window."),
                  [](T& u) -> Slot { return &u.breaker.window; }});
  rows.push_back({seconds("breaker.recovery", nullptr, "60", 0, 86'400,
                          "Open for so long; doubled with each recovery that fails."),
                  [](T& u) -> Slot { return &u.breaker.recovery; }});
  rows.push_back({seconds("breaker.recovery_max", nullptr, "1920", 0, 86'400, "Up to here."),
                  [](T& u) -> Slot { return &u.breaker.recovery_max; }});
  rows.push_back({count("breaker.successes", nullptr, "3", 1, 1'000,
                        "Calls that have to succeed before it closes."),
                  [](T& u) -> Slot { return &u.breaker.successes; }});
  rows.push_back({count("breaker.probes", nullptr, "1", 1, 1'000, "How many of them at once."),
                  [](T& u) -> Slot { return &u.breaker.probes; }});
}

// Of an upstream and of one tool alike.
template <class T>
void add_staleness(std::vector<KeyOf<T>>& rows) {
  rows.push_back(
      {seconds("cache.stale_while_revalidate", nullptr, "0", 0, 31'536'000,
               "A kept answer is given for so long after its time, marked, while a new one is "
               "fetched. 0 = never."),
       [](T& u) -> Slot { return &u.stale.while_revalidate; }});
  rows.push_back(
      {seconds("cache.stale_if_error", nullptr, "0", 0, 31'536'000,
               "A kept answer is given for so long after its time, marked, when the server cannot "
               "answer: lost, late, or its circuit open. 0 = never."),
       [](T& u) -> Slot { return &u.stale.if_error; }});
}

void add_cache(Rows& rows) {
  rows.push_back({boolean("cache.reads", nullptr, "true",
                          "Keep answers to `resources/read` for as long and for whom the server "
                          "says (ttlMs, cacheScope)."),
                  [](Upstream& u) -> Slot { return &u.cache.reads; }});
  rows.push_back({seconds("cache.read_ttl", nullptr, "0", 0, 86'400,
                          "How long, where the server does not say it (older revisions); for the "
                          "key that asked. 0 = not at all."),
                  [](Upstream& u) -> Slot { return &u.cache.read_ttl; }});
  add_staleness(rows);
}

}  // namespace

std::vector<UpstreamRow> upstream_rows() {
  Rows rows;
  add_general(rows);
  add_cache(rows);
  add_times(rows);
  add_limits(rows);
  add_resilience(rows);
  return rows;
}

std::vector<OverrideRow> override_rows() {
  using Override = Upstream::Override;
  std::vector<OverrideRow> rows;
  add_call_times(rows);
  rows.push_back({count("limits.max_in_flight", nullptr, "", 1, 100'000,
                        "Calls of this tool at once, within the server's. Unset = no bound of its "
                        "own."),
                  [](Override& o) -> Slot { return &o.max_in_flight; }});
  rows.push_back({count("limits.queue", nullptr, "", 0, 1'000'000,
                        "Calls that wait for those; further ones get 503."),
                  [](Override& o) -> Slot { return &o.queue; }});
  add_staleness(rows);
  rows.push_back(
      {boolean("breaker.own", nullptr, "",
               "A circuit for this tool alone, named server/tool: its failures do not open the "
               "server's, and that one does not stop it. Any other key of breaker says so too."),
       [](Override& o) -> Slot { return &o.own_circuit; }});
  add_resilience(rows);
  return rows;
}

std::vector<ClientKey> client_keys() {
  return {
      {"type", "stdio, http, streamable-http, sse",
       "Unset: stdio with a command, streamable-http with a url."},
      {"command", "text", "The program; looked up in PATH. No shell reads it."},
      {"args", "list of texts", "Its arguments."},
      {"env", "map of texts", "Its environment, besides a few variables such as PATH and HOME."},
      {"cwd", "text", "Its working directory. Unset: Rampart's."},
      {"url", "URL", "Of an HTTP server: http:// or https://."},
      {"headers", "map of texts", "Sent with every request to that server."},
      {"fallbacks", "map of texts",
       "Rampart's own: what a tool says, as a result with isError, while its server cannot "
       "answer."},
      {"overrides", "map of maps", "Rampart's own: other settings for single tools; see below."},
  };
}

}  // namespace rampart::config
