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
      bridge_(services_.loop) {
  for (auto& config : upstreams)
    if (!config.disabled)
      upstreams_.push_back(
          std::make_shared<upstream::Upstream>(services_, std::move(config), hooks()));
}

// The catalogue may live longer than the loop: nothing of ours may be left in it.
Gateway::~Gateway() {
  for (std::size_t order = 0; order < upstreams_.size(); ++order) registry_.set_foreign(order, {});
  registry_.set_unlisted(nullptr);
  for (auto const& upstream : upstreams_) upstream->drop();
}

upstream::Upstream::Hooks Gateway::hooks() {
  upstream::Upstream::Hooks out;
  out.catalogue_changed = [this](upstream::ListKinds said) { publish(said); };
  out.resource_updated = [this](std::string const& uri) {
    registry_.changed(server::Change::resource_updated, uri);
  };
  out.crowded = [this] { bridge_.make_room(); };
  out.availability_changed = [this] { judge(); };
  out.settled = [this] {
    if (--unsettled_ == 0) on_settled_();
  };
  return out;
}

void Gateway::start(std::function<void()> settled) {
  unsettled_ = upstreams_.size();
  on_settled_ = std::move(settled);
  if (unsettled_ == 0) on_settled_();
  for (auto const& upstream : upstreams_) upstream->start();
}

void Gateway::stop(std::function<void()> stopped) {
  running_ = upstreams_.size();
  stopped_ = std::move(stopped);
  if (running_ == 0) return std::exchange(stopped_, nullptr)();
  for (auto const& upstream : upstreams_)
    upstream->stop([this] {
      if (--running_ == 0) std::exchange(stopped_, nullptr)();
    });
}

void Gateway::watch(std::string const& uri, bool on) {
  auto const catalog = registry_.catalog();
  auto const listed = catalog->resources.find(uri);
  for (auto const& upstream : upstreams_) {
    if (!upstream->catalogue().subscribe) continue;
    // What nobody lists, anybody may know.
    bool const owns =
        !listed || std::ranges::any_of(upstream->catalogue().resources, [&](auto const& raw) {
          return raw.find(uri) != std::string::npos;
        });
    if (owns) upstream->watch(uri, on);
  }
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
