// What a browser wants to hear before a page may call this server and read its answers: the CORS
// protocol of the Fetch standard (section 3.2). Which pages may is OriginPolicy's to say; these are
// for requests that it has allowed. No cookies: keys travel in Authorization.
#pragma once
#include "http/message.hpp"

namespace rampart::transport {

/// The browser asks whether it may send what the page wants to send. It carries no key.
bool is_preflight(http::Head const& head);
/// The answer: yes, 204.
http::Response answer_preflight(http::Head const& head);

/// Of any other answer to a page; nothing to whom is none.
http::HeaderLines cors_headers(http::Head const& head);

}  // namespace rampart::transport
