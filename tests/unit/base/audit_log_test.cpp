#include "base/audit_log.hpp"

#include <gmock/gmock.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace rampart::base {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
namespace fs = std::filesystem;

struct AuditLogTest : ::testing::Test {
  AuditLogTest() {
    std::string pattern = fs::temp_directory_path() / "rampart-audit-XXXXXX";
    folder = ::mkdtemp(pattern.data());
    path = folder / "audit.log";
  }
  ~AuditLogTest() override { fs::remove_all(folder); }

  std::unique_ptr<AuditLog> open() { return std::move(*AuditLog::open(path, secrets)); }
  std::string text(fs::path const& file) {
    std::ifstream in(file);
    std::ostringstream out;
    out << in.rdbuf();
    return out.str();
  }

  Secrets secrets;
  fs::path folder;
  fs::path path;
};

AuditRecord record(std::string_view id = "r-1") {
  AuditRecord r;
  r.request_id = id;
  r.client_id = "anna";
  r.client_address = "10.0.0.7";
  r.method = "tools/call";
  r.target_key = "tool";
  r.target = "echo\n\"";
  r.arguments_sha256 = "44136f";
  r.outcome = "success";
  r.duration = std::chrono::microseconds(1412);
  r.trace_id = "0af7651916cd43dd8448eb211c80319c";
  return r;
}

TEST_F(AuditLogTest, WritesWhoWhatAndHowItEnded) {
  auto const log = open();
  log->write(record());
  log->flush();
  EXPECT_THAT(
      text(path),
      EndsWith(
          R"("level":"info","logger":"rampart.audit","event":"call","request_id":"r-1",)"
          R"("client_id":"anna","client_address":"10.0.0.7","method":"tools/call","tool":"echo\n\"",)"
          R"("arguments_sha256":"44136f","outcome":"success","code":0,"duration_ms":1.412,)"
          R"("trace_id":"0af7651916cd43dd8448eb211c80319c"})"
          "\n"));
  EXPECT_EQ(fs::status(path).permissions(), fs::perms(0600));
}

TEST_F(AuditLogTest, AppendsAndWritesWhatIsLeftAtItsEnd) {
  std::ofstream(path) << "before\n";
  open()->write(record());
  EXPECT_THAT(text(path), ::testing::StartsWith("before\n{"));
  EXPECT_THAT(text(path), HasSubstr("r-1"));
}

TEST_F(AuditLogTest, GoesOnInANewFileOnceTheOldOneWasMovedAway) {
  auto const log = open();
  log->write(record("r-old"));
  log->flush();
  fs::rename(path, folder / "audit.log.1");
  log->write(record("r-moved"));
  log->flush();
  ASSERT_TRUE(log->reopen());
  log->write(record("r-new"));
  log->flush();
  EXPECT_THAT(text(folder / "audit.log.1"),
              ::testing::AllOf(HasSubstr("r-old"), HasSubstr("r-moved")));
  EXPECT_THAT(text(path), HasSubstr("r-new"));
  EXPECT_THAT(text(path), ::testing::Not(HasSubstr("r-old")));
}

TEST_F(AuditLogTest, KeepsTheOldFileWhereNoNewOneCanBeMade) {
  auto const log = open();
  fs::rename(path, folder / "old");
  fs::create_directory(path);
  auto const opened = log->reopen();
  ASSERT_FALSE(opened);
  EXPECT_THAT(opened.error().message, HasSubstr(path.string()));
  log->write(record());
  log->flush();
  EXPECT_THAT(text(folder / "old"), HasSubstr("r-1"));
}

TEST_F(AuditLogTest, IsNoFifoAndNoMissingFolder) {
  ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
  EXPECT_FALSE(AuditLog::open(path, secrets));
  EXPECT_THAT(AuditLog::open(folder / "none" / "a", secrets).error().message,
              HasSubstr("No such file"));
}

TEST_F(AuditLogTest, CountsTheLinesThatCannotBeWritten) {
  auto const log = open();
  rlimit limit{};
  ::getrlimit(RLIMIT_FSIZE, &limit);
  auto const before = std::signal(SIGXFSZ, SIG_IGN);
  rlimit small{0, limit.rlim_max};  // as a full disk: no byte more
  ::setrlimit(RLIMIT_FSIZE, &small);
  for (int i = 0; i < 3; ++i) log->write(record());
  log->flush();
  ::setrlimit(RLIMIT_FSIZE, &limit);
  std::signal(SIGXFSZ, before);
  EXPECT_EQ(log->dropped(), 3U);
  log->write(record("r-again"));
  log->flush();
  EXPECT_EQ(log->dropped(), 3U);
  EXPECT_THAT(text(path), HasSubstr("r-again"));
}

TEST_F(AuditLogTest, KnowsWhatIsFreeWhereItLies) {
  auto const free = open()->free();
  ASSERT_TRUE(free);
  EXPECT_GT(free->bytes, 0U);
  EXPECT_FALSE((*AuditLog::open("stderr", secrets))->free());
}

TEST(AuditRoom, IsEnoughFrom64MiBAndOneInodeInAHundredOn) {
  constexpr std::uint64_t bytes = 64 << 20;
  EXPECT_TRUE((AuditLog::Free{bytes, 0.01}.enough()));
  EXPECT_FALSE((AuditLog::Free{bytes - 1, 1}.enough()));
  EXPECT_FALSE((AuditLog::Free{bytes, 0.0099}.enough()));
}

}  // namespace
}  // namespace rampart::base
