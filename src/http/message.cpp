#include "http/message.hpp"

#include <algorithm>

#include "http/ascii.hpp"

namespace rampart::http {
namespace {

/// Where the authority of a whole URL begins; 0: it is none.
std::size_t authority_begin(std::string_view target) {
  for (std::string_view scheme : {"http://", "https://"})
    if (same_ignoring_case(target.substr(0, scheme.size()), scheme)) return scheme.size();
  return 0;
}

}  // namespace

std::string_view Head::path() const {
  auto out = target();
  if (!out.starts_with('/'))
    if (auto const begin = authority_begin(out)) {
      out.remove_prefix(std::min(out.find_first_of("/?", begin), out.size()));
      if (!out.starts_with('/')) return "/";
    }
  return out.substr(0, out.find('?'));
}

std::optional<std::string_view> Head::authority() const {
  auto const all = target();
  auto const begin = all.starts_with('/') ? 0 : authority_begin(all);
  if (begin == 0) return header("Host");
  return all.substr(begin, std::min(all.find_first_of("/?", begin), all.size()) - begin);
}

}  // namespace rampart::http
