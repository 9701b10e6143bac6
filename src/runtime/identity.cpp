#include "runtime/identity.hpp"

#include <stdexcept>

#include "server/call.hpp"

namespace rampart::runtime {
namespace {

void require_keys(config::Config const& config) {
  bool const open = config.auth.keys_file.empty() && !is_loopback(config.server.bind);
  if (open && config.environment == config::Environment::production && !config.auth.anonymous)
    throw std::runtime_error(
        "ENVIRONMENT=production does not serve everybody who reaches " + config.server.bind +
        ": name a keys file with RAMPART_AUTH_KEYS_FILE (`rampart keys new NAME --file FILE` "
        "makes one), or set RAMPART_AUTH_ANONYMOUS=true if something in front knows the callers");
}

/// What a session has running ends, and the session with it.
void end_session(server::Sessions& sessions, server::Session& session) {
  for (auto& call : session.running()) {
    auto& loop = call->loop;
    loop.post([call = std::move(call)] { call->cancel(server::CancelReason::session_ended); });
  }
  sessions.erase(session.id);
}

}  // namespace

bool is_loopback(std::string_view address) {
  return address == "localhost" || address == "::1" || address.starts_with("127.");
}

Identity::Identity(config::Config const& config, Observability& observability)
    : config_(config), log_(observability.log.child("auth")) {
  require_keys(config);
  if (config.auth.keys_file.empty()) return;
  keys_.emplace(config.auth.keys_file, observability.mcp);
  auto const loaded = keys_->load();
  if (!loaded) throw std::runtime_error("auth.keys_file: " + loaded.error().message);
  log_.info("keys_loaded", {{"file", keys_->path()}, {"keys", loaded->keys}});
  if (loaded->keys == 0)
    log_.warning("no_keys", {{"reason", "the keys file is empty: every request is refused"}});
  if (loaded->exposed)
    log_.warning("keys_file_exposed",
                 {{"file", keys_->path()}, {"advice", "others can read or write it: chmod 600"}});
}

void Identity::warn() const {
  if (keys_) return;
  bool const beyond = !is_loopback(config_.server.bind);
  base::Field const open[] = {
      {"bind", config_.server.bind},
      {"reason", "without RAMPART_AUTH_KEYS_FILE everybody who reaches this address may call"}};
  auto const level = config_.auth.anonymous ? base::Level::info : base::Level::warning;
  if (beyond)
    log_.log(level, "anonymous_beyond_loopback", open);
  else if (config_.environment == config::Environment::production)
    log_.log(level, "anonymous_in_production", open);
}

void Identity::look(http::Server& server, server::Sessions& sessions) {
  if (!keys_) return;
  if (auto const loaded = keys_->look()) took(*loaded, server, sessions);
}

void Identity::reload(http::Server& server, server::Sessions& sessions) {
  if (keys_) took(keys_->load(), server, sessions);
}

void Identity::took(Result<auth::Keys::Loaded> const& loaded, http::Server& server,
                    server::Sessions& sessions) {
  if (!loaded)
    return log_.error("keys_not_loaded", {{"reason", loaded.error().message},
                                          {"effect", "the keys stay as they were"}});
  // Streams first: no session of theirs is begun any more once this is done.
  for (auto const& gone : loaded->withdrawn) {
    server.cancel_of(gone);
    for (auto const& session : sessions.all())
      if (session->principal == gone->name) end_session(sessions, *session);
    log_.info("key_withdrawn", {{"client_id", gone->name}});
  }
  log_.info(
      "keys_loaded",
      {{"file", keys_->path()}, {"keys", loaded->keys}, {"withdrawn", loaded->withdrawn.size()}});
  if (loaded->exposed)
    log_.warning("keys_file_exposed",
                 {{"file", keys_->path()}, {"advice", "others can read or write it: chmod 600"}});
}

}  // namespace rampart::runtime
