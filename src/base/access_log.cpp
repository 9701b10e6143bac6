#include "base/access_log.hpp"

#include "base/access_line.hpp"

namespace rampart::base {

AccessLog::AccessLog(LogSink& sink, Secrets const& secrets, Options options, Clock const& clock)
    : options_(options),
      clock_(clock),
      lines_(sink, secrets, options.buffer_bytes, max_access_line) {}

void AccessLog::write(AccessRecord const& record) {
  if (options_.follows != nullptr && !options_.follows->enabled(Level::info)) return;
  auto const at = clock_.wall();
  lines_.write([&](char* out) {
    return options_.format == LogFormat::json ? write_access_json(out, record, at)
                                              : write_access_console(out, record, at);
  });
}

}  // namespace rampart::base
