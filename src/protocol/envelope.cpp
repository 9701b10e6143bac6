#include "protocol/envelope.hpp"

#include <array>

namespace rampart::protocol {
namespace {
using Bad = tl::unexpected<BadEnvelope>;

Bad bad(RequestId id, std::string message) {
  return Bad(BadEnvelope{Error(Errc::invalid_request, std::move(message)), std::move(id)});
}

// Quadratic, but over the handful of members that messages have; larger objects stop at the bound.
std::optional<std::string> repeated_member(Node object) {
  constexpr std::size_t max_members = 64;
  struct Key {  // unlike a string_view it is not cleared first
    char const* data;
    std::size_t size;
  };
  std::array<Key, max_members> seen;
  std::size_t count = 0;
  for (auto const& [key, value] : object.members()) {
    for (std::size_t i = 0; i < count; ++i)
      if (std::string_view(seen[i].data, seen[i].size) == key) return std::string(key);
    if (count == max_members) return std::string("more than 64 members");
    seen[count++] = {key.data(), key.size()};
  }
  return std::nullopt;
}
}  // namespace

tl::expected<Envelope, BadEnvelope> read_envelope(Node message) {
  if (!message.is_object()) return bad({}, "a message is a JSON object");
  Envelope envelope;
  std::optional<Node> version, id, method;
  for (auto const& [key, value] : message.members()) {
    auto once = [&, &member = value](std::optional<Node>& slot) {
      if (slot) return false;
      slot = member;
      return true;
    };
    bool ok = true;
    if (key == "jsonrpc")
      ok = once(version);
    else if (key == "id")
      ok = once(id);
    else if (key == "method")
      ok = once(method);
    else if (key == "params")
      ok = once(envelope.params);
    else if (key == "result")
      ok = once(envelope.result);
    else if (key == "error")
      ok = once(envelope.error);
    if (!ok) return bad({}, "the member \"" + std::string(key) + "\" comes twice");
  }
  if (id) {
    auto read = RequestId::read(*id);
    if (!read) return bad({}, "id must be a string or an integer");
    envelope.id = std::move(*read);
  }
  if (!version || version->as_string() != "2.0") return bad(envelope.id, "jsonrpc must be \"2.0\"");
  if (!method) {
    if (!envelope.id.present() || envelope.result.has_value() == envelope.error.has_value())
      return bad(envelope.id, "neither a request, a notification nor a response");
    if (envelope.error && !envelope.error->is_object())
      return bad(envelope.id, "error must be an object");
    envelope.kind = Envelope::Kind::response;
    return envelope;
  }
  if (!method->is_string()) return bad(envelope.id, "method must be a string");
  envelope.method = *method->as_string();
  envelope.kind = id ? Envelope::Kind::request : Envelope::Kind::notification;
  if (!envelope.params) return envelope;
  if (!envelope.params->is_object()) return bad(envelope.id, "params must be an object");
  if (auto twice = repeated_member(*envelope.params))
    return bad(envelope.id, "params: the member \"" + *twice + "\" comes twice");
  if (auto meta = envelope.params->find("_meta")) {
    if (!meta->is_object()) {
      envelope.bad_meta = true;
    } else {
      if (auto twice = repeated_member(*meta))
        return bad(envelope.id, "params._meta: the member \"" + *twice + "\" comes twice");
      envelope.meta = meta;
    }
  }
  return envelope;
}

}  // namespace rampart::protocol
