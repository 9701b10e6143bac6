#include "upstream/sse_link.hpp"

#include <utility>

#include "upstream/sse_core.hpp"

namespace rampart::upstream {
namespace {
bool has_scheme(std::string_view reference) {
  std::size_t const colon = reference.find(':');
  return colon != std::string_view::npos && colon < reference.find_first_of("/?#");
}
}  // namespace

Result<std::string> resolve_endpoint(http_client::Url const& base, std::string_view reference) {
  std::string absolute(reference);
  std::string_view const path = std::string_view(base.target).substr(0, base.target.find('?'));
  if (reference.starts_with("//"))
    absolute = (base.tls ? "https:" : "http:") + absolute;
  else if (reference.starts_with('/'))
    absolute = base.origin() + absolute;
  else if (reference.starts_with('?'))
    absolute = base.origin() + std::string(path) + absolute;
  else if (!has_scheme(reference))
    absolute = base.origin() + std::string(path.substr(0, path.rfind('/') + 1)) + absolute;
  auto const url = http_client::parse_url(absolute);
  if (!url || reference.empty())
    return fail(Errc::unavailable, "the upstream named an endpoint that is no URI",
                std::string(reference));
  if (url->origin() != base.origin())
    return fail(Errc::unavailable, "the upstream named an endpoint of another origin",
                std::string(reference));
  return url->target;
}

SseLink::SseLink(async::Loop& loop, net::Resolver& resolver, net::TlsContext const* tls,
                 SseLinkOptions options)
    : core_(std::make_shared<SseCore>(loop, resolver, tls, std::move(options))) {}

SseLink::~SseLink() { core_->shut(); }

void SseLink::listen(LinkEvents& events) { core_->listen(events); }
void SseLink::send(Outgoing message) { core_->send(std::move(message)); }
void SseLink::abandon(std::int64_t request) { core_->abandon(request); }
void SseLink::close() { core_->close(); }

}  // namespace rampart::upstream
