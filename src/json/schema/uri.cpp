#include "json/schema/uri.hpp"

#include <algorithm>
#include <charconv>

namespace rampart::json {
namespace {
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

// RFC 3986 appendix B; `has_` tells an empty component from an absent one.
struct Parts {
  std::string_view scheme, authority, path, query, fragment;
  bool has_authority = false, has_query = false, has_fragment = false;
};

std::size_t scheme_length(std::string_view uri) {
  if (uri.empty() || !is_letter(uri[0])) return 0;
  std::size_t colon = uri.find(':');
  if (colon == uri.npos) return 0;
  bool valid = std::ranges::all_of(uri.substr(0, colon), [](char c) {
    return is_letter(c) || (c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.';
  });
  return valid ? colon : 0;
}

// Cuts `rest` before the first of `ends` and gives what stood there.
std::string_view cut(std::string_view& rest, std::string_view ends) {
  std::size_t end = std::min(rest.find_first_of(ends), rest.size());
  std::string_view part = rest.substr(0, end);
  rest.remove_prefix(end);
  return part;
}

Parts parse(std::string_view rest) {
  Parts parts;
  if (std::size_t length = scheme_length(rest)) {
    parts.scheme = rest.substr(0, length);
    rest.remove_prefix(length + 1);
  }
  if (rest.starts_with("//")) {
    rest.remove_prefix(2);
    parts.has_authority = true;
    parts.authority = cut(rest, "/?#");
  }
  parts.path = cut(rest, "?#");
  if (rest.starts_with('?')) {
    rest.remove_prefix(1);
    parts.has_query = true;
    parts.query = cut(rest, "#");
  }
  if (rest.starts_with('#')) {
    parts.has_fragment = true;
    parts.fragment = rest.substr(1);
  }
  return parts;
}

// RFC 3986 section 5.2.4.
std::string remove_dot_segments(std::string_view path) {
  std::string out;
  while (!path.empty()) {
    if (path.starts_with("../")) {
      path.remove_prefix(3);
    } else if (path.starts_with("./") || path.starts_with("/./")) {
      path.remove_prefix(2);
    } else if (path == "/.") {
      path = "/";
    } else if (path.starts_with("/../") || path == "/..") {
      path = path.size() == 3 ? "/" : path.substr(3);
      out.resize(std::min(out.rfind('/'), out.size()));
    } else if (path == "." || path == "..") {
      path = {};
    } else {
      std::size_t end = std::min(path.find('/', 1), path.size());
      out += path.substr(0, end);
      path.remove_prefix(end);
    }
  }
  return out;
}

std::string merge(Parts const& base, std::string_view path) {
  if (base.has_authority && base.path.empty()) return "/" + std::string(path);
  std::size_t slash = base.path.rfind('/');
  std::string merged(slash == base.path.npos ? "" : base.path.substr(0, slash + 1));
  return merged += path;
}
}  // namespace

SplitUri split_fragment(std::string_view uri) {
  std::size_t hash = uri.find('#');
  if (hash == uri.npos) return {uri, {}};
  return {uri.substr(0, hash), uri.substr(hash + 1)};
}

bool is_absolute_uri(std::string_view uri) { return scheme_length(uri) > 0; }

std::string resolve_uri(std::string_view base_text, std::string_view reference) {
  Parts base = parse(base_text);
  Parts to = parse(reference);
  std::string path;
  if (!to.scheme.empty() || to.has_authority || to.path.starts_with('/')) {
    path = remove_dot_segments(to.path);
  } else if (!to.path.empty()) {
    path = remove_dot_segments(merge(base, to.path));
  } else {
    path = base.path;
    if (!to.has_query) {
      to.has_query = base.has_query;
      to.query = base.query;
    }
  }
  if (to.scheme.empty()) {
    to.scheme = base.scheme;
    if (!to.has_authority) {
      to.has_authority = base.has_authority;
      to.authority = base.authority;
    }
  }
  std::string out = std::string(to.scheme) + ":";
  if (to.has_authority) out.append("//").append(to.authority);
  out += path;
  if (to.has_query) out.append("?").append(to.query);
  if (to.has_fragment) out.append("#").append(to.fragment);
  return out;
}

std::string percent_decode(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    unsigned value = 0;
    if (text[i] == '%' && i + 2 < text.size()) {
      char const* end = text.data() + i + 3;
      auto read = std::from_chars(text.data() + i + 1, end, value, 16);
      if (read.ec == std::errc() && read.ptr == end) {
        out += static_cast<char>(value);
        i += 2;
        continue;
      }
    }
    out += text[i];
  }
  return out;
}

}  // namespace rampart::json
