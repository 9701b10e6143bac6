#include "base/process_symbols.hpp"

#include <cxxabi.h>
#include <dlfcn.h>
#include <elf.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <memory>
#include <string_view>

namespace rampart::base {
namespace {

// A program or library file, mapped to read its .symtab. Every offset in the file is checked
// against its size: the file may have been replaced since it was loaded.
class ElfFile {
 public:
  explicit ElfFile(char const* path) {
    int const fd = ::open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return;
    struct stat info{};
    if (::fstat(fd, &info) == 0 && info.st_size > 0) {
      void* const at =
          ::mmap(nullptr, static_cast<std::size_t>(info.st_size), PROT_READ, MAP_PRIVATE, fd, 0);
      if (at != MAP_FAILED) {
        bytes_ = {static_cast<char const*>(at), static_cast<std::size_t>(info.st_size)};
      }
    }
    ::close(fd);
  }
  ~ElfFile() {
    if (!bytes_.empty()) ::munmap(const_cast<char*>(bytes_.data()), bytes_.size());
  }
  ElfFile(ElfFile const&) = delete;
  ElfFile& operator=(ElfFile const&) = delete;

  // The function at `offset` from where the file was loaded, or "".
  std::string function_at(std::uint64_t offset) const {
    Elf64_Ehdr header;
    if (!read(0, header) || std::memcmp(header.e_ident, ELFMAG, SELFMAG) != 0) return {};
    for (unsigned i = 0; i < header.e_shnum; ++i) {
      Elf64_Shdr section;
      if (!read(header.e_shoff + i * sizeof section, section)) return {};
      if (section.sh_type != SHT_SYMTAB) continue;
      Elf64_Shdr names;
      if (!read(header.e_shoff + section.sh_link * sizeof names, names)) return {};
      return find(section, names, offset);
    }
    return {};
  }

 private:
  template <class T>
  bool read(std::uint64_t at, T& out) const {
    if (at > bytes_.size() || bytes_.size() - at < sizeof out) return false;
    std::memcpy(&out, bytes_.data() + at, sizeof out);
    return true;
  }
  std::string find(Elf64_Shdr const& table, Elf64_Shdr const& names, std::uint64_t offset) const {
    for (std::uint64_t at = 0; at + sizeof(Elf64_Sym) <= table.sh_size; at += sizeof(Elf64_Sym)) {
      Elf64_Sym symbol;
      if (!read(table.sh_offset + at, symbol)) return {};
      if (ELF64_ST_TYPE(symbol.st_info) != STT_FUNC || offset < symbol.st_value ||
          offset - symbol.st_value >= symbol.st_size) {
        continue;
      }
      auto const name = names.sh_offset + symbol.st_name;
      if (name >= bytes_.size()) return {};
      auto const text = std::string_view(bytes_).substr(name);
      return std::string(text.substr(0, text.find('\0')));
    }
    return {};
  }
  std::string_view bytes_;
};

std::string_view base_name(std::string_view path) {
  auto const slash = path.rfind('/');
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

}  // namespace

std::string demangle(char const* name) {
  int status = 0;
  std::unique_ptr<char, void (*)(void*)> const text(
      abi::__cxa_demangle(name, nullptr, nullptr, &status), std::free);
  return status == 0 && text ? text.get() : name;
}

std::vector<std::string> symbols_of(std::span<void* const> return_addresses) {
  std::map<std::string, ElfFile> files;
  std::vector<std::string> lines;
  for (void* const address : return_addresses) {
    // The call stands before the address it returns to, which may already be the next function.
    auto const call = reinterpret_cast<std::uintptr_t>(address) - 1;
    Dl_info info{};
    if (::dladdr(reinterpret_cast<void const*>(call), &info) == 0 || info.dli_fname == nullptr) {
      lines.emplace_back("??");
      continue;
    }
    auto const offset = call - reinterpret_cast<std::uintptr_t>(info.dli_fbase);
    std::string name = info.dli_sname != nullptr ? info.dli_sname : "";
    if (name.empty()) {
      // For the program itself dli_fname is argv[0], which may be relative or anything.
      std::string const path = info.dli_fname[0] == '/' ? info.dli_fname : "/proc/self/exe";
      name = files.try_emplace(path, path.c_str()).first->second.function_at(offset);
    }
    std::array<char, 24> hex{};
    std::snprintf(hex.data(), hex.size(), "+0x%llx)", static_cast<unsigned long long>(offset));
    lines.push_back((name.empty() ? "??" : demangle(name.c_str())) + " (" +
                    std::string(base_name(info.dli_fname)) + hex.data());
  }
  return lines;
}

}  // namespace rampart::base
