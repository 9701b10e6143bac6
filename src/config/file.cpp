#include "config/file.hpp"

#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <fstream>

namespace rampart::config {

Result<FileText> read_file(std::string const& path) {
  struct stat info{};
  if (::stat(path.c_str(), &info) != 0) {
    return fail(Errc::not_found, path + ": cannot be read: " + std::strerror(errno));
  }
  if (!S_ISREG(info.st_mode)) return fail(Errc::not_found, path + ": is not a file");
  std::ifstream in(path, std::ios::binary);
  if (!in) return fail(Errc::not_found, path + ": cannot be read: " + std::strerror(errno));
  FileText file;
  file.name = path;
  file.text.resize(max_file_bytes + 1);
  in.read(file.text.data(), static_cast<std::streamsize>(file.text.size()));
  file.text.resize(static_cast<std::size_t>(in.gcount()));
  if (file.text.size() > max_file_bytes) {
    return fail(Errc::invalid_params,
                path + ": must be at most " + std::to_string(max_file_bytes) + " bytes");
  }
  return file;
}

Result<std::vector<Entry>> parse_file(std::string_view text) {
  constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";
  if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
  auto const first = text.find_first_not_of(" \t\r\n");
  if (first != std::string_view::npos && text[first] == '{') return parse_json(text);
  return parse_yaml(text);
}

}  // namespace rampart::config
