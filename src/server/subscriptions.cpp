#include "server/subscriptions.hpp"

#include <algorithm>

#include "json/write.hpp"

namespace rampart::server {
namespace {

std::string_view method_of(Change change) {
  switch (change) {
    case Change::tools:
      return "notifications/tools/list_changed";
    case Change::prompts:
      return "notifications/prompts/list_changed";
    case Change::resources:
      return "notifications/resources/list_changed";
    case Change::resource_updated:
      return "notifications/resources/updated";
  }
  return {};
}

bool wants(ListenFilter const& filter, Change change, std::string_view uri) {
  switch (change) {
    case Change::tools:
      return filter.tools;
    case Change::prompts:
      return filter.prompts;
    case Change::resources:
      return filter.resources;
    case Change::resource_updated:
      return std::ranges::find(filter.uris, uri) != filter.uris.end();
  }
  return false;
}

std::string notification(Change change, std::string_view uri,
                         protocol::RequestId const& subscription) {
  std::string out = R"({"jsonrpc":"2.0","method":")";
  out += method_of(change);
  out += '"';
  if (change != Change::resource_updated && !subscription.present()) return out + "}";
  out += R"(,"params":{)";
  if (change == Change::resource_updated) {
    out += R"("uri":)";
    json::append_string(out, uri);
    if (subscription.present()) out += ',';
  }
  if (subscription.present()) {
    out += R"("_meta":{"io.modelcontextprotocol/subscriptionId":)";
    subscription.append(out);
    out += '}';
  }
  return out + "}}";
}

}  // namespace

Result<std::uint64_t> Subscriptions::add(ListenFilter filter, protocol::RequestId id,
                                         std::shared_ptr<Channel> channel, std::string first) {
  auto const uris = filter.uris;
  std::uint64_t token = 0;
  {
    std::lock_guard const lock(mutex_);
    if (entries_.size() >= max_) return fail(Errc::overloaded, "too many subscriptions; try later");
    channel->message(std::move(first));
    token = next_++;
    entries_.emplace(token, Entry{std::move(filter), std::move(id), std::move(channel)});
  }
  count(uris, true);
  return token;
}

void Subscriptions::remove(std::uint64_t token) {
  std::vector<std::string> uris;
  {
    std::lock_guard const lock(mutex_);
    auto const it = entries_.find(token);
    if (it == entries_.end()) return;
    uris = std::move(it->second.filter.uris);
    entries_.erase(it);
  }
  count(uris, false);
}

void Subscriptions::session_wants(std::string const& uri, bool wanted) { count({uri}, wanted); }

void Subscriptions::count(std::vector<std::string> const& uris, bool wanted) {
  if (!on_interest) return;
  for (auto const& uri : uris) {
    bool edge = false;
    {
      std::lock_guard const lock(mutex_);
      if (wanted) {
        edge = ++interest_[uri] == 1;
      } else if (auto const it = interest_.find(uri); it != interest_.end() && --it->second == 0) {
        interest_.erase(it);
        edge = true;
      }
    }
    if (edge) on_interest(uri, wanted);
  }
}

void Subscriptions::set_only_session(std::weak_ptr<Session> session) {
  std::lock_guard const lock(mutex_);
  only_session_ = std::move(session);
}

void Subscriptions::publish(Change change, std::string_view uri) {
  publish_modern(change, uri);
  publish_legacy(change, uri);
}

void Subscriptions::publish_modern(Change change, std::string_view uri) {
  std::vector<std::pair<protocol::RequestId, std::shared_ptr<Channel>>> targets;
  {
    std::lock_guard const lock(mutex_);
    for (auto const& [token, entry] : entries_)
      if (wants(entry.filter, change, uri)) targets.emplace_back(entry.id, entry.channel);
  }
  for (auto const& [id, channel] : targets) channel->message(notification(change, uri, id));
}

void Subscriptions::publish_legacy(Change change, std::string_view uri) {
  auto sessions = sessions_.all();
  {
    std::lock_guard const lock(mutex_);
    if (auto session = only_session_.lock()) sessions.push_back(std::move(session));
  }
  for (auto const& session : sessions)
    if (change != Change::resource_updated || session->subscribed(uri))
      session->out->message(notification(change, uri, {}));
}

std::size_t Subscriptions::size() const {
  std::lock_guard const lock(mutex_);
  return entries_.size();
}

}  // namespace rampart::server
