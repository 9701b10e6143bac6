// One server behind the gateway, as an operator describes it below `mcpServers`. Plain values: made
// by load() and by `rampart wrap`, read by the gateway. Names, defaults and bounds of the keys
// stand in upstream_rows.cpp; the defaults here are the same, for tests and for `wrap`.
#pragma once
#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace rampart::config {

/// How children (or HTTP sessions) of an upstream are shared between callers.
enum class UpstreamMode : std::uint8_t {
  automatic,      ///< one shared child, and a pool of others for calls that may ask their caller
  single,         ///< one child for everything; calls that may ask run one after the other
  per_principal,  ///< one for each authenticated principal
  per_session,    ///< one for each client session
};

enum class UpstreamKind : std::uint8_t {
  stdio,            ///< a child process: `command`
  streamable_http,  ///< `url`
  sse,              ///< `url`, the HTTP+SSE transport of 2024-11-05
};

enum class UpstreamEra : std::uint8_t { automatic, modern, legacy };

/// Which calls of tools may be sent again after the upstream may have seen them.
enum class RepeatRule : std::uint8_t {
  hints,   ///< what a trusted upstream calls read-only or idempotent
  always,  ///< all
  never,   ///< none
};

struct Upstream {
  using Milliseconds = std::chrono::milliseconds;

  std::string name;  ///< [A-Za-z0-9_-]{1,64}, unique
  UpstreamKind kind = UpstreamKind::stdio;

  // A child process. ${VARIABLES} have been expanded.
  std::string command;
  std::vector<std::string> args;
  std::map<std::string, std::string> env;  ///< added to the few variables that children inherit
  std::string cwd;                         ///< empty: ours

  // An HTTP server.
  std::string url;
  std::map<std::string, std::string> headers;  ///< sent with every request

  bool required = true;      ///< readiness depends on it
  bool disabled = false;     ///< described, but not to be started
  bool trusted = false;      ///< its annotations are believed when a retry is considered
  bool share_roots = false;  ///< a legacy server hears roots although several clients share it
  UpstreamMode mode = UpstreamMode::automatic;
  UpstreamEra era = UpstreamEra::automatic;
  std::string prefix;  ///< in front of its tools and prompts; empty: its name

  struct Tools {
    std::vector<std::string> allow;      ///< the upstream's own names; empty: all
    std::vector<std::string> deny;       ///< wins over allow
    std::vector<std::string> cacheable;  ///< results may be kept and shared
    bool operator==(Tools const&) const = default;
  } tools;

  struct Cache {
    bool reads = true;         ///< answers to resources/read, as their ttlMs and cacheScope have it
    Milliseconds read_ttl{0};  ///< of those without ttlMs (older revisions)
    bool operator==(Cache const&) const = default;
  } cache;

  /// How long after its time a kept answer is still given; 0: never.
  struct Stale {
    Milliseconds while_revalidate{0};  ///< at once, while a new one is fetched
    Milliseconds if_error{0};          ///< when the server cannot answer
    bool operator==(Stale const&) const = default;
  } stale;

  /// What a tool of these names says while the upstream cannot answer: a result with isError.
  std::map<std::string, std::string> fallbacks;

  struct Timeouts {
    Milliseconds handshake{180'000};  ///< a first npx downloads; one that is killed leaves half
    Milliseconds call{60'000};        ///< begins anew with each progress
    Milliseconds call_max{600'000};   ///< whatever the progress
    Milliseconds ask{600'000};        ///< waiting for a person; not counted as call
    Milliseconds probe{5'000};        ///< health probe, and the question for the era
    bool operator==(Timeouts const&) const = default;
  } timeouts;

  Milliseconds health_interval{30'000};  ///< 0: no probes

  struct Limits {
    std::uint64_t max_in_flight = 64;  ///< calls at once
    bool adaptive = false;             ///< fewer at once, as the server's latency has it
    std::uint64_t min_in_flight = 1;   ///< then never fewer than these
    std::uint64_t queue = 256;         ///< calls waiting
    std::uint64_t max_children = 8;    ///< for calls that may ask, or for principals or sessions
    std::uint64_t idle_children = 1;   ///< kept of those while nobody needs them
    std::uint64_t memory = 0;          ///< bytes, resident, of a child's whole group; 0: no limit
    std::uint64_t open_files = 0;      ///< 0: ours
    std::uint64_t nice = 0;            ///< 0 to 19, added to ours
    std::uint64_t max_calls = 0;       ///< a child is replaced after so many; 0: never
    Milliseconds max_age{0};           ///< a child is replaced after so long; 0: never
    bool operator==(Limits const&) const = default;
  } limits;

  struct Retry {
    std::uint64_t attempts = 3;  ///< in all; 1: never again
    Milliseconds min{100};
    Milliseconds max{2'000};
    RepeatRule repeat = RepeatRule::hints;
    /// A member of _meta or of the arguments: calls that carry it may be sent again. Empty: none.
    std::string idempotency_key;
    bool operator==(Retry const&) const = default;
  } retry;

  struct Breaker {
    std::uint64_t failures = 5;          ///< one after the other
    std::uint64_t failure_percent = 50;  ///< of the calls in the window
    std::uint64_t min_calls = 20;        ///< in the window, before the percentage counts
    Milliseconds window{300'000};
    Milliseconds recovery{60'000};  ///< doubled with each failed recovery
    Milliseconds recovery_max{1'920'000};
    std::uint64_t successes = 3;  ///< that close it again
    std::uint64_t probes = 1;     ///< at once while it is half open
    bool operator==(Breaker const&) const = default;
  } breaker;

  /// What holds for the calls of one tool instead; what is not given is as above.
  struct Override {
    Timeouts timeouts;                ///< call and call_max
    std::uint64_t max_in_flight = 0;  ///< of the upstream's; 0: no bound of its own
    std::uint64_t queue = 256;        ///< calls waiting for those
    Retry retry;
    Stale stale;
    bool own_circuit = false;  ///< with `breaker`; else it shares the upstream's
    Breaker breaker;
    bool operator==(Override const&) const = default;
  };
  std::map<std::string, Override> overrides;  ///< by the upstream's own name of the tool

  /// What must not be logged: headers, and what is called like a secret or holds a password.
  std::vector<std::string> secrets;

  bool operator==(Upstream const&) const = default;
};

/// What holds for all upstreams together.
enum class PrefixRule : std::uint8_t {
  automatic,  ///< when there are several upstreams, or native tools beside one
  always,
  never,  ///< the first owner of a name keeps it, later ones are hidden with a warning
};

}  // namespace rampart::config
