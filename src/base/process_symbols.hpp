// Names for code addresses, without needing a program linked with -rdynamic.
#pragma once
#include <span>
#include <string>
#include <vector>

namespace rampart::base {

/// "rampart::fail(int)" from "_ZN7rampart4failEi"; the name itself when it is not mangled.
std::string demangle(char const* name);

/// One line for each return address: "rampart::fail(int) (rampart+0x1f20)". The offset is what
/// addr2line wants. A stripped program yields "?? (rampart+0x1f20)".
std::vector<std::string> symbols_of(std::span<void* const> return_addresses);

}  // namespace rampart::base
