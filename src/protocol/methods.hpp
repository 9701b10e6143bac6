// The method table: which methods exist in which revisions, and what a request of each one carries.
#pragma once
#include <cstddef>
#include <string_view>

#include "protocol/version.hpp"

namespace rampart::protocol {

enum class Method {
  unknown,
  server_discover,
  initialize,
  ping,
  tools_list,
  tools_call,
  resources_list,
  resources_templates_list,
  resources_read,
  resources_subscribe,
  resources_unsubscribe,
  prompts_list,
  prompts_get,
  completion_complete,
  logging_set_level,
  subscriptions_listen,
  notifications_cancelled,
  notifications_initialized,
  notifications_progress,
  notifications_roots_list_changed,
};
inline constexpr std::size_t method_count = 20;

struct MethodRow {
  Method method;
  std::string_view name;
  Version since;
  Version until;  ///< last revision that has it
  bool notification;
  std::string_view header_name;  ///< the member of params that Mcp-Name mirrors, or empty
  bool may_ask;                  ///< may answer input_required
};

MethodRow const& row(Method method);
/// The row of a method by its name, whatever the revision; Method::unknown's row otherwise.
MethodRow const& find_method(std::string_view name);
inline bool exists_in(MethodRow const& row, Version version) {
  return row.method != Method::unknown && version >= row.since && version <= row.until;
}

}  // namespace rampart::protocol
