// Everything an operator can set, by section. Plain values: made by load(), then read by the
// wiring. Names, defaults, bounds and meaning of each member stand in its row (rows_*.cpp), nowhere
// else.
#pragma once
#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "base/log.hpp"
#include "config/upstream.hpp"

namespace rampart::config {

using Count = std::uint64_t;
using Bytes = std::uint64_t;
using Duration = std::chrono::milliseconds;

enum class Environment : std::uint8_t { development, staging, production };
enum class LogFormat : std::uint8_t { automatic, json, console };

struct Config {
  Environment environment{};

  struct Server {
    Count port{};
    Count metrics_port{};
    std::string bind;
    std::string metrics_bind;
    std::vector<std::string> allowed_hosts;
    std::vector<std::string> allowed_origins;
    std::vector<std::string> trusted_proxies;
    Count loops{};
    Count max_connections{};
    Count max_concurrent_requests{};
    Bytes max_request_size{};
    Bytes body_budget{};
    Bytes header_bytes{};
    Count header_count{};
    Bytes pipeline_bytes{};
    Duration idle_timeout{};
    Duration head_timeout{};
    Duration body_timeout{};
    Duration write_timeout{};
    Duration request_timeout{};
    Duration sse_after{};
    Duration sse_keepalive{};
    Duration sse_release{};
    bool legacy_sse{};
    Count page_size{};
  } server;

  struct Auth {
    std::string keys_file;  ///< empty: no keys
    bool anonymous{};
  } auth;

  struct Audit {
    std::string log;  ///< off, stderr or a path
  } audit;

  struct Sessions {
    Count max{};
    Duration idle{};
    Bytes event_store_bytes{};
    Count event_store_events{};
  } sessions;

  struct Subscriptions {
    Count max{};
  } subscriptions;

  struct Stream {
    Count queued_events{};
  } stream;

  struct Workers {
    Count threads{};
    Count queue{};
  } workers;

  struct State {
    std::vector<std::string> keys;
    Duration ttl{};
  } state;

  struct Cache {
    Duration ttl{};
    Bytes max_bytes{};
    Count max_entries{};
  } cache;

  struct Rate {
    Count limit{};
    Count identities{};
  } rate;

  struct Redis {
    std::string url;
    std::string ca_file;
    bool required{};
    Duration command_timeout{};
    Bytes max_entry_bytes{};
  } redis;

  struct Gateway {
    std::string separator;  ///< between a prefix and a name
    PrefixRule prefix{};
  } gateway;
  std::vector<Upstream> upstreams;  ///< `mcpServers`, in the order of the file

  struct Drain {
    Duration delay{};
    Duration timeout{};
  } drain;

  struct Errors {
    bool detail{};
  } errors;

  struct Log {
    base::Level level{};
    LogFormat format{};
    bool banner{};
    bool throw_stacks{};
  } log;
};

/// What log.format comes to: automatic is for people only where one developer looks at a terminal.
inline base::LogFormat log_format(Config const& config, bool stderr_is_terminal) {
  bool const people = config.log.format == LogFormat::console ||
                      (config.log.format == LogFormat::automatic && stderr_is_terminal &&
                       config.environment == Environment::development);
  return people ? base::LogFormat::console : base::LogFormat::json;
}

}  // namespace rampart::config
