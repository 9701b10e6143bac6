#include "base/process_metrics.hpp"

#include <dirent.h>
#include <sys/resource.h>
#include <sys/statvfs.h>
#include <time.h>
#include <unistd.h>

#include <fstream>
#include <limits>
#include <sstream>

namespace rampart::base {
namespace {

double count_fds() {
  DIR* const dir = ::opendir("/proc/self/fd");
  if (dir == nullptr) return 0;
  double count = -3;  // ".", ".." and the descriptor of this very reading
  while (::readdir(dir) != nullptr) ++count;
  ::closedir(dir);
  return count;
}

double resident_bytes() {
  std::ifstream statm("/proc/self/statm");
  double total = 0;
  double resident = 0;
  statm >> total >> resident;
  return resident * static_cast<double>(::sysconf(_SC_PAGESIZE));
}

std::string compiler() {
#if defined(__clang__)
  return "clang " __clang_version__;
#else
  return "gcc " __VERSION__;
#endif
}

}  // namespace

ProcessSample sample_process() {
  ProcessSample s;
  timespec cpu{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &cpu);
  s.cpu_seconds = static_cast<double>(cpu.tv_sec) + static_cast<double>(cpu.tv_nsec) / 1e9;
  s.resident_bytes = resident_bytes();
  s.open_fds = count_fds();
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) == 0) {
    s.max_fds = limit.rlim_cur == RLIM_INFINITY ? std::numeric_limits<double>::infinity()
                                                : static_cast<double>(limit.rlim_cur);
  }
  struct statvfs disk{};
  if (::statvfs(".", &disk) == 0) {
    s.disk_free_bytes = static_cast<double>(disk.f_bavail) * static_cast<double>(disk.f_frsize);
    s.disk_size_bytes = static_cast<double>(disk.f_blocks) * static_cast<double>(disk.f_frsize);
  }
  return s;
}

double process_start_time() {
  std::ifstream stat("/proc/self/stat");
  std::string text;
  std::getline(stat, text);
  // The second field is the program's name in brackets and may hold anything; 20 fields on is the
  // start in clock ticks since boot (proc(5), field 22).
  std::istringstream rest(text.substr(std::min(text.rfind(')'), text.size() - 1) + 1));
  std::string skipped;
  for (int field = 3; field < 22; ++field) rest >> skipped;
  double ticks = 0;
  rest >> ticks;
  std::ifstream system("/proc/stat");
  for (std::string line; std::getline(system, line);) {
    if (line.starts_with("btime ")) {
      return std::stod(line.substr(6)) + ticks / static_cast<double>(::sysconf(_SC_CLK_TCK));
    }
  }
  return 0;
}

ProcessMetrics::ProcessMetrics(Metrics& metrics, Clock const& clock, std::string version)
    : clock_(clock),
      last_at_(clock.now()),
      last_cpu_(sample_process().cpu_seconds),
      resident_(metrics.gauge("process_resident_memory_bytes", "Resident memory size in bytes")),
      memory_(metrics.gauge("mcp_memory_usage_bytes", "Resident memory of this process")),
      cpu_percent_(metrics.gauge("mcp_cpu_usage_percent",
                                 "CPU use of this process since the last scrape; 100 is one core")),
      open_fds_(metrics.gauge("process_open_fds", "Open file descriptors")),
      max_fds_(metrics.gauge("process_max_fds", "Maximum number of open file descriptors")),
      disk_free_(metrics.gauge("mcp_disk_free_bytes",
                               "Space left on the file system of the working directory")),
      disk_size_(metrics.gauge("mcp_disk_size_bytes",
                               "Size of the file system of the working directory")) {
  FamilySpec cpu{"process_cpu_seconds_total", "User and system CPU time spent in seconds"};
  metrics.callback(MetricType::counter, cpu, {}, [this] { return cpu_seconds_.value(); });
  metrics.gauge("process_start_time_seconds", "Start of the process, in seconds since the epoch")
      .set(process_start_time());
  FamilySpec build{
      "rampart_build_info",
      "Always 1; the labels say what runs",
      {Label{"version", "Rampart's version"}, Label{"compiler", "what it was built with"}}};
  metrics.gauges(build).with({version, compiler()}).set(1);
  metrics.before_scrape([this] { sample(); });
}

void ProcessMetrics::sample() {
  auto const now = clock_.now();
  auto const current = sample_process();
  cpu_seconds_.set(current.cpu_seconds);
  resident_.set(current.resident_bytes);
  memory_.set(current.resident_bytes);
  open_fds_.set(current.open_fds);
  max_fds_.set(current.max_fds);
  disk_free_.set(current.disk_free_bytes);
  disk_size_.set(current.disk_size_bytes);
  auto const elapsed = now - last_at_;
  if (elapsed < min_interval) return;
  auto const seconds = std::chrono::duration<double>(elapsed).count();
  cpu_percent_.set(100 * (current.cpu_seconds - last_cpu_) / seconds);
  last_at_ = now;
  last_cpu_ = current.cpu_seconds;
}

}  // namespace rampart::base
