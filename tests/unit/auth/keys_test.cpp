#include "auth/keys.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace rampart::auth {
namespace {

using ::testing::HasSubstr;
namespace fs = std::filesystem;

class KeysFile : public ::testing::Test {
 protected:
  KeysFile() {
    std::string pattern = fs::temp_directory_path() / "rampart-keys-XXXXXX";
    folder = ::mkdtemp(pattern.data());
    path = folder / "keys";
  }
  ~KeysFile() override { fs::remove_all(folder); }

  void write(std::string const& text) { std::ofstream(path) << text; }
  /// As careful people replace a file.
  void replace(std::string const& text) {
    std::ofstream(folder / "next") << text;
    fs::rename(folder / "next", path);
  }
  std::string line(std::string const& name) { return key_line(name, "key of " + name) + "\n"; }
  std::string found(Keys const& keys, std::string const& name) {
    auto const principal = keys.find("key of " + name);
    return principal ? principal->name : "nobody";
  }

  base::Metrics metrics;
  base::McpMetrics mcp{metrics, {}};
  fs::path folder;
  fs::path path;
};

TEST_F(KeysFile, TellsWhoseAKeyIs) {
  write(line("anna") + line("bob"));
  Keys keys(path, mcp);
  auto const loaded = keys.load();
  ASSERT_TRUE(loaded) << loaded.error().message;
  EXPECT_EQ(loaded->keys, 2u);
  EXPECT_EQ(found(keys, "anna"), "anna");
  EXPECT_EQ(found(keys, "bob"), "bob");
  EXPECT_EQ(keys.find(""), nullptr);
  EXPECT_EQ(keys.find("key of anna "), nullptr);
  EXPECT_EQ(keys.find(crypto::hex(crypto::sha256("key of anna"))), nullptr) << "a digest is no key";
  EXPECT_EQ(keys.find("key of anna")->metrics, &mcp.client("anna"));
}

TEST_F(KeysFile, IsReadAgainOnceItHasChangedAndStoodStill) {
  write(line("anna"));
  Keys keys(path, mcp);
  ASSERT_TRUE(keys.load());
  EXPECT_FALSE(keys.look()) << "nothing changed";
  replace(line("anna") + line("bob"));
  EXPECT_FALSE(keys.look()) << "it may still be written";
  auto const loaded = keys.look();
  ASSERT_TRUE(loaded && *loaded);
  EXPECT_EQ(found(keys, "bob"), "bob");
  EXPECT_FALSE(keys.look());
}

TEST_F(KeysFile, KeepsItsPrincipalsWhereLinesStay) {
  write(line("anna") + line("bob") + line("carl"));
  Keys keys(path, mcp);
  ASSERT_TRUE(keys.load());
  auto const anna = keys.find("key of anna");
  replace(line("carl") + key_line("bob", "another key") + "\n" + line("anna"));
  auto const loaded = keys.load();
  ASSERT_TRUE(loaded);
  EXPECT_EQ(keys.find("key of anna"), anna);
  ASSERT_EQ(loaded->withdrawn.size(), 1u) << "a name with another key is another principal";
  EXPECT_EQ(loaded->withdrawn.front()->name, "bob");
  EXPECT_EQ(found(keys, "bob"), "nobody");
  EXPECT_EQ(keys.find("another key")->name, "bob");
}

TEST_F(KeysFile, KeepsTheKeysWhenItBreaksAndSaysSoOnce) {
  write(line("anna"));
  Keys keys(path, mcp);
  ASSERT_TRUE(keys.load());
  replace(line("bob") + "nonsense\n");
  keys.look();
  auto const broken = keys.look();
  ASSERT_TRUE(broken && !*broken);
  EXPECT_THAT(broken->error().message, HasSubstr("keys:2: "));
  EXPECT_EQ(found(keys, "anna"), "anna");
  EXPECT_EQ(found(keys, "bob"), "nobody");
  EXPECT_FALSE(keys.look());
  fs::remove(path);
  keys.look();
  auto const gone = keys.look();
  ASSERT_TRUE(gone && !*gone);
  EXPECT_THAT(gone->error().message, HasSubstr("No such file"));
  EXPECT_EQ(found(keys, "anna"), "anna");
  EXPECT_FALSE(keys.look());
  write(line("bob"));
  keys.look();
  EXPECT_TRUE(keys.look());
  EXPECT_EQ(found(keys, "bob"), "bob");
}

TEST_F(KeysFile, WithoutALineLetsNobodyIn) {
  write(line("anna"));
  Keys keys(path, mcp);
  ASSERT_TRUE(keys.load());
  replace("");
  auto const loaded = keys.load();
  ASSERT_TRUE(loaded);
  EXPECT_EQ(loaded->withdrawn.size(), 1u);
  EXPECT_EQ(found(keys, "anna"), "nobody");
}

TEST_F(KeysFile, IsARegularFileOfBoundedSize) {
  write("#" + std::string(max_keys_file_bytes - 1, 'x'));
  EXPECT_TRUE(read_keys_file(path));
  write("#" + std::string(max_keys_file_bytes, 'x'));
  EXPECT_THAT(read_keys_file(path).error().message, HasSubstr("at most 262144 bytes"));
  EXPECT_THAT(read_keys_file(folder).error().message, HasSubstr("regular file"));
}

TEST_F(KeysFile, ThatOthersMayReadIsNoticed) {
  write(line("anna"));
  Keys keys(path, mcp);
  fs::permissions(path, fs::perms(0640));
  EXPECT_FALSE(keys.load()->exposed);
  for (unsigned mode : {0644u, 0660u, 0602u}) {
    fs::permissions(path, fs::perms(mode));
    EXPECT_TRUE(keys.load()->exposed) << mode;
  }
}

TEST_F(KeysFile, GetsLinesAppended) {
  ASSERT_TRUE(append_key_line(path, key_line("anna", "key of anna")));
  EXPECT_EQ(fs::status(path).permissions(), fs::perms(0600));
  std::ofstream(path, std::ios::app) << "# no line end";
  ASSERT_TRUE(append_key_line(path, key_line("bob", "key of bob")));
  auto const again = append_key_line(path, key_line("anna", "another"));
  ASSERT_FALSE(again);
  EXPECT_THAT(again.error().message, HasSubstr("the name stands in an earlier line"));
  Keys keys(path, mcp);
  EXPECT_EQ(keys.load()->keys, 2u);
}

}  // namespace
}  // namespace rampart::auth
