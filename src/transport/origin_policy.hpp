// Who may reach the endpoint from a browser: Origin always, Host where the server knows its names.
// This is what stops DNS rebinding (basic/transports/streamable-http, security considerations).
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "http/message.hpp"

namespace rampart::transport {

class OriginPolicy {
 public:
  enum class Verdict { allowed, bad_origin, bad_host };

  /// `loopback`: bound to loopback only; then Host must be a loopback name, whatever `hosts` says,
  /// or one of them. Otherwise an empty `hosts` means that Host is not checked. `origins` are whole
  /// origins (https://app.example.com) that are allowed besides those whose host is allowed.
  OriginPolicy(bool loopback, std::vector<std::string> hosts, std::vector<std::string> origins);

  Verdict judge(http::Head const& head) const;

 private:
  bool known_host(std::string_view host) const;
  bool known_origin(std::string_view origin) const;

  bool loopback_;
  std::vector<std::string> hosts_;
  std::vector<std::string> origins_;
};

}  // namespace rampart::transport
