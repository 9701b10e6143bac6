#include "server/stages/audit.hpp"

namespace rampart::server {
namespace {

std::string_view target_key(protocol::Method method) {
  if (method == protocol::Method::tools_call) return "tool";
  return method == protocol::Method::prompts_get ? "prompt" : "uri";
}

bool has_arguments(protocol::Method method) {
  return method == protocol::Method::tools_call || method == protocol::Method::prompts_get;
}

}  // namespace

void Audit::leave(Call const& call, Reply const& reply) {
  auto const& facts = call.state->facts;
  base::AuditRecord record;
  record.request_id = facts.request_id;
  record.client_id = facts.principal;
  record.client_address = call.client_address;
  record.method = call.method.name;
  record.target_key = target_key(call.method.method);
  record.target = call.name;
  if (has_arguments(call.method.method)) record.arguments_sha256 = call.arguments_digest;
  record.outcome = protocol::name(reply.status);
  record.code = reply.code;
  record.duration = call.loop.now() - call.started;
  record.trace_id = facts.trace.trace_id();
  log_.write(record);
}

}  // namespace rampart::server
