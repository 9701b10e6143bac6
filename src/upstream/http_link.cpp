#include "upstream/http_link.hpp"

#include <utility>

#include "upstream/http_core.hpp"

namespace rampart::upstream {

HttpLink::HttpLink(async::Loop& loop, net::Resolver& resolver, net::TlsContext const* tls,
                   HttpLinkOptions options)
    : core_(std::make_shared<HttpCore>(loop, resolver, tls, std::move(options))) {}

HttpLink::~HttpLink() { core_->shut(); }

void HttpLink::listen(LinkEvents& events) { core_->listen(events); }
void HttpLink::send(Outgoing message) { core_->send(std::move(message)); }
void HttpLink::abandon(std::int64_t request) { core_->abandon(request); }
void HttpLink::negotiated(protocol::Version version) { core_->negotiated(version); }
void HttpLink::close() { core_->close(); }

}  // namespace rampart::upstream
