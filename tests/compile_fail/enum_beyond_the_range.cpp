// EXPECT: rampart: the enum has no enumerator between -16 and 255
#include "rampart/codec.hpp"

enum class Status { ok = 1000, gone = 2000 };

std::string text() { return rampart::schema_of<Status>(); }
