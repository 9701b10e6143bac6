// What a server offers, list by list, as it said it.
#pragma once
#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "client/session.hpp"

namespace rampart::client {

enum class ListKind { tools, resources, templates, prompts };
inline constexpr std::array all_lists{ListKind::tools, ListKind::resources, ListKind::templates,
                                      ListKind::prompts};

struct ListRow {
  ListKind kind;
  std::string_view capability;
  std::string_view method;
  std::string_view member;    ///< of the result
  std::string_view title;     ///< for people
  std::string_view identity;  ///< of an entry: the member that tells it from others
};
ListRow const& row(ListKind kind);

struct Lists {
  std::array<std::vector<std::string>, all_lists.size()> entries;  ///< JSON objects
  std::vector<std::string>& of(ListKind kind) { return entries[static_cast<std::size_t>(kind)]; }
  std::vector<std::string> const& of(ListKind kind) const {
    return entries[static_cast<std::size_t>(kind)];
  }
};

inline constexpr std::size_t max_pages = 1'000;     ///< of one list
inline constexpr std::size_t max_entries = 20'000;  ///< of one list

/// Whether the server's capabilities name it.
bool offers(upstream::Greeting const& greeting, ListKind kind);
/// Reads all pages; nothing where the server does not offer the list.
Task<std::optional<Trouble>> read_list(Session& session, ListKind kind,
                                       std::vector<std::string>& to);
Task<std::optional<Trouble>> read_lists(Session& session, Lists& to);

/// A text member of an entry, or "".
std::string text_member(std::string_view object, std::string_view name);

}  // namespace rampart::client
