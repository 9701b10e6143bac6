// Who may call: the keys of a serving process, kept up to date, and what an operator is told about
// how far the server is open. Main thread, except keys().
#pragma once
#include <optional>

#include "auth/keys.hpp"
#include "http/server.hpp"
#include "runtime/observability.hpp"
#include "server/session.hpp"

namespace rampart::runtime {

bool is_loopback(std::string_view address);

class Identity {
 public:
  /// How often the keys file is looked at.
  static constexpr std::chrono::milliseconds interval{1'000};

  /// Reads the keys, if there is a file. Throws std::runtime_error when it cannot be used, and when
  /// production would be open to everybody beyond loopback.
  Identity(config::Config const& config, Observability& observability);

  /// null: no keys are asked for.
  auth::Keys const* keys() const { return keys_ ? &*keys_ : nullptr; }
  /// What is open wider than it should be, once, at the start.
  void warn() const;
  /// Reads the file if it has changed; then what withdrawn keys have open ends.
  void look(http::Server& server, server::Sessions& sessions);
  /// Reads the file now.
  void reload(http::Server& server, server::Sessions& sessions);

 private:
  void took(Result<auth::Keys::Loaded> const& loaded, http::Server& server,
            server::Sessions& sessions);

  config::Config const& config_;
  base::Logger const log_;
  std::optional<auth::Keys> keys_;
};

}  // namespace rampart::runtime
