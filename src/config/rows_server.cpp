// The rows of the network side: ports, names, limits and times of the server section.
#include "base/ip_network.hpp"
#include "config/row.hpp"

namespace rampart::config {
namespace {

std::string_view check_host(std::string_view item) {
  bool const bad = item.find_first_of("/@ \t") != std::string_view::npos;
  return bad ? "must be host names or host:port, without a scheme or path" : "";
}

std::string_view check_origin(std::string_view item) {
  auto const scheme = item.find("://");
  bool const bad = scheme == std::string_view::npos || scheme == 0 ||
                   item.find('/', scheme + 3) != std::string_view::npos ||
                   scheme + 3 == item.size();
  return bad ? "must be origins such as https://app.example.com, without a path" : "";
}

std::string_view check_network(std::string_view item) {
  return base::IpNetwork::parse(item) ? ""
                                      : "must be IP addresses or networks such as 10.0.0.0/8, "
                                        "without bits beyond the prefix";
}

void add_addresses(std::vector<Row>& rows) {
  rows.push_back(
      port(
          "server.port", [](Config& c) -> Slot { return &c.server.port; }, "8080",
          "Port of the MCP endpoint, `/health` and `/ready`. 0 takes any free port and logs it.")
          .named("PORT")
          .short_flag("port"));
  rows.push_back(port(
                     "server.metrics_port",
                     [](Config& c) -> Slot { return &c.server.metrics_port; }, "9090",
                     "Port of `/metrics` and, once more, the probes. In stdio mode it is opened "
                     "only when set.")
                     .named("METRICS_PORT"));
  rows.back().flag = "metrics-port";
  rows.push_back(
      address(
          "server.bind", [](Config& c) -> Slot { return &c.server.bind; }, "127.0.0.1",
          "Address of the MCP endpoint. Loopback unless you say otherwise; 0.0.0.0 is every one.")
          .short_flag("bind"));
  rows.push_back(address(
                     "server.metrics_bind",
                     [](Config& c) -> Slot { return &c.server.metrics_bind; }, "127.0.0.1",
                     "Address of the metrics port.")
                     .named("RAMPART_METRICS_BIND"));
  rows.push_back(list(
                     "server.allowed_hosts",
                     [](Config& c) -> Slot { return &c.server.allowed_hosts; },
                     "Host names a request may ask for beyond loopback; empty = not checked, with "
                     "one warning.",
                     check_host)
                     .named("RAMPART_ALLOWED_HOSTS"));
  rows.push_back(list(
                     "server.allowed_origins",
                     [](Config& c) -> Slot { return &c.server.allowed_origins; },
                     "Origins of web pages that may call this server, besides its own on loopback.",
                     check_origin)
                     .named("RAMPART_ALLOWED_ORIGINS"));
  rows.push_back(list(
                     "server.trusted_proxies",
                     [](Config& c) -> Slot { return &c.server.trusted_proxies; },
                     "Proxies in front, as addresses or networks (10.0.0.0/8): their "
                     "X-Forwarded-For says who asks, for rate limit, access log and audit.",
                     check_network)
                     .named("RAMPART_TRUSTED_PROXIES"));
}

void add_limits(std::vector<Row>& rows) {
  rows.push_back(count(
      "server.loops", [](Config& c) -> Slot { return &c.server.loops; }, "0", 0, 1024,
      "Event loops, one thread each. 0 = as many as the CPUs this process may use."));
  rows.push_back(count(
      "server.max_connections", [](Config& c) -> Slot { return &c.server.max_connections; },
      "10000", 1, 10'000'000, "Open client connections; further ones get 503."));
  rows.push_back(count(
      "server.max_concurrent_requests",
      [](Config& c) -> Slot { return &c.server.max_concurrent_requests; }, "1000", 1, 10'000'000,
      "Requests being answered at once; further ones get 503 with Retry-After."));
  rows.push_back(bytes(
                     "server.max_request_size",
                     [](Config& c) -> Slot { return &c.server.max_request_size; }, "1048576", 1,
                     1ull << 30, "The longest request body; one byte more gets 413.")
                     .named("MAX_REQUEST_SIZE"));
  rows.push_back(bytes(
      "server.body_budget", [](Config& c) -> Slot { return &c.server.body_budget; }, "268435456", 1,
      1ull << 40, "Request bodies held in memory by all connections together; beyond it 503."));
  rows.push_back(bytes(
      "server.header_bytes", [](Config& c) -> Slot { return &c.server.header_bytes; }, "32768", 256,
      1 << 20, "The longest request head; one byte more gets 431."));
  rows.push_back(count(
      "server.header_count", [](Config& c) -> Slot { return &c.server.header_count; }, "100", 1,
      10'000, "Header lines of a request; one more gets 431."));
  rows.push_back(bytes(
      "server.pipeline_bytes", [](Config& c) -> Slot { return &c.server.pipeline_bytes; }, "65536",
      1024, 1 << 24, "Read ahead from a connection while its request is being answered."));
  rows.push_back(count(
                     "server.page_size", [](Config& c) -> Slot { return &c.server.page_size; },
                     "100", 1, 10'000, "Tools, resources or prompts on one page of a list.")
                     .named("RAMPART_PAGE_SIZE"));
}

void add_times(std::vector<Row>& rows) {
  rows.push_back(seconds(
      "server.idle_timeout", [](Config& c) -> Slot { return &c.server.idle_timeout; }, "75", 1,
      86'400, "How long a connection may stay open between requests."));
  rows.push_back(seconds(
      "server.head_timeout", [](Config& c) -> Slot { return &c.server.head_timeout; }, "10", 1,
      3600, "How long a request head may take from its first byte to its last."));
  rows.push_back(seconds(
      "server.body_timeout", [](Config& c) -> Slot { return &c.server.body_timeout; }, "30", 1,
      3600, "How long a request body may stand still."));
  rows.push_back(seconds(
      "server.write_timeout", [](Config& c) -> Slot { return &c.server.write_timeout; }, "30", 1,
      3600, "How long a client may leave its receive window full."));
  rows.push_back(seconds(
      "server.request_timeout", [](Config& c) -> Slot { return &c.server.request_timeout; }, "60",
      1, 86'400, "The deadline of a call; then its client gets an error."));
  rows.push_back(seconds(
      "server.sse_after", [](Config& c) -> Slot { return &c.server.sse_after; }, "10", 0, 3600,
      "An answer that takes longer becomes an event stream, where the client accepts one."));
  rows.push_back(seconds(
      "server.sse_keepalive", [](Config& c) -> Slot { return &c.server.sse_keepalive; }, "15", 1,
      3600, "Time between comment lines on a silent event stream."));
  rows.push_back(seconds(
      "server.sse_release", [](Config& c) -> Slot { return &c.server.sse_release; }, "0", 0, 3600,
      "At 2025-11-25, the stream of a request that was silent for so long ends, and its client "
      "comes back for the rest: for proxies that cut quiet connections. 0: it stays open."));
  rows.push_back(boolean(
      "server.legacy_sse", [](Config& c) -> Slot { return &c.server.legacy_sse; }, "false",
      "Also serve the transport of protocol version 2024-11-05: GET /sse and POST /messages."));
}

void add_auth(std::vector<Row>& rows) {
  rows.push_back(text(
      "auth.keys_file", [](Config& c) -> Slot { return &c.auth.keys_file; }, "",
      "File with one `name:sha256` a line (`rampart keys new NAME` makes them): then each request "
      "needs one of these keys. Read again when it changes. Empty = no keys are asked for.",
      nullptr));
  rows.push_back(boolean(
      "auth.anonymous", [](Config& c) -> Slot { return &c.auth.anonymous; }, "false",
      "Serving beyond loopback without keys is meant so, because something in front knows the "
      "callers: no warning, and ENVIRONMENT=production does not refuse."));
}

std::string_view check_audit(std::string_view where) {
  bool const known =
      where == "off" || where == "stderr" || where.find('/') != std::string_view::npos;
  return known ? "" : "must be off, stderr, or a path with a slash such as ./audit.log";
}

void add_audit(std::vector<Row>& rows) {
  rows.push_back(text(
                     "audit.log", [](Config& c) -> Slot { return &c.audit.log; }, "off",
                     "Where a line for each request goes that says who asked for what: off, stderr "
                     "or a file's path. SIGHUP opens the file anew.",
                     check_audit)
                     .named("RAMPART_AUDIT"));
}

}  // namespace

void add_server_rows(std::vector<Row>& rows) {
  rows.push_back(
      choice(
          "environment",
          [](Config& c) -> Slot { return reinterpret_cast<unsigned char*>(&c.environment); },
          "development", {"development", "staging", "production"},
          "Chooses the defaults of other keys; see below.")
          .named("ENVIRONMENT"));
  add_addresses(rows);
  add_limits(rows);
  add_times(rows);
  add_auth(rows);
  add_audit(rows);
}

}  // namespace rampart::config
