// What TLS connections share: whom to trust. The system's certificates, and a file of more when one
// is given.
#pragma once
#include <memory>
#include <string>

#include "rampart/error.hpp"

struct ssl_ctx_st;

namespace rampart::net {

struct TlsOptions {
  std::string ca_file =
      {};  ///< PEM certificates that are trusted besides the system's; empty: none
  std::string protocol = {};  ///< the one that is spoken over it (RFC 7301); empty: not said
};

/// Never changes, so any thread may use it. TLS 1.2 and 1.3.
class TlsContext {
 public:
  /// Errors: invalid_params naming a ca_file that cannot be read.
  static Result<std::unique_ptr<TlsContext>> make(TlsOptions const& options);
  ~TlsContext();
  TlsContext(TlsContext const&) = delete;
  TlsContext& operator=(TlsContext const&) = delete;

  ssl_ctx_st* get() const { return context_; }

 private:
  explicit TlsContext(ssl_ctx_st* context) : context_(context) {}
  ssl_ctx_st* context_;
};

}  // namespace rampart::net
