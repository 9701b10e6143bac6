#include "upstream/read_revisions.hpp"

#include "base/ids.hpp"

namespace rampart::upstream {

ReadRevisions::ReadRevisions() { all_changed(); }

std::string ReadRevisions::of(std::string_view uri) const {
  auto const own = changed_.find(uri);
  return own == changed_.end() ? base_ : base_ + ':' + std::to_string(own->second);
}

void ReadRevisions::changed(std::string const& uri) {
  if (changed_.size() >= max_changed && !changed_.contains(uri)) return all_changed();
  changed_[uri] = ++changes_;
}

void ReadRevisions::all_changed() {
  base_ = base::mint_hex_id();
  changed_.clear();
}

}  // namespace rampart::upstream
