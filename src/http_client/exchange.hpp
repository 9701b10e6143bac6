// One request and its response on one connection.
#pragma once
#include <memory>
#include <optional>
#include <string>

#include "http_client/response_reader.hpp"
#include "net/waiter.hpp"
#include "net/wire.hpp"

namespace rampart::http_client {

using net::Step;
using net::Waiter;
using net::Wire;

/// Loop thread only.
struct Exchange {
  Exchange(async::Loop& l, std::shared_ptr<Wire> w, std::shared_ptr<Waiter> wait,
           std::size_t max_header_bytes);
  ~Exchange();
  Exchange(Exchange const&) = delete;
  Exchange& operator=(Exchange const&) = delete;

  /// Has the kernel taken a byte of the request?
  bool sent() const { return wire->handed() != handed_before; }
  /// The connection can carry another exchange.
  bool reusable() const { return written && reader.keeps_connection(); }

  async::Loop& loop;
  std::shared_ptr<Wire> wire;
  std::shared_ptr<Waiter> waiter;
  ResponseReader reader;
  std::uint64_t const handed_before;
  bool written = false;  ///< the whole request
  int steps = 0;         ///< reads without a pause
};

/// Writes the request and reads until the response's head is there. A server may answer before it
/// has read all. Errors: unavailable, or what interrupted the waiter.
Task<Result<void>> converse(std::shared_ptr<Exchange> exchange,
                            std::shared_ptr<std::string const> request);

/// Reads until there is something of the body, or its end: empty. Errors as converse().
Task<Result<std::string>> read_body(std::shared_ptr<Exchange> exchange);

}  // namespace rampart::http_client
