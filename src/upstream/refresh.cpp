// What the upstream offers, and what it is asked to tell us of: lists after each start and each
// change, the listen stream of a modern one, resources that clients watch.
#include <algorithm>

#include "json/write.hpp"
#include "protocol/error_codes.hpp"
#include "upstream/message.hpp"
#include "upstream/upstream.hpp"

namespace rampart::upstream {
namespace {

using namespace std::chrono_literals;

constexpr auto listen_again = 1s;  ///< at the earliest after the stream of changes was asked for
constexpr auto renew_again = 1s;   ///< at the earliest after lists were read for their age
constexpr auto acknowledge_limit = 5s;  ///< for it to begin, until the one before is let go
constexpr auto read_limit = 60s;        ///< for all lists

/// Does the end of the stream of changes say that there is no such thing?
bool knows_no_streams(Event const& end) {
  if (end.kind != Event::Kind::error) return false;
  auto const error = read_error(end.json);
  return error && error->code == protocol::code::method_not_found;
}

}  // namespace

void Upstream::ask_refresh() {
  refresh_again_ = true;
  if (refresh_running_ || stopping_) return;
  refresh_running_ = true;
  async::spawn(services_.loop, tasks_, "read catalogue", refresh());
}

void Upstream::renew_lists() {
  auto const now = services_.loop.now();
  if (refresh_running_ || now < next_renewal_ || !greeting_ || !greeting_->modern()) return;
  auto const& c = catalogue_;
  for (auto const* life : {&c.tools_life, &c.resources_life, &c.templates_life, &c.prompts_life}) {
    if (!life->timed || now < life->expires) continue;
    next_renewal_ = now + renew_again;
    return ask_refresh();
  }
}

Task<void> Upstream::refresh() {
  while (std::exchange(refresh_again_, false) && !stopping_) {
    auto const instance = main_;
    if (!instance || !instance->usable()) break;
    auto read = co_await read_catalogue(services_.loop, *instance->connection,
                                        services_.loop.now() + read_limit, catalogue_);
    if (instance->closed || stopping_) break;
    read_again_ = !read || !read->refused.empty();
    if (!read) {
      log_.warning("upstream_catalogue_unreadable",
                   {{"upstream", config_.name}, {"reason", read.error().message}});
      settle();
      continue;
    }
    for (auto const& reason : std::exchange(read->refused, {}))
      log_.warning("upstream_list_refused", {{"upstream", config_.name}, {"reason", reason}});
    catalogue_ = std::move(*read);
    bool const asks =
        config_.mode == config::UpstreamMode::automatic && !instance->greeting().modern();
    if (asks && !std::exchange(askable_read_, true)) co_await read_offers_to_askable_clients();
    append(catalogue_, beyond(only_for_askable_, catalogue_));
    log_.info("upstream_catalogue", {{"upstream", config_.name},
                                     {"tools", catalogue_.tools.size()},
                                     {"resources", catalogue_.resources.size()},
                                     {"templates", catalogue_.templates.size()},
                                     {"prompts", catalogue_.prompts.size()}});
    auto const said = std::exchange(said_changed_, {});
    if (hooks_.catalogue_changed) hooks_.catalogue_changed(said);
    settle();
  }
  refresh_running_ = false;
  changed_.notify_all();
}

// Some servers offer more to a client that can be asked, and the shared instance is none. So one
// that is says what that is, once; it stays for the first call that needs it only if there is such
// a thing.
Task<void> Upstream::read_offers_to_askable_clients() {
  InstanceKey key;
  key.capabilities = shared_capabilities(config_);
  auto opened = co_await open(std::move(key));
  if (!opened) co_return;
  auto const instance = *opened;
  others_.push_back(instance);
  Lease held = lend(instance, true);  // no call meanwhile
  Catalogue const nothing_before;
  auto read = co_await read_catalogue(services_.loop, *instance->connection,
                                      services_.loop.now() + read_limit, nothing_before);
  if (read) only_for_askable_ = beyond(*read, catalogue_);
  held = Lease();
  if (only_for_askable_ == Catalogue() || instance->closed) retire(instance);
}

// Legacy: subscriptions die with the connection, so they are made again; what happened in between
// is unknown, so watchers are told to look.
Task<void> Upstream::subscribe_all() {
  std::vector<std::string> uris;
  for (auto const& [uri, count] : watched_) uris.push_back(uri);
  for (auto const& uri : uris) {
    co_await subscribe(uri, true);
    if (hooks_.resource_updated) hooks_.resource_updated(uri);
  }
}

Task<void> Upstream::subscribe(std::string uri, bool on) {
  auto const instance = main_;
  if (!instance || !instance->usable() || instance->greeting().modern()) co_return;
  Request request;
  request.method = on ? "resources/subscribe" : "resources/unsubscribe";
  request.params = R"("uri":)" + json::quoted(uri);
  auto const exchange = instance->connection->request(std::move(request));
  ++subscribing_;
  async::Deadline limit([exchange] { exchange->cancel("time limit"); });
  services_.loop.arm(limit, services_.loop.now() + acknowledge_limit);
  auto const event = co_await exchange->next();
  --subscribing_;
  changed_.notify_all();
  if (event.kind == Event::Kind::error)
    log_.warning("upstream_subscribe_refused", {{"upstream", config_.name}, {"uri", uri}});
}

void Upstream::watch(std::string const& uri, bool on) {
  if (on)
    ++watched_[uri];
  else if (auto const it = watched_.find(uri); it != watched_.end() && --it->second <= 0)
    watched_.erase(it);
  else
    return;
  if (on && watched_[uri] > 1) return;
  if (greeting_ && greeting_->modern()) {
    filter_changing_ = filter_changing_ || (on && listening_ > 0);
    changed_.notify_all();  // keep_listening opens a stream with the new filter
  } else {
    async::spawn(services_.loop, tasks_, "subscribe", subscribe(uri, on));
  }
}

void Upstream::want_log_level(LogLevel level) {
  if (log_level_ && *log_level_ <= level) return;
  log_level_ = level;
  if (main_ && main_->usable()) main_->connection->set_log_level(level);
  for (auto const& instance : others_)
    if (instance->usable()) instance->connection->set_log_level(level);
}

void Upstream::roots_changed(Caller const& caller) {
  auto const tell = [&](InstancePtr const& instance) {
    if (instance && instance->usable() && is_told_of_roots(config_, instance->key, caller))
      instance->connection->roots_changed();
  };
  tell(main_);
  std::ranges::for_each(others_, tell);
}

Task<void> Upstream::keep_listening() {
  auto const instance = main_;
  if (!instance) co_return;
  if (!instance->greeting().modern()) {
    co_await subscribe_all();
    co_return;
  }
  ++listening_;
  co_await keep_listening_to(instance);
  if (--listening_ == 0) filter_changing_ = false;
  changed_.notify_all();
}

Task<void> Upstream::keep_listening_to(InstancePtr instance) {
  std::shared_ptr<Stream> stream;
  base::Steady::time_point again;
  while (!instance->closed && !instance->retiring && !stopping_) {
    std::set<std::string> wanted;
    for (auto const& [uri, count] : watched_) wanted.insert(uri);
    bool const broke = stream && stream->exchange->ended();
    if (broke && stream->unknown) co_return;
    // Other changes wake this, too: a server that ends its streams is not asked each time.
    bool const asks = broke ? services_.loop.now() >= again : !stream || wanted != stream->uris;
    if (asks) {
      auto const old = stream;
      again = services_.loop.now() + listen_again;
      stream = std::make_shared<Stream>();
      stream->exchange =
          instance->connection->listen(true, true, true, {wanted.begin(), wanted.end()});
      stream->uris = std::move(wanted);
      async::spawn(services_.loop, tasks_, "take over", take_over(stream, old, !old || broke));
      if (broke) {  // changes may have been missed
        reads_.all_changed();
        ask_refresh();
      }
    }
    co_await changed_.wait(services_.loop.now() + listen_again);
  }
  if (stream && !stream->exchange->ended()) stream->exchange->cancel("the gateway stops");
}

// The new stream is there before the old one ends, so that nothing falls between them. Where there
// was none, what happened is unknown: watchers are told to look.
Task<void> Upstream::take_over(std::shared_ptr<Stream> fresh, std::shared_ptr<Stream> old,
                               bool lost) {
  async::Deadline limit([this, &fresh, &old] { in_force(*fresh, old.get()); });
  services_.loop.arm(limit, services_.loop.now() + acknowledge_limit);
  Event const first = co_await fresh->exchange->next();
  limit.disarm();
  fresh->unknown = knows_no_streams(first);
  in_force(*fresh, old.get());
  if (!lost || first.kind != Event::Kind::acknowledged || !hooks_.resource_updated) co_return;
  for (auto const& uri : fresh->uris) hooks_.resource_updated(uri);
}

void Upstream::in_force(Stream const& fresh, Stream const* old) {
  if (old && !old->exchange->ended()) old->exchange->cancel("another filter");
  filter_changing_ = !std::ranges::all_of(
      watched_, [&](auto const& entry) { return fresh.uris.contains(entry.first); });
  changed_.notify_all();
}

}  // namespace rampart::upstream
