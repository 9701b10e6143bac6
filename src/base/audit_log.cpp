#include "base/audit_log.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "base/line_parts.hpp"

namespace rampart::base {
namespace {

constexpr std::size_t max_audit_line = 9 * max_escape * line_field_bytes + 640;

Failure failure(std::string const& path, std::string const& reason) {
  return fail(Errc::unavailable, path + ": " + reason);
}
std::string system_reason() { return std::error_code(errno, std::generic_category()).message(); }

Result<int> open_file(std::string const& path) {
  // O_NONBLOCK: a FIFO is refused, not waited for.
  int const fd = ::open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NONBLOCK, 0600);
  if (fd < 0) return failure(path, system_reason());
  struct stat info{};
  if (::fstat(fd, &info) == 0 && S_ISREG(info.st_mode)) return fd;
  ::close(fd);
  return failure(path, "an audit log must be a regular file");
}

char* write_line(char* out, AuditRecord const& r, Wall::time_point at) {
  out = put(out, R"({"timestamp":")");
  out = write_timestamp(out, at);
  out = put(out, R"(","level":"info","logger":"rampart.audit","event":")");
  out = put_text(out, r.event);
  *out++ = '"';
  out = put_optional(out, R"(,"request_id":")", r.request_id);
  out = put_optional(out, R"(,"client_id":")", r.client_id);
  out = put_optional(out, R"(,"client_address":")", r.client_address);
  out = put(out, R"(,"method":")");
  out = put_text(out, r.method);
  *out++ = '"';
  if (!r.target.empty()) {
    out = put(out, R"(,")");
    out = put_text(out, r.target_key);
    out = put(out, R"(":")");
    out = put_text(out, r.target);
    *out++ = '"';
  }
  out = put_optional(out, R"(,"arguments_sha256":")", r.arguments_sha256);
  out = put(out, R"(,"outcome":")");
  out = put_text(out, r.outcome);
  out = put(out, R"(","code":)");
  out = put_integer(out, r.code);
  out = put(out, R"(,"duration_ms":)");
  out = put_milliseconds(out, r.duration);
  out = put_optional(out, R"(,"trace_id":")", r.trace_id);
  return put(out, "}\n");
}

}  // namespace

AuditLog::AuditLog(int fd, std::string path, Secrets const& secrets, Clock const& clock)
    : file_(fd),
      path_(std::move(path)),
      clock_(clock),
      sink_(fd),
      lines_(sink_, secrets, buffer_bytes, max_audit_line) {}

AuditLog::Descriptor::~Descriptor() {
  if (fd != STDERR_FILENO) ::close(fd);
}

Result<std::unique_ptr<AuditLog>> AuditLog::open(std::string const& where, Secrets const& secrets,
                                                 Clock const& clock) {
  bool const to_stderr = where == "stderr";
  int fd = STDERR_FILENO;
  if (!to_stderr) {
    auto const opened = open_file(where);
    if (!opened) return Failure(opened.error());
    fd = *opened;
  }
  return std::unique_ptr<AuditLog>(
      new AuditLog(fd, to_stderr ? std::string() : where, secrets, clock));
}

void AuditLog::write(AuditRecord const& record) {
  auto const at = clock_.wall();
  lines_.write([&](char* out) { return write_line(out, record, at); });
}

Result<void> AuditLog::reopen() {
  if (path_.empty()) return {};
  auto const opened = open_file(path_);
  if (!opened) return Failure(opened.error());
  bool const taken = ::dup3(*opened, file_.fd, O_CLOEXEC) >= 0;
  auto const reason = system_reason();
  ::close(*opened);
  if (!taken) return failure(path_, reason);
  return {};
}

std::optional<AuditLog::Free> AuditLog::free() const {
  struct statvfs disk{};
  if (path_.empty() || ::fstatvfs(file_.fd, &disk) != 0) return std::nullopt;
  Free out;
  out.bytes = static_cast<std::uint64_t>(disk.f_bavail) * disk.f_frsize;
  out.inodes = disk.f_files == 0  // a file system without a fixed number of them
                   ? 1
                   : static_cast<double>(disk.f_favail) / static_cast<double>(disk.f_files);
  return out;
}

}  // namespace rampart::base
