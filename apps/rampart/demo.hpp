// A small server with everything on: what `rampart` serves when it is given nothing else.
#pragma once
#include "rampart/server.hpp"

namespace demo {
rampart::Server make_server();
}
