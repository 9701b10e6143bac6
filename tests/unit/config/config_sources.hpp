// Shorthands of the configuration tests.
#pragma once
#include <gtest/gtest.h>

#include <map>
#include <string>

#include "config/load.hpp"

namespace rampart::config::testing {

inline Sources with_file(std::string text, std::string name = "config.yaml") {
  Sources sources;
  sources.file = FileText{std::move(name), std::move(text)};
  return sources;
}
inline Sources with_env(std::map<std::string, std::string> environment) {
  Sources sources;
  sources.environment = std::move(environment);
  return sources;
}
inline Sources with_flags(std::map<std::string, std::string> flags) {
  Sources sources;
  sources.flags = std::move(flags);
  return sources;
}
inline Loaded good(Sources const& sources) {
  auto loaded = load(sources);
  if (!loaded) {
    ADD_FAILURE() << text_of(loaded.error());
    return Loaded();
  }
  return *loaded;
}
// All problems, one a line.
inline std::string wrong(Sources const& sources) {
  auto const loaded = load(sources);
  return loaded ? "" : text_of(loaded.error());
}

}  // namespace rampart::config::testing
