#include "auth/keys.hpp"

namespace rampart::auth {
namespace {
bool same(timespec const& a, timespec const& b) {
  return a.tv_sec == b.tv_sec && a.tv_nsec == b.tv_nsec;
}
}  // namespace

bool Keys::Stamp::operator==(Stamp const& other) const {
  return device == other.device && inode == other.inode && size == other.size &&
         same(modified, other.modified) && same(changed, other.changed);
}

Keys::Stamp Keys::stamp() const {
  struct stat info{};
  if (::stat(path_.c_str(), &info) != 0) return {};
  return {info.st_dev, info.st_ino, info.st_size, info.st_mtim, info.st_ctim};
}

std::shared_ptr<KeyRing const> Keys::ring() const {
  std::lock_guard const lock(mutex_);
  return ring_;
}

PrincipalPtr Keys::find(std::string_view token) const { return ring()->find(token); }

Result<Keys::Loaded> Keys::load() {
  read_ = seen_ = stamp();  // before the reading: what changes during it is seen by the next look
  struct stat info{};
  auto const text = read_keys_file(path_, &info);
  if (!text) return Failure(text.error());
  auto const lines = parse_key_lines(*text, path_);
  if (!lines) return Failure(lines.error());
  auto const older = ring();
  auto newer = std::make_shared<KeyRing const>(*lines, *older, metrics_);
  Loaded out;
  out.keys = newer->size();
  out.withdrawn = older->missing_in(*newer);
  out.exposed = (info.st_mode & (S_IROTH | S_IWOTH | S_IWGRP)) != 0;
  std::lock_guard const lock(mutex_);
  ring_ = std::move(newer);
  return out;
}

std::optional<Result<Keys::Loaded>> Keys::look() {
  auto const now = stamp();
  bool const still = now == seen_;
  seen_ = now;
  if (!still || now == read_) return std::nullopt;
  return load();
}

}  // namespace rampart::auth
