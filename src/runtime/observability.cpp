#include "runtime/observability.hpp"

#include <unistd.h>

#include <stdexcept>

#include "base/log_exception.hpp"
#include "config/value.hpp"
#include "server/stages/observe.hpp"

namespace rampart::runtime {
namespace {

base::LogOptions log_options(config::Config const& config, base::LogFormat format, int fd) {
  base::LogOptions options;
  options.level = config.log.level;
  options.format = format;
  options.colour = format == base::LogFormat::console && ::isatty(fd) == 1;
  return options;
}

base::AccessLog::Options access_options(base::LogFormat format, base::Logger const& log) {
  base::AccessLog::Options options;
  options.format = format;
  options.follows = &log;
  return options;
}

std::unique_ptr<base::AuditLog> open_audit(config::Config const& config,
                                           base::Secrets const& secrets) {
  if (config.audit.log == "off") return nullptr;
  auto opened = base::AuditLog::open(config.audit.log, secrets);
  if (!opened) throw std::runtime_error("audit.log: " + opened.error().message);
  return std::move(*opened);
}

}  // namespace

Observability::Observability(config::Config const& config, int log_fd, std::string version)
    : clock(base::system_clock()),
      sink(log_fd),
      format(config::log_format(config, ::isatty(log_fd) == 1)),
      log(sink, secrets, log_options(config, format, log_fd), clock),
      access(sink, secrets, access_options(format, log), clock),
      audit(open_audit(config, secrets)),
      mcp(metrics, server::metric_labels()),
      process(metrics, clock, std::move(version)) {
  for (auto const& secret : config::secret_values(config)) secrets.add(secret);
  base::count_dropped_lines(metrics, [this] { return static_cast<double>(sink.dropped()); });
  base::count_dropped_audit_lines(
      metrics, [this] { return audit ? static_cast<double>(audit->dropped()) : 0.0; });
  base::record_throw_sites(config.log.throw_stacks);
}

void Observability::flush() {
  access.flush();
  if (audit) audit->flush();
}

}  // namespace rampart::runtime
