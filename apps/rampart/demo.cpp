#include "demo.hpp"

#include <chrono>
#include <cstdlib>
#include <ctime>

namespace demo {
namespace {

using rampart::Json;
using rampart::Node;

std::string now_text() {
  auto const now = std::time(nullptr);
  std::tm utc{};
  gmtime_r(&now, &utc);
  char out[32];
  std::strftime(out, sizeof out, "%Y-%m-%dT%H:%M:%SZ", &utc);
  return out;
}

std::string environment() {
  char const* const value = std::getenv("ENVIRONMENT");
  return value ? value : "development";
}

enum class Operation { transform, validate, analyze };

struct ProcessData {
  std::map<std::string, Json> data;
  Operation operation = Operation::transform;
  static constexpr auto fields = rampart::fields(
      rampart::required<&ProcessData::data>("The object to work on"),
      rampart::optional<&ProcessData::operation>(
          "transform: upper-case its strings; validate: no null values; analyze: names and types"));
};

struct Processed {
  std::string operation;
  std::int64_t input_size = 0;
  std::string processed_at;
  std::map<std::string, Json> result;
  std::string cache_status = "miss";
  std::string server_environment;
  static constexpr auto fields = rampart::fields(
      rampart::required<&Processed::operation>("What was done"),
      rampart::required<&Processed::input_size>("Length of the data's JSON text in bytes"),
      rampart::required<&Processed::processed_at>("When it was done (RFC 3339)"),
      rampart::required<&Processed::result>("The outcome"),
      rampart::required<&Processed::cache_status>(
          "hit when this answer came from the cache, else miss"),
      rampart::required<&Processed::server_environment>("ENVIRONMENT of the server"));
};

std::string upper(std::string text) {
  for (char& c : text)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  return text;
}

std::map<std::string, Json> work(ProcessData const& in) {
  std::map<std::string, Json> out;
  std::map<std::string, std::string> types;
  bool valid = true;
  std::vector<std::string> keys;
  for (auto const& [key, value] : in.data) {
    keys.push_back(key);
    value.visit([&, &name = key, &json = value](Node node) {
      constexpr std::string_view kinds[] = {"null",   "boolean", "integer", "integer",
                                            "number", "string",  "array",   "object"};
      types[name] = kinds[static_cast<std::size_t>(node.kind())];
      valid = valid && !node.is_null();
      auto const text = node.as_string();
      out.insert_or_assign(name,
                           text ? Json::trusted(rampart::encode(upper(std::string(*text)))) : json);
    });
  }
  if (in.operation == Operation::transform) return out;
  if (in.operation == Operation::validate)
    return {{"valid", Json::trusted(valid ? "true" : "false")}};
  return {{"keys", Json::trusted(rampart::encode(keys))},
          {"types", Json::trusted(rampart::encode(types))},
          {"summary",
           Json::trusted(rampart::encode("Analyzed " + std::to_string(keys.size()) + " fields"))}};
}

Processed process_data(ProcessData const& in) {
  Processed out;
  constexpr std::string_view names[] = {"transform", "validate", "analyze"};
  out.operation = names[static_cast<std::size_t>(in.operation)];
  out.input_size = static_cast<std::int64_t>(rampart::encode(in.data).size());
  out.processed_at = now_text();
  out.result = work(in);
  out.server_environment = environment();
  return out;
}

struct Health {
  std::string status = "healthy";
  std::string timestamp;
  std::int64_t uptime_seconds = 0;
  std::string environment;
  std::string version;
  std::string redis = "not_configured";
  static constexpr auto fields = rampart::fields(
      rampart::required<&Health::status>("healthy or degraded"),
      rampart::required<&Health::timestamp>("RFC 3339"),
      rampart::required<&Health::uptime_seconds>("Seconds since the server started"),
      rampart::required<&Health::environment>("ENVIRONMENT of the server"),
      rampart::required<&Health::version>("Version of the server"),
      rampart::required<&Health::redis>("connected, disconnected or not_configured"));
};

struct Echo {
  std::string message;
  static constexpr auto fields =
      rampart::fields(rampart::required<&Echo::message>("What to say back"));
};

constexpr auto version = "1.0.0";

Health health(std::chrono::steady_clock::time_point started, rampart::RedisState redis) {
  Health out;
  out.timestamp = now_text();
  out.uptime_seconds =
      std::chrono::duration_cast<std::chrono::seconds>(std::chrono::steady_clock::now() - started)
          .count();
  out.environment = environment();
  out.version = version;
  if (redis == rampart::RedisState::connected) out.redis = "connected";
  if (redis == rampart::RedisState::disconnected) {
    out.redis = "disconnected";
    out.status = "degraded";
  }
  return out;
}

}  // namespace

rampart::Server make_server() {
  rampart::Server server("Production MCP Server", version);
  auto const started = std::chrono::steady_clock::now();
  server.instructions(
      "A demonstration server: process_data works on JSON objects, health_check tells how it is.");
  server.tool("echo", "Says back what it is told", [](Echo const& in) { return in.message; })
      .quick()
      .read_only();
  auto as_hit = [](rampart::ToolResult& result) {
    result.structured->visit([&](Node node) {
      if (auto processed = rampart::decode<Processed>(node)) {
        processed->cache_status = "hit";
        result.structured = Json::trusted(rampart::encode(*processed));
      }
    });
  };
  server.tool("process_data", "Transforms, validates or analyzes a JSON object", process_data)
      .read_only()
      .idempotent()
      .cacheable(as_hit);
  server
      .tool("health_check", "How the server is",
            [started](rampart::Context& context) { return health(started, context.redis()); })
      .quick()
      .read_only();
  server
      .resource("monitoring://metrics", "metrics",
                [started](rampart::Context& context) {
                  return rampart::encode(health(started, context.redis()));
                })
      .description("The server's state in brief; the full metrics are on the metrics port")
      .mime_type("application/json");
  return server;
}

}  // namespace demo
