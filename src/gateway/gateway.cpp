#include "gateway/gateway.hpp"

#include <algorithm>

namespace rampart::gateway {

Gateway::Gateway(upstream::Services services, server::Registry& registry,
                 std::vector<config::Upstream> upstreams, Options options)
    : services_(std::move(services)),
      registry_(registry),
      options_(std::move(options)),
      log_(services_.log.child("gateway")),
      own_instructions_(registry.instructions()),
      bridge_(services_.loop),
      next_look_([this] { look_at_leaving(); }),
      opening_([this] { open_if_settled(); }) {
  for (auto& config : upstreams) {
    if (config.disabled) continue;
    order_.push_back(config.name);
    upstreams_.push_back(make(std::move(config)));
  }
}

// The catalogue may live longer than the loop: nothing of ours may be left in it.
Gateway::~Gateway() {
  registry_.drop_foreign();
  for (auto const& upstream : upstreams_) upstream->drop();
  for (auto const& upstream : fresh_) upstream->drop();
  for (auto const& one : leaving_) one.upstream->drop();
}

Gateway::UpstreamPtr Gateway::make(config::Upstream config) {
  upstream::Upstream::Hooks out;
  out.catalogue_changed = [this](upstream::ListKinds said) { publish(said); };
  out.resource_updated = [this](std::string const& uri) {
    registry_.changed(server::Change::resource_updated, uri);
  };
  out.availability_changed = [this] { judge(); };
  auto const self = std::make_shared<upstream::Upstream*>(nullptr);
  out.crowded = [this, self](std::size_t at_least) { bridge_.make_room(**self, at_least); };
  out.settled = [this, self] { on_settled(*self); };
  auto made = std::make_shared<upstream::Upstream>(services_, std::move(config), std::move(out));
  *self = made.get();
  return made;
}

void Gateway::start(std::function<void()> settled) {
  on_settled_ = std::move(settled);
  for (auto const& upstream : upstreams_) unsettled_.insert(upstream.get());
  open_late_ = services_.loop.now() + opening_patience;
  services_.loop.arm(opening_, open_late_);
  open_if_settled();
  publish_own();
  registry_.on_list_expired([this] {
    for (auto const& upstream : upstreams_) upstream->renew_lists();
  });
  for (auto const& upstream : upstreams_) upstream->start();
}

void Gateway::on_settled(upstream::Upstream* upstream) {
  auto const fresh = std::ranges::find(fresh_, upstream, &UpstreamPtr::get);
  if (fresh != fresh_.end()) return adopt(UpstreamPtr(*fresh));
  unsettled_.erase(upstream);
  open_if_settled();
}

// One that hangs in its handshake keeps the others waiting for a while, not for all of its time.
void Gateway::open_if_settled() {
  bool const some = unsettled_.size() < order_.size();
  bool const late = services_.loop.now() >= open_late_;
  if (!on_settled_ || !(unsettled_.empty() || (some && late))) return;
  std::exchange(on_settled_, nullptr)();
}

void Gateway::stop(std::function<void()> stopped) {
  stopping_ = true;
  stopped_ = std::move(stopped);
  auto all = upstreams_;
  all.insert(all.end(), fresh_.begin(), fresh_.end());
  for (auto const& one : leaving_) all.push_back(one.upstream);
  running_ = all.size();
  if (running_ == 0) return std::exchange(stopped_, nullptr)();
  for (auto const& upstream : all)
    upstream->stop([this] {
      if (--running_ == 0) std::exchange(stopped_, nullptr)();
    });
}

bool Gateway::may_know(UpstreamPtr const& upstream, std::string const& uri) const {
  if (!upstream->catalogue().subscribe) return false;
  // What nobody lists, anybody may know.
  if (!registry_.catalog()->resources.find(uri)) return true;
  auto const listed = listed_.find(upstream.get());
  return listed != listed_.end() && listed->second.contains(uri);
}

void Gateway::watch(std::string const& uri, bool on) {
  if (on)
    watched_.insert(uri);
  else
    watched_.erase(uri);
  follow(uri);
}

/// Has those, and only those, tell of this resource that may know it, as long as it is watched.
void Gateway::follow(std::string const& uri) {
  bool const watched = watched_.contains(uri);
  auto& asked = asked_[uri];
  for (auto const& upstream : upstreams_) {
    bool const wanted = watched && may_know(upstream, uri);
    if (wanted == asked.contains(upstream.get())) continue;
    if (wanted)
      asked.insert(upstream.get());
    else
      asked.erase(upstream.get());
    upstream->watch(uri, wanted);
  }
  if (!watched) asked_.erase(uri);
}

void Gateway::roots_changed(upstream::Caller const& caller) {
  for (auto const& upstream : upstreams_) upstream->roots_changed(caller);
  for (auto const& one : leaving_) one.upstream->roots_changed(caller);
}

void Gateway::judge() {
  bool required = true, any = false, all = true;
  for (auto const& upstream : upstreams_) {
    bool const well = upstream->available();
    any |= well;
    all &= well;
    if (upstream->config().required) required &= well;
  }
  ready_ = required && any;
  degraded_ = !all;
}

void Gateway::warn_once(upstream::Upstream const& upstream, std::string const& what,
                        std::string const& why) {
  if (!warned_.insert(upstream.name() + '\n' + what + '\n' + why).second) return;
  log_.warning("upstream_entry", {{"upstream", upstream.name()}, {"entry", what}, {"reason", why}});
}

}  // namespace rampart::gateway
