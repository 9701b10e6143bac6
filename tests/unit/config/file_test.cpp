#include "config/file.hpp"

#include <gmock/gmock.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "config/load.hpp"

namespace rampart::config {
namespace {
using std::chrono::seconds;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string wrong(std::string text) {
  Sources sources;
  sources.file = FileText{"config", std::move(text)};
  auto const loaded = load(sources);
  return loaded ? "" : text_of(loaded.error());
}
Loaded good(std::string text) {
  Sources sources;
  sources.file = FileText{"config", std::move(text)};
  auto const loaded = load(sources);
  if (loaded) return *loaded;
  ADD_FAILURE() << text_of(loaded.error());
  return Loaded();
}

TEST(ConfigFile, MayBeYaml) {
  auto const c = good(
                     "# comment\nenvironment: \"staging\"\nserver:\n  port: 8081\n  "
                     "allowed_hosts:\n    - a.example\n"
                     "    - b.example\n  legacy_sse: true\ncache: {ttl: 1 m}\n")
                     .config;
  EXPECT_EQ(c.environment, Environment::staging);
  EXPECT_EQ(c.server.port, 8081u);
  EXPECT_THAT(c.server.allowed_hosts, ElementsAre("a.example", "b.example"));
  EXPECT_TRUE(c.server.legacy_sse);
  EXPECT_EQ(c.cache.ttl, seconds(60));
}

TEST(ConfigFile, MayBeJsonWithCommentsAndTrailingCommas) {
  auto const loaded = good(
      "{ // who\n  \"environment\": \"staging\", /* two\n lines */\n  \"server\": {\n    \"port\": "
      "8081,\n"
      "    \"allowed_hosts\": [\"a.example\", \"b.example\",],\n    \"legacy_sse\": true,\n  },\n"
      "  \"cache\": {\"ttl\": \"1 m\", \"max_bytes\": null},\n}\n");
  auto const& c = loaded.config;
  EXPECT_EQ(c.environment, Environment::staging);
  EXPECT_EQ(c.server.port, 8081u);
  EXPECT_THAT(c.server.allowed_hosts, ElementsAre("a.example", "b.example"));
  EXPECT_TRUE(c.server.legacy_sse);
  EXPECT_EQ(c.cache.ttl, seconds(60));
  EXPECT_EQ(loaded.origins.at("environment"), "config:2");
  EXPECT_EQ(loaded.origins.at("server.port"), "config:5");
  EXPECT_EQ(loaded.origins.at("server.allowed_hosts"), "config:6");
  EXPECT_EQ(loaded.origins.at("cache.ttl"), "config:9");
  EXPECT_EQ(loaded.origins.at("cache.max_bytes"), "default");
}

TEST(ConfigFile, BothFormatsGiveTheSameErrors) {
  EXPECT_EQ(wrong("server:\n  port: http\n"),
            "server.port (config:2): must be between 0 and 65535, got \"http\"\n");
  EXPECT_EQ(wrong("{\"server\":\n  {\"port\": \"http\"}}"),
            "server.port (config:2): must be between 0 and 65535, got \"http\"\n");
  EXPECT_EQ(wrong("server:\n  prot: 1\n"),
            "server.prot (config:2): unknown key; did you mean server.port?\n");
  EXPECT_EQ(wrong("{\"server\":\n  {\"prot\": 1}}"),
            "server.prot (config:2): unknown key; did you mean server.port?\n");
}

TEST(ConfigFile, AKeyStandsOnce) {
  EXPECT_EQ(wrong("server:\n  port: 1\n  port: 2\n"), "server.port (config:3): is given twice\n");
  EXPECT_EQ(wrong("{\"server\": {\"port\": 1,\n\"port\": 2}}"),
            "server.port (config:2): is given twice\n");
  EXPECT_EQ(wrong("server:\n  port: 1\nserver:\n  loops: 2\n"),
            "server (config:3): is given twice\n");
  EXPECT_EQ(wrong("{\"server\": {\"port\": 1},\n\"server\": {\"loops\": 2}}"),
            "server (config:2): is given twice\n");
}

TEST(ConfigFile, ShapesAreChecked) {
  EXPECT_EQ(wrong("server: 5\n"), "server (config:1): is a section: its keys stand below it\n");
  EXPECT_EQ(wrong("server:\n  port: [1, 2]\n"),
            "server.port (config:2): must be one value, not a list of 2\n");
  EXPECT_EQ(wrong("server:\n  port: {a: 1}\n"),
            "server.port (config:2): must be a value, not a map\n");
  EXPECT_EQ(wrong("server:\n  allowed_hosts: [[a]]\n"),
            "server.allowed_hosts (config:2): must be a value, not a map\n");
  EXPECT_EQ(wrong("[1]"), "config: must be a map of sections\n");
  EXPECT_EQ(wrong("server:\n"), "");
  EXPECT_EQ(wrong(""), "");
  EXPECT_EQ(wrong("\xef\xbb\xbf{\"server\": {}}"), "");
}

TEST(ConfigFile, AListOfOneIsAValueAndAValueAListOfOne) {
  EXPECT_EQ(good("server:\n  port: [1]\n").config.server.port, 1u);
  EXPECT_THAT(good("server:\n  allowed_hosts: a.example\n").config.server.allowed_hosts,
              ElementsAre("a.example"));
}

TEST(ConfigFile, SyntaxErrorsNameTheLine) {
  EXPECT_THAT(wrong("server:\n  port: 1\n bad: : x\n"),
              AllOf(HasSubstr("config: is not YAML: "), HasSubstr("in line 3")));
  EXPECT_THAT(wrong("{\n\"server\": nonsense}"),
              AllOf(HasSubstr("config: is not JSON: "), HasSubstr("in line 2")));
  EXPECT_THAT(wrong("{} x"), HasSubstr("is not JSON: "));
  EXPECT_THAT(wrong("{\"a\":"), HasSubstr("is not JSON: "));
  // A slash that begins no comment: what is read there is more than there is.
  EXPECT_THAT(wrong("{\"a\":/ 5"), HasSubstr("in line 1"));
}

TEST(ConfigFile, ASyntaxErrorIsOneLineWhateverTheFileHolds) {
  EXPECT_THAT(wrong("a: \"\\\x01\""),
              AllOf(HasSubstr("\\u0001"), ::testing::Not(HasSubstr("\x01"))));
}

TEST(ConfigFile, NestingIsBounded) {
  std::string const json = "{\"a\":" + std::string(100'000, '[');
  EXPECT_THAT(wrong(json), HasSubstr("is not JSON: "));
  EXPECT_EQ(wrong("a: " + std::string(100'000, '[')), "config: is nested deeper than 16 levels\n");
  std::string dashes;
  for (int i = 0; i < 10'000; ++i) dashes += "- ";
  EXPECT_EQ(wrong(dashes), "config: is nested deeper than 16 levels\n");
}

TEST(ConfigFile, SizeIsBounded) {
  auto const filled = [](std::size_t size) { return "#" + std::string(size - 1, 'x'); };
  EXPECT_EQ(wrong(filled(max_file_bytes)), "");
  EXPECT_EQ(wrong(filled(max_file_bytes + 1)), "config: must be at most 1048576 bytes\n");
}

TEST(ConfigFile, AliasesDoNotGrow) {
  std::string bomb = "a: &a [x, x, x, x, x, x, x, x, x]\n";
  for (char c = 'b'; c <= 'z'; ++c) {
    std::string const before(1, static_cast<char>(c - 1));
    bomb += std::string(1, c) + ": &" + c + " [*" + before + ", *" + before + ", *" + before +
            ", *" + before + "]\n";
  }
  EXPECT_THAT(wrong(bomb), HasSubstr("a (config:1): unknown key"));
}

struct ConfigPath : ::testing::Test {
  std::string path = ::testing::TempDir() + "rampart_config_test";
  ~ConfigPath() override { std::filesystem::remove(path); }
};

TEST_F(ConfigPath, AFileIsRead) {
  std::ofstream(path) << "server:\n  port: 1\n";
  auto const file = read_file(path);
  ASSERT_TRUE(file);
  EXPECT_EQ(file->text, "server:\n  port: 1\n");
  EXPECT_EQ(file->name, path);
}

TEST_F(ConfigPath, WhatIsNoFileIsAnErrorThatNamesIt) {
  auto const missing = read_file(path);
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().message, path + ": cannot be read: No such file or directory");
  EXPECT_EQ(read_file("/dev/zero").error().message, "/dev/zero: is not a file");
}

TEST_F(ConfigPath, ALongFileIsRefused) {
  std::ofstream(path) << std::string(max_file_bytes + 1, '#');
  auto const file = read_file(path);
  ASSERT_FALSE(file);
  EXPECT_THAT(file.error().message, HasSubstr("must be at most 1048576 bytes"));
}

// RAMPART_UPDATE_GOLDEN=1 writes the page instead.
TEST(ConfigDocs, AreUpToDate) {
  auto const root =
      std::filesystem::path(__FILE__).parent_path().parent_path().parent_path().parent_path();
  auto const page = root / "docs" / "config.md";
  if (std::getenv("RAMPART_UPDATE_GOLDEN") != nullptr) std::ofstream(page) << config_markdown();
  std::ostringstream committed;
  committed << std::ifstream(page).rdbuf();
  EXPECT_EQ(committed.str(), config_markdown())
      << "docs/config.md is stale: run this test with RAMPART_UPDATE_GOLDEN=1";
}

}  // namespace
}  // namespace rampart::config
