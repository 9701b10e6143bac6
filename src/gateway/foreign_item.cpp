#include "gateway/foreign_item.hpp"

#include "gateway/conversation.hpp"
#include "json/write.hpp"

namespace rampart::gateway {
namespace {

using protocol::Method;

/// Ours ends a little after the upstream's own, so that its error is the one that is told.
constexpr std::chrono::seconds grace{5};

std::chrono::milliseconds limit_of(upstream::Upstream& upstream, std::string_view tool = {}) {
  return upstream.lane(tool).timeouts.call_max + grace;
}

/// Members of params for the upstream.
std::string params_of(Target const& target, std::string const& input) {
  if (target.method == Method::resources_read) return R"("uri":)" + json::quoted(input);
  std::string out = R"("name":)" + json::quoted(target.name);
  if (!input.empty()) out += R"(,"arguments":)" + input;
  return out;
}

/// completion/complete names its prompt or template in `ref`.
Target completion_of(Target target) {
  bool const of_prompt = target.method == Method::prompts_get;
  std::string ref =
      of_prompt ? R"({"type":"ref/prompt","name":)" : R"({"type":"ref/resource","uri":)";
  ref += json::quoted(target.name) + "}";
  target.method = Method::completion_complete;
  target.name = std::move(ref);
  target.repeatable = upstream::Repeatable::yes;
  return target;
}

server::Staleness staleness_of(config::Upstream::Stale const& config) {
  return {config.while_revalidate, config.if_error};
}

/// How answers to reads may be kept; nothing: not at all, or so far none of them.
std::optional<server::Keeping> keeping_of(upstream::Upstream& upstream, std::string_view uri) {
  auto const& config = upstream.config();
  auto const& greeting = upstream.greeting();
  bool const hinted = !greeting || greeting->modern() || config.cache.read_ttl.count() > 0;
  bool const apart = config.mode == config::UpstreamMode::per_session;
  if (!config.cache.reads || !hinted || apart || upstream.reads().never_kept()) return std::nullopt;
  return server::Keeping{upstream.name() + ' ' + upstream.reads().of(uri),
                         staleness_of(config.stale)};
}

}  // namespace

ForeignItem::ForeignItem(Bridge& bridge, Target target, bool completes)
    : bridge_(bridge),
      target_(std::make_shared<Target const>(std::move(target))),
      completion_(completes ? std::make_shared<Target const>(completion_of(*target_)) : nullptr),
      completes_(completes) {}

std::chrono::milliseconds ForeignItem::limit() const {
  bool const tool = target_->method == Method::tools_call;
  return limit_of(*target_->upstream, tool ? target_->name : std::string_view());
}

std::optional<server::Keeping> ForeignItem::keeping(std::string_view uri) const {
  return keeping_of(*target_->upstream, uri);
}

server::Staleness ForeignItem::staleness() const {
  return staleness_of(target_->upstream->lane(target_->name).stale);
}

Task<Result<server::Rendered>> ForeignItem::run(Context context, std::string input) {
  auto target = target_;
  // A template stands for many resources: which one is meant comes with the call.
  if (target->method == Method::resources_read && target->name != input) {
    Target one = *target;
    one.name = input;
    target = std::make_shared<Target const>(std::move(one));
  }
  auto params = params_of(*target, input);
  return bridge_.run(std::move(context), std::move(target), std::move(params), std::move(input));
}

Task<Result<server::Rendered>> ForeignItem::complete(Context context, std::string members) {
  std::string params = R"("ref":)" + completion_->name + "," + members;
  return bridge_.run(std::move(context), completion_, std::move(params), {});
}

std::chrono::milliseconds UnlistedReader::limit() const {
  std::chrono::milliseconds longest{0};
  for (auto const& owner : owners_) longest = std::max(longest, limit_of(*owner));
  return longest;
}

std::optional<server::Keeping> UnlistedReader::keeping(std::string_view uri) const {
  std::optional<server::Keeping> out;
  for (auto const& owner : owners_) {
    auto const one = keeping_of(*owner, uri);
    if (!one) return std::nullopt;
    if (!out) {
      out = one;
      continue;
    }
    out->revision += '\n' + one->revision;
    auto& stale = out->stale;
    stale.while_revalidate = std::min(stale.while_revalidate, one->stale.while_revalidate);
    stale.if_error = std::min(stale.if_error, one->stale.if_error);
  }
  return out;
}

Task<Result<server::Rendered>> UnlistedReader::run(Context context, std::string uri) {
  Result<server::Rendered> out = fail(Errc::resource_not_found, "resource not found");
  out.error().data = R"({"uri":)" + json::quoted(uri) + "}";
  // Answers go to who asked: the others know nothing of them.
  auto const asked = context.state().memo(memo::reader);
  for (auto const& owner : owners_) {
    if (asked && *asked != json::quoted(owner->name())) continue;
    Target one;
    one.upstream = owner;
    one.method = Method::resources_read;
    one.name = uri;
    one.repeatable = upstream::Repeatable::yes;
    auto target = std::make_shared<Target const>(std::move(one));
    auto params = params_of(*target, uri);
    auto read = co_await bridge_.run(context, target, std::move(params), uri);
    bool const unknown = !read && read.error().code == Errc::resource_not_found;
    if (!unknown) out = std::move(read);
    if (!out && out.error().code == Errc::needs_input)
      context.state().remember(memo::reader, json::quoted(owner->name()));
    if (out || out.error().code == Errc::needs_input) break;
  }
  co_return out;
}

Task<Result<server::Rendered>> UnlistedReader::complete(Context, std::string) {
  co_return fail(Errc::not_found, "nothing to complete");
}

}  // namespace rampart::gateway
