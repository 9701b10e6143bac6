#include "server/stages/observe.hpp"

#include "auth/principal.hpp"

namespace rampart::server {
namespace {

base::RequestStatus status_of(protocol::Status status) {
  switch (status) {
    case protocol::Status::success:
      return base::RequestStatus::success;
    case protocol::Status::tool_error:
      return base::RequestStatus::tool_error;
    case protocol::Status::error:
      return base::RequestStatus::error;
    case protocol::Status::rejected:
      return base::RequestStatus::rejected;
    case protocol::Status::cancelled:
      return base::RequestStatus::cancelled;
  }
  return base::RequestStatus::error;
}

base::Endpoint endpoint_of(Endpoint endpoint) {
  switch (endpoint) {
    case Endpoint::http:
      return base::Endpoint::http;
    case Endpoint::sse:
      return base::Endpoint::sse;
    case Endpoint::stdio:
      return base::Endpoint::stdio;
  }
  return base::Endpoint::http;
}

}  // namespace

base::McpLabels metric_labels() {
  base::McpLabels labels;
  for (std::size_t i = 0; i < protocol::method_count; ++i)
    labels.methods.emplace_back(protocol::row(static_cast<protocol::Method>(i)).name);
  for (protocol::Version version : protocol::all_versions)
    labels.versions.emplace_back(protocol::name(version));
  for (int i = 0; i <= static_cast<int>(Errc::internal); ++i) {
    auto const& row = protocol::row(static_cast<Errc>(i));
    labels.errors.push_back({std::string(row.label), std::to_string(row.modern_code)});
  }
  for (protocol::Version version : {protocol::latest_legacy, protocol::latest_modern})
    for (auto method : {protocol::Method::tools_list, protocol::Method::tools_call})
      labels.known.emplace_back(protocol::row(method).name, protocol::name(version));
  return labels;
}

std::optional<Refusal> Observe::enter(Call&) { return std::nullopt; }

base::McpMetrics::ToolRow* Observe::row_of(Call const& call, Reply const& reply) {
  if (call.method.method != protocol::Method::tools_call) return nullptr;
  // Refused before its tool was looked for: no tool was used.
  if (!call.tool_number && reply.status == protocol::Status::rejected) return nullptr;
  if (!call.tool_number || *call.tool_number >= rows_.size())
    return &metrics_.tool(base::other_label);
  auto& slot = rows_[*call.tool_number];
  auto* row = slot.load(std::memory_order_acquire);
  if (!row) slot.store(row = &metrics_.tool(call.name), std::memory_order_release);
  return row;
}

void Observe::leave(Call const& call, Reply const& reply) {
  auto const duration = call.loop.now() - call.started;
  auto const& facts = call.state->facts;
  base::McpMetrics::RequestEnd end;
  end.method = static_cast<std::size_t>(call.method.method);
  end.version = static_cast<std::size_t>(call.version);
  end.status = status_of(reply.status);
  end.endpoint = endpoint_of(call.endpoint);
  end.client = call.who ? call.who->metrics : nullptr;
  end.tool = row_of(call, reply);
  end.error = reply.error;
  end.duration = duration;
  metrics_.finish(end);
  if (reply.error == Errc::rate_limited) {
    metrics_.ratelimit_violations.add();
    metrics_.rejected(base::Rejection::rate);
  } else if (reply.error == Errc::overloaded) {
    metrics_.rejected(base::Rejection::overload);
  }

  base::AccessRecord record;
  record.request_id = facts.request_id;
  record.method = call.method.name;
  record.tool = call.tool_number ? std::string_view(call.name) : std::string_view();
  record.status = protocol::name(reply.status);
  record.code = reply.code;
  record.duration = duration;
  record.bytes_in = call.bytes_in;
  record.bytes_out = reply.json.size();
  record.protocol_version = protocol::name(call.version);
  record.client_id = facts.principal;
  record.upstream = call.state->upstream;
  record.trace_id = facts.trace.trace_id();
  record.span_id = facts.trace.span_id();
  log_.write(record);
}

}  // namespace rampart::server
