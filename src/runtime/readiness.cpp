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
  auto& entry = entries_[static_cast<std::size_t>(check)];
  entry.state = ok ? State::ok : State::failed;
  entry.at = clock_.now();
}

void Readiness::set_longest_valid(Check check, std::chrono::milliseconds age) {
  std::lock_guard const lock(mutex_);
  entries_[static_cast<std::size_t>(check)].longest_valid = age;
}

bool Readiness::holds(Entry const& entry) const {
  if (entry.state != State::ok) return false;
  return entry.longest_valid.count() == 0 || clock_.now() - entry.at <= entry.longest_valid;
}

bool Readiness::ok(Check check) const {
  std::lock_guard const lock(mutex_);
  return holds(entries_[static_cast<std::size_t>(check)]);
}

Readiness::Answer Readiness::ready() const {
  std::string checks;
  bool ready = !draining_;
  bool degraded = degraded_;
  {
    std::lock_guard const lock(mutex_);
    for (Check check : all_checks) {
      Entry const& entry = entries_[static_cast<std::size_t>(check)];
      bool const ok = holds(entry);
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
