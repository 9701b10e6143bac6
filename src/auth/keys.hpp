// The keys file of a serving process, read again whenever it has changed.
#pragma once
#include <sys/stat.h>

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "auth/key_ring.hpp"

namespace rampart::auth {

class Keys {
 public:
  /// `metrics` outlives this.
  Keys(std::string path, base::McpMetrics& metrics) : path_(std::move(path)), metrics_(metrics) {}

  struct Loaded {
    std::size_t keys = 0;
    /// Their lines are gone or have another digest: what they still have open is to be ended.
    std::vector<PrincipalPtr> withdrawn = {};
    /// Others than the owner and its group may read the file, or others than the owner write it.
    bool exposed = false;
  };
  /// Reads the file now. On an error the keys stay as they were. One thread at a time.
  Result<Loaded> load();
  /// Reads the file if it is not the one last read and has stood still since the last look, so that
  /// one that is being written is not taken for whole. A file that cannot be used is an error once,
  /// not at every look. The same thread as load().
  std::optional<Result<Loaded>> look();

  /// nullptr: no such key. Any thread.
  PrincipalPtr find(std::string_view token) const;
  std::string const& path() const { return path_; }

 private:
  /// Tells versions of a file apart; all zero when there is none.
  struct Stamp {
    dev_t device = 0;
    ino_t inode = 0;
    off_t size = 0;
    timespec modified{};
    timespec changed{};
    bool operator==(Stamp const& other) const;
  };
  Stamp stamp() const;
  std::shared_ptr<KeyRing const> ring() const;

  std::string const path_;
  base::McpMetrics& metrics_;
  Stamp read_;  ///< what load() last saw
  Stamp seen_;  ///< what look() last saw
  mutable std::mutex mutex_;
  std::shared_ptr<KeyRing const> ring_ = std::make_shared<KeyRing const>();
};

/// A keys file's text. Errors name the file and the system's reason, or the bound.
Result<std::string> read_keys_file(std::string const& path, struct stat* info = nullptr);
/// Appends a line to a keys file, which is made for its owner alone if there is none. Errors:
/// invalid_params when the name is taken or the file is not a good one.
Result<void> append_key_line(std::string const& path, std::string const& line);

}  // namespace rampart::auth
