// A certificate authority of the test's own, and servers with certificates of it.
#pragma once
#include <filesystem>
#include <memory>
#include <string>

struct ssl_ctx_st;
struct ssl_st;
struct x509_st;
struct evp_pkey_st;

namespace rampart::net::test {

class TlsServer;

class Authority {
 public:
  Authority();
  ~Authority();
  Authority(Authority const&) = delete;
  Authority& operator=(Authority const&) = delete;
  /// The authority's certificate as a PEM file, which goes with this object.
  std::string const& file() const { return file_; }

 private:
  friend class TlsServer;
  evp_pkey_st* key_;
  x509_st* certificate_;
  std::string file_;
};

/// A context whose certificate is for `names`: "DNS:localhost,IP:127.0.0.1".
class TlsServer {
 public:
  TlsServer(Authority const& authority, std::string const& names);
  ~TlsServer();
  TlsServer(TlsServer const&) = delete;
  TlsServer& operator=(TlsServer const&) = delete;
  ssl_ctx_st* context() const { return context_; }

 private:
  ssl_ctx_st* context_;
};

}  // namespace rampart::net::test
