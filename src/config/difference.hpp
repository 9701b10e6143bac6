// What a changed configuration changes.
#pragma once
#include <string_view>
#include <vector>

#include "config/config.hpp"

namespace rampart::config {

/// The keys whose values differ, in the order of the docs; upstreams are not compared.
std::vector<std::string_view> differing_keys(Config a, Config b);

/// Is this key taken up on SIGHUP, without a restart?
bool read_again(std::string_view key);

}  // namespace rampart::config
