// Pipes whose ends stay out of the way of stdin, stdout and stderr.
#pragma once
#include "base/file_descriptor.hpp"
#include "rampart/error.hpp"

namespace rampart::process {

struct Pipe {
  base::FileDescriptor read;
  base::FileDescriptor write;
};

/// Both ends are closed on exec and numbered above 2, so that a child can move them to 0, 1 and 2
/// in any order. Errors: unavailable, when descriptors or memory run out.
Result<Pipe> make_pipe();

}  // namespace rampart::process
