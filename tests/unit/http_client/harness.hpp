// Whole requests and responses in one line.
#pragma once
#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <utility>

#include "http_client/client.hpp"
#include "net/resolver.hpp"
#include "net/tls_context.hpp"
#include "unit/net/loop_runner.hpp"

namespace rampart::http_client::test {

using namespace net;
using namespace net::test;

/// A whole response, read to its end.
struct Whole {
  int status = 0;
  ResponseHead head;
  std::string body;
  std::optional<Error> error;  ///< of the request or the body
  bool sent = true;
  bool got_head = false;
};

inline Task<Whole> fetch(Client* client, Request request, base::Steady::time_point deadline) {
  Whole whole;
  Answer answer = co_await client->send(std::move(request), deadline);
  if (!answer) {
    whole.error = answer.error().error;
    whole.sent = answer.error().sent;
    co_return whole;
  }
  whole.got_head = true;
  whole.head = (*answer)->head();
  whole.status = whole.head.status;
  for (;;) {
    Result<std::string> const bytes = co_await (*answer)->read();
    if (!bytes) whole.error = bytes.error();
    if (!bytes || bytes->empty()) co_return whole;
    whole.body += *bytes;
  }
}

inline Request get(std::string target = "/mcp") {
  Request request;
  request.method = "GET";
  request.target = std::move(target);
  return request;
}

inline Request post(std::string body, std::string target = "/mcp") {
  Request request;
  request.target = std::move(target);
  request.body = std::move(body);
  return request;
}

}  // namespace rampart::http_client::test
