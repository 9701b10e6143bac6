// The background work of a serving process, once a second on a loop: readiness checks, idle
// sessions.
#pragma once
#include <memory>

#include "runtime/engine.hpp"
#include "runtime/fronting.hpp"
#include "runtime/readiness.hpp"

namespace rampart::runtime {

class SelfCheck {
 public:
  static constexpr std::chrono::milliseconds interval{1'000};
  /// What was found out longer ago is not true any more: the loop, or the disk, is stuck.
  static constexpr std::chrono::milliseconds longest_valid{5'000};

  SelfCheck(async::Loop& loop, Engine& engine, config::Config const& config, Readiness& readiness,
            Observability& observability);
  /// On the loop.
  void start();
  /// Asked as well, unless null. Set before start().
  Fronting const* upstreams = nullptr;

 private:
  void run();
  void check_dispatcher();
  void check_audit();

  async::Loop& loop_;
  Engine& engine_;
  Readiness& readiness_;
  base::Logger const log_;
  base::AuditLog const* const audit_;  // null: off
  std::uint64_t audit_dropped_ = 0;
  bool audit_drops_ = false;
  bool disk_ok_ = true;
  async::Deadline again_;
};

/// Each scrape tells what /ready would say of what is looked at here.
void report_dependencies(Observability& observability, Readiness const& readiness);

}  // namespace rampart::runtime
