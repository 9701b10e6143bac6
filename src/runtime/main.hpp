// The command line of a server, with what the `rampart` binary needs besides.
#pragma once
#include <functional>

#include "rampart/server.hpp"

namespace rampart::runtime {

/// As rampart::run. `otherwise`, when given, makes the server that is served when no other is
/// fronted.
int main(Server& server, int argc, char** argv, std::function<Server()> const& otherwise);

}  // namespace rampart::runtime
