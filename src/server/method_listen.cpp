// subscriptions/listen: a request that stays open and carries change notifications.
#include "json/write.hpp"
#include "server/methods.hpp"

namespace rampart::server::methods {
namespace {

constexpr std::size_t max_uris = 1'024;  // of one subscription

Result<bool> flag(Node filter, std::string_view key) {
  auto const node = filter.find(key);
  if (!node) return false;
  auto const value = node->as_bool();
  if (!value)
    return fail(Errc::invalid_params,
                "params.notifications." + std::string(key) + " must be a boolean");
  return *value;
}

Result<ListenFilter> read_filter(Params const& params) {
  auto const node = params.find("notifications");
  if (!node) return fail(Errc::invalid_params, "params.notifications is missing");
  if (!node->is_object())
    return fail(Errc::invalid_params, "params.notifications must be an object");
  ListenFilter filter;
  for (auto const& [key, slot] : {std::pair("toolsListChanged", &filter.tools),
                                  std::pair("promptsListChanged", &filter.prompts),
                                  std::pair("resourcesListChanged", &filter.resources)}) {
    auto const value = flag(*node, key);
    if (!value) return Failure(value.error());
    *slot = *value;
  }
  auto const uris = node->find("resourceSubscriptions");
  if (!uris) return filter;
  if (!uris->is_array() || uris->size() > max_uris)
    return fail(Errc::invalid_params,
                "params.notifications.resourceSubscriptions must be an array of at most 1024 URIs");
  for (Node item : uris->items()) {
    auto const uri = item.as_string();
    if (!uri)
      return fail(Errc::invalid_params,
                  "params.notifications.resourceSubscriptions must hold strings");
    filter.uris.emplace_back(*uri);
  }
  return filter;
}

/// What the server offers no part of is not granted.
void grant(ListenFilter& filter, Catalog const& catalog) {
  if (catalog.prompts.list().empty()) filter.prompts = false;
  if (catalog.resources.list().empty() && catalog.templates.list().empty()) {
    filter.resources = false;
    filter.uris.clear();
  }
}

std::string acknowledgement(ListenFilter const& filter, protocol::RequestId const& id) {
  std::string out =
      R"({"jsonrpc":"2.0","method":"notifications/subscriptions/acknowledged","params":{"_meta":{"io.modelcontextprotocol/subscriptionId":)";
  id.append(out);
  out += R"(},"notifications":{)";
  auto add = [&out](std::string_view member) {
    if (out.back() != '{') out += ',';
    out += member;
  };
  if (filter.tools) add(R"("toolsListChanged":true)");
  if (filter.prompts) add(R"("promptsListChanged":true)");
  if (filter.resources) add(R"("resourcesListChanged":true)");
  if (!filter.uris.empty()) {
    add(R"("resourceSubscriptions":[)");
    for (auto const& uri : filter.uris) {
      if (out.back() != '[') out += ',';
      json::append_string(out, uri);
    }
    out += ']';
  }
  return out + "}}}";
}

}  // namespace

void listen(Call& call, Params const& params) {
  auto filter = read_filter(params);
  if (!filter) return call.refuse(filter.error());
  auto const channel = call.state->channel;
  if (!channel->can_stream())
    return call.refuse(
        Error(Errc::invalid_request, "subscriptions/listen needs `Accept: text/event-stream`"),
        406);
  auto& subscriptions = call.dispatcher.services.subscriptions;
  grant(*filter, *call.dispatcher.services.registry.catalog());
  // Nothing may come before the acknowledgement, so it is written before the subscription exists.
  auto acknowledged = acknowledgement(*filter, call.id);
  auto const token =
      subscriptions.add(std::move(*filter), call.id, channel, std::move(acknowledged));
  if (!token) return call.refuse(token.error(), 503, std::chrono::seconds(5));
  call.subscription = *token;
  call.on_finish([&subscriptions, token = *token](Reply const&) { subscriptions.remove(token); });
  call.hold();
}

}  // namespace rampart::server::methods
