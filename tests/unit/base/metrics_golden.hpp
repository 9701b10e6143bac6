// Compares text with a committed file; RAMPART_UPDATE_GOLDEN=1 writes the file instead.
#pragma once
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

namespace rampart::testing {

/// `file` is relative to the root of the repository. `source` is __FILE__ of a test four levels
/// below it.
inline void expect_golden(std::string const& source, std::string const& file,
                          std::string const& text) {
  auto const root =
      std::filesystem::path(source).parent_path().parent_path().parent_path().parent_path();
  if (std::getenv("RAMPART_UPDATE_GOLDEN") != nullptr) {
    std::ofstream(root / file) << text;
    return;
  }
  std::ifstream in(root / file);
  std::ostringstream committed;
  committed << in.rdbuf();
  EXPECT_EQ(committed.str(), text)
      << file << " is stale: run this test with RAMPART_UPDATE_GOLDEN=1";
}

}  // namespace rampart::testing
