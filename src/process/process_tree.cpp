#include "process/process_tree.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/file_descriptor.hpp"

namespace rampart::process {
namespace {
constexpr std::size_t max_processes = 1024;  // a tree that forks without end must not hold the loop

std::string read_small_file(std::string const& path) {
  base::FileDescriptor const file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  std::array<char, 8192> buffer;
  auto const got = file ? ::read(file.get(), buffer.data(), buffer.size()) : -1;
  return got > 0 ? std::string(buffer.data(), static_cast<std::size_t>(got)) : std::string();
}

template <class Number>
std::vector<Number> numbers(std::string_view text) {
  std::vector<Number> all;
  while (!text.empty()) {
    Number number{};
    auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error == std::errc()) all.push_back(number);
    auto const used = static_cast<std::size_t>(end - text.data());
    text.remove_prefix(std::min(text.size(), used + 1));
  }
  return all;
}

// The kernel lists children under the thread that forked them.
void append_children(pid_t pid, std::vector<pid_t>& to) {
  auto const folder = "/proc/" + std::to_string(pid) + "/task";
  std::unique_ptr<DIR, int (*)(DIR*)> const threads(::opendir(folder.c_str()), &::closedir);
  if (!threads) return;
  while (dirent const* entry = ::readdir(threads.get())) {
    if (entry->d_name[0] == '.') continue;
    auto const list = read_small_file(folder + "/" + entry->d_name + "/children");
    for (pid_t const child : numbers<pid_t>(list)) to.push_back(child);
  }
}
}  // namespace

std::optional<std::uint64_t> tree_resident_bytes(pid_t root) {
  auto const page = static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
  std::uint64_t total = 0;
  std::vector<pid_t> tree{root};
  for (std::size_t i = 0; i < tree.size() && i < max_processes; ++i) {
    auto const pages =
        numbers<std::uint64_t>(read_small_file("/proc/" + std::to_string(tree[i]) + "/statm"));
    if (pages.size() > 1) total += pages[1] * page;
    append_children(tree[i], tree);
  }
  // The statm of a process that has ended reads as zeros.
  if (total == 0) return std::nullopt;
  return total;
}

}  // namespace rampart::process
