// `keys new NAME`: makes a bearer key.
#pragma once
#include <string>

namespace rampart::runtime {

/// Prints the key, and the line for the keys file; with `file` it appends the line there instead.
/// Returns the exit status: 0, 1 when the file cannot be used, 2 for a name that is none.
int keys_command(std::string const& name, std::string const& file);

}  // namespace rampart::runtime
