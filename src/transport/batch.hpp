// A JSON-RPC batch (2025-03-26 and before): several requests, one answer that is an array. And the
// handshake's offer, which both transports read.
#pragma once
#include <memory>

#include "protocol/request_meta.hpp"
#include "server/message_stream.hpp"

namespace rampart::transport {

/// Collects the replies of a batch's requests into one reply of `out`.
class Batch {
 public:
  explicit Batch(std::shared_ptr<server::Channel> out);
  /// The channel of one more request.
  std::shared_ptr<server::Channel> add();
  /// An error for an element that is no request.
  void refuse(protocol::BadEnvelope const& bad, protocol::Version version);
  /// No more elements. False when the batch had no requests: nothing will be answered.
  bool close();

 private:
  struct Collected;
  class Item;
  std::shared_ptr<Collected> collected_;
};

/// What initialize offers and what is made of it.
struct InitializeOffer {
  protocol::Version
      version;  ///< the client's if it is served, else the newest of the handshake eras
  ClientCapabilities capabilities;
};
/// Errors: invalid_params when protocolVersion or capabilities are missing or ill-typed.
Result<InitializeOffer> read_initialize(protocol::Envelope const& envelope);

}  // namespace rampart::transport
