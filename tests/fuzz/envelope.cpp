// Reading a JSON-RPC message and its _meta: any text gives a message or a reason, never both, and
// what is read can be written back.
#include <cstdlib>

#include "json/document.hpp"
#include "protocol/envelope.hpp"
#include "protocol/error_table.hpp"
#include "protocol/request_meta.hpp"

namespace {
using namespace rampart;

void require(bool holds) {
  if (!holds) std::abort();
}

/// An id is echoed: as JSON it must be what it was.
void check_id(protocol::RequestId const& id) {
  if (!id.present()) return;
  auto const document = json::Document::parse_copy(id.text());
  require(document.has_value());
  require(protocol::RequestId::read(document->root()) == id);
}

void check_meta(protocol::Envelope const& envelope) {
  auto const common = protocol::read_common_meta(envelope);
  auto const modern = protocol::read_modern_meta(envelope);
  require(!modern || (common && protocol::claims_modern(envelope)));
  if (!common) return;
  require(common->progress_token.empty() || Json::parse(common->progress_token));
  require(common->trace.trace_id().size() == (common->trace.traceparent.empty() ? 0u : 32u));
}

void check_answer(protocol::RequestId const& id, Error const& error) {
  for (auto version : protocol::all_versions) {
    std::string out;
    protocol::append_error(out, id, error, version);
    require(Json::parse(out).has_value());
  }
}
}  // namespace

extern "C" int LLVMFuzzerTestOneInput(unsigned char const* data, std::size_t size) {
  auto const document = json::Document::parse_copy({reinterpret_cast<char const*>(data), size});
  if (!document) return 0;
  auto const envelope = protocol::read_envelope(document->root());
  if (!envelope) {
    check_id(envelope.error().id);
    check_answer(envelope.error().id, envelope.error().error);
    return 0;
  }
  check_id(envelope->id);
  require((envelope->kind == protocol::Envelope::Kind::notification) == !envelope->id.present());
  require(!envelope->params || envelope->kind == protocol::Envelope::Kind::response ||
          envelope->params->is_object());
  check_meta(*envelope);
  check_answer(envelope->id, Error(Errc::invalid_params, std::string(envelope->method)));
  return 0;
}
