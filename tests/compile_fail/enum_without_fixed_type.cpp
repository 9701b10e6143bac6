// EXPECT: rampart: write `enum class E` (or `enum E : int`), so that its names can be read
#include "rampart/codec.hpp"

enum Unit { celsius, fahrenheit };

std::string text() { return rampart::schema_of<Unit>(); }
