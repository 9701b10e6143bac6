#include "runtime/keys_command.hpp"

#include <cstdio>

#include "auth/keys.hpp"

namespace rampart::runtime {

int keys_command(std::string const& name, std::string const& file) {
  if (auto const rule = auth::name_rule(name); !rule.empty()) {
    std::fprintf(stderr, "keys new: %.*s\n", static_cast<int>(rule.size()), rule.data());
    return 2;
  }
  auto const key = auth::new_key();
  auto const line = auth::key_line(name, key);
  if (file.empty()) {
    std::printf("%s\n%s\n", key.c_str(), line.c_str());
    std::fprintf(stderr,
                 "The first line is the key, shown this once; the second one is for the file that "
                 "RAMPART_AUTH_KEYS_FILE names.\n");
    return 0;
  }
  if (auto const appended = auth::append_key_line(file, line); !appended) {
    std::fprintf(stderr, "keys new: %s\n", appended.error().message.c_str());
    return 1;
  }
  std::printf("%s\n", key.c_str());
  std::fprintf(stderr, "This is the key of %s, shown this once; its digest is in %s now.\n",
               name.c_str(), file.c_str());
  return 0;
}

}  // namespace rampart::runtime
