#include "protocol/methods.hpp"

#include <array>

namespace rampart::protocol {
namespace {
constexpr auto first = Version::v2024_11_05;
constexpr auto legacy = latest_legacy;
constexpr auto modern = latest_modern;

// clang-format off
constexpr std::array<MethodRow, method_count> table{{
  //                                       name                               since   until   notif  Mcp-Name asks
  {Method::unknown,                        "other",                           first,  first,  false, "",     false},
  {Method::server_discover,                "server/discover",                 modern, modern, false, "",     false},
  {Method::initialize,                     "initialize",                      first,  legacy, false, "",     false},
  {Method::ping,                           "ping",                            first,  legacy, false, "",     false},
  {Method::tools_list,                     "tools/list",                      first,  modern, false, "",     false},
  {Method::tools_call,                     "tools/call",                      first,  modern, false, "name", true},
  {Method::resources_list,                 "resources/list",                  first,  modern, false, "",     false},
  {Method::resources_templates_list,       "resources/templates/list",        first,  modern, false, "",     false},
  {Method::resources_read,                 "resources/read",                  first,  modern, false, "uri",  true},
  {Method::resources_subscribe,            "resources/subscribe",             first,  legacy, false, "",     false},
  {Method::resources_unsubscribe,          "resources/unsubscribe",           first,  legacy, false, "",     false},
  {Method::prompts_list,                   "prompts/list",                    first,  modern, false, "",     false},
  {Method::prompts_get,                    "prompts/get",                     first,  modern, false, "name", true},
  {Method::completion_complete,            "completion/complete",             first,  modern, false, "",     false},
  {Method::logging_set_level,              "logging/setLevel",                first,  legacy, false, "",     false},
  {Method::subscriptions_listen,           "subscriptions/listen",            modern, modern, false, "",     false},
  {Method::notifications_cancelled,        "notifications/cancelled",         first,  modern, true,  "",     false},
  {Method::notifications_initialized,      "notifications/initialized",       first,  legacy, true,  "",     false},
  {Method::notifications_progress,         "notifications/progress",          first,  legacy, true,  "",     false},
  {Method::notifications_roots_list_changed, "notifications/roots/list_changed", first, legacy, true, "",    false},
}};
// clang-format on

constexpr bool in_order() {
  for (std::size_t i = 0; i < table.size(); ++i)
    if (static_cast<std::size_t>(table[i].method) != i) return false;
  return true;
}
static_assert(in_order(), "the rows stand in the order of the enumerators");
}  // namespace

MethodRow const& row(Method method) { return table[static_cast<std::size_t>(method)]; }

MethodRow const& find_method(std::string_view name) {
  for (std::size_t i = 1; i < table.size(); ++i)
    if (table[i].name == name) return table[i];
  return table[0];
}

}  // namespace rampart::protocol
