// Configuration text, YAML or JSON: any bytes give a configuration or messages of one line each.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "config/load.hpp"

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  namespace config = rampart::config;
  config::Sources sources;
  sources.file = config::FileText{"config", std::string(reinterpret_cast<char const*>(data), size)};
  auto const loaded = config::load(sources);
  if (loaded) {
    if (config::check_text(*loaded).empty()) std::abort();
    return 0;
  }
  if (loaded.error().empty()) std::abort();
  for (auto const& problem : loaded.error()) {
    if (problem.text().find('\n') != std::string::npos) std::abort();
  }
  return 0;
}
