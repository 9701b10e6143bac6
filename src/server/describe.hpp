// Descriptors as each revision knows them: fields that an older peer does not know are left out.
#pragma once
#include <string>

#include "protocol/version.hpp"
#include "rampart/server.hpp"

namespace rampart::server {

std::string describe(ServerInfo const& info, protocol::Version version);
std::string describe(ToolSpec const& spec, protocol::Version version);
std::string describe(ResourceSpec const& spec, protocol::Version version);
std::string describe(PromptSpec const& spec, protocol::Version version);

}  // namespace rampart::server
