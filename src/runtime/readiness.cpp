#include "runtime/readiness.hpp"

#include "base/encoding_time.hpp"

namespace rampart::runtime {
namespace {
constexpr std::array<std::string_view, all_checks.size()> names{"redis", "mcp_servers",
                                                                "disk_space"};
}

std::string_view name(Check check) { return names[static_cast<std::size_t>(check)]; }

void Readiness::set_required(Check check, bool required) {
  std::lock_guard const lock(mutex_);
  entries_[static_cast<std::size_t>(check)].required = required;
}

void Readiness::set_result(Check check, bool ok) {
  std::lock_guard const lock(mutex_);
  entries_[static_cast<std::size_t>(check)].state = ok ? State::ok : State::failed;
}

Readiness::Answer Readiness::ready() const {
  std::string checks;
  bool ready = !draining_;
  bool degraded = degraded_;
  {
    std::lock_guard const lock(mutex_);
    for (Check check : all_checks) {
      Entry const& entry = entries_[static_cast<std::size_t>(check)];
      bool const ok = entry.state == State::ok;
      checks += checks.empty() ? "\"" : ",\"";
      (checks += name(check)) += ok ? "\":true" : "\":false";
      if (!ok && entry.required) ready = false;
      if (!ok && !entry.required) degraded = true;
      if (entry.state == State::no_result) ready = false;
    }
  }
  std::string json =
      ready ? R"({"status":"ready","checks":{)" : R"({"status":"not_ready","checks":{)";
  json += checks + R"(},"timestamp":")" + base::timestamp(clock_.wall()) + "\"";
  if (degraded) json += R"(,"degraded":true)";
  return Answer{ready ? 200 : 503, json + "}"};
}

Readiness::Answer Readiness::health() const {
  return Answer{200,
                R"({"status":"healthy","timestamp":")" + base::timestamp(clock_.wall()) + "\"}"};
}

}  // namespace rampart::runtime
