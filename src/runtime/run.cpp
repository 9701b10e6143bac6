#include "rampart/run.hpp"

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <iostream>
#include <sstream>

#include "config/row.hpp"
#include "crypto/sealing_key.hpp"
#include "redis/url.hpp"
#include "runtime/client_commands.hpp"
#include "runtime/health_command.hpp"
#include "runtime/keys_command.hpp"
#include "runtime/last_words.hpp"
#include "runtime/main.hpp"
#include "runtime/production.hpp"
#include "runtime/usage_hint.hpp"
#include "runtime/wrap.hpp"
#include "server/registry.hpp"

namespace rampart {
namespace {

struct Arguments {
  bool stdio = false;
  std::vector<std::string> command;  ///< of wrap
  std::string name;
  std::vector<std::string> pass_environment;
  std::string config_file;
  std::map<std::string, std::string> flags;
  bool ready = false;
  std::string url;
  std::string key_name;
  std::string keys_file;
};

/// Every key of the configuration is a flag.
void add_key_flags(CLI::App& app, Arguments& arguments) {
  app.add_flag("--stdio", arguments.stdio, "Serve over standard input and output instead of HTTP");
  app.add_option("--config", arguments.config_file,
                 "Configuration file, YAML or JSON (or RAMPART_CONFIG)");
  for (auto const& row : config::all_rows())
    for (auto const& flag : row.flag_names())
      app.add_option_function<std::string>(
             "--" + flag,
             [&arguments, flag](std::string const& value) { arguments.flags[flag] = value; },
             std::string(row.doc))
          ->group("Settings (see docs/config.md)");
}

/// What only the sealer and the Redis client can judge, so that `check` refuses what serving would.
Result<void> check_keys(config::Loaded const& loaded) {
  for (auto const& text : loaded.config.state.keys) {
    auto const key = crypto::SealingKey::parse(text);
    if (!key)
      return fail(
          Errc::invalid_params,
          config::Problem{"state.keys", loaded.origins.at("state.keys"), key.error().message}
              .text());
  }
  if (loaded.config.redis.url.empty()) return {};
  if (auto const url = redis::parse_url(loaded.config.redis.url); !url)
    return fail(
        Errc::invalid_params,
        config::Problem{"redis.url", loaded.origins.at("redis.url"), url.error().message}.text());
  return {};
}

Result<config::Loaded> load(Arguments const& arguments) {
  config::Sources sources;
  sources.environment = config::environment_of(environ);
  sources.flags = arguments.flags;
  auto file = arguments.config_file;
  if (file.empty())
    if (auto it = sources.environment.find(std::string(config::file_variable));
        it != sources.environment.end())
      file = it->second;
  if (!file.empty()) {
    auto text = config::read_file(file);
    if (!text) return Failure(text.error());
    sources.file = std::move(*text);
  }
  auto loaded = config::load(sources);
  if (!loaded) return fail(Errc::invalid_params, config::text_of(loaded.error()));
  if (auto const keys = check_keys(*loaded); !keys) return Failure(keys.error());
  return std::move(*loaded);
}

config::Upstream wrapped(Arguments const& arguments) {
  return runtime::wrapped_upstream(arguments.command, arguments.name, arguments.pass_environment);
}

int complain(std::string const& what, int status) {
  if (what.empty()) return status;
  std::fprintf(stderr, what.ends_with('\n') ? "%s" : "%s\n", what.c_str());
  return status;
}

}  // namespace

int run(Server& server, int argc, char** argv) { return runtime::main(server, argc, argv, {}); }

int runtime::main(Server& server, int argc, char** argv, std::function<Server()> const& otherwise) {
  Arguments arguments;
  auto const& info = server.registry().info();
  if (is_client_command(argc, argv)) return client_command(argc, argv, info.version);
  CLI::App app(info.name + " " + info.version + ": an MCP server");
  app.set_version_flag("--version", info.name + " " + info.version);
  app.require_subcommand(0, 1);
  add_key_flags(app, arguments);
  auto* const serve = app.add_subcommand("serve", "Serve (the default)");
  add_key_flags(*serve, arguments);
  auto* const wrap = app.add_subcommand(
      "wrap",
      "Serve another MCP server: wrap [--stdio] -- npx -y some-server, or wrap http://host/mcp");
  add_key_flags(*wrap, arguments);
  wrap->add_option("--name", arguments.name, "What the server is called in metrics and logs");
  wrap->add_option("--env", arguments.pass_environment,
                   "A variable of the environment that the command may see, NAME or NAME=VALUE")
      ->allow_extra_args(false);
  wrap->add_option("command", arguments.command,
                   "The command and its arguments, after --, or a URL")
      ->required();
  auto* const check =
      app.add_subcommand("check", "Validate the configuration and print it, secrets masked");
  add_key_flags(*check, arguments);
  auto* const health =
      app.add_subcommand("health", "Probe a running server: exit status 0 when it is well");
  health->add_flag("--ready", arguments.ready, "Ask /ready instead of /health");
  health->add_option("url", arguments.url,
                     "Base URL (default: the configured port on this machine)");
  auto* const keys = app.add_subcommand("keys", "Make bearer keys: keys new NAME");
  keys->require_subcommand(1);
  auto* const new_key =
      keys->add_subcommand("new", "Print a new key, once, and the line for RAMPART_AUTH_KEYS_FILE");
  new_key->add_option("name", arguments.key_name, "Whose key it is: client_id in metrics and logs")
      ->required();
  new_key->add_option("--file", arguments.keys_file,
                      "Append the line to this file, made with mode 0600 if there is none");
  describe_client_commands(app);
  try {
    app.parse(argc, argv);
  } catch (CLI::ParseError const& error) {  // --help is one too
    std::ostringstream said;
    if (app.exit(error, std::cout, said) == 0) return 0;
    auto const text = said.str() + runtime::usage_hint({argv + 1, argv + argc});
    return *check || *health || *keys ? complain(text, 2) : runtime::cannot_start(nullptr, text, 2);
  }

  if (*new_key) return runtime::keys_command(arguments.key_name, arguments.keys_file);
  auto loaded = load(arguments);
  if (!loaded)
    return *check || *health ? complain(loaded.error().message, 2)
                             : runtime::cannot_start(nullptr, loaded.error().message, 2);
  if (*wrap) {
    loaded->config.upstreams = {wrapped(arguments)};
    if (auto const well = runtime::check_wrapped(loaded->config.upstreams.front()); !well)
      return runtime::cannot_start(&loaded->config, well.error().message, 1);
  }
  std::optional<Server> other;
  if (loaded->config.upstreams.empty() && otherwise) other.emplace(otherwise());
  if (*check) {
    auto const text = config::check_text(*loaded);
    std::fwrite(text.data(), 1, text.size(), stdout);
    return 0;
  }
  if (*health)
    return runtime::health_command(arguments.url, loaded->config.server, arguments.ready);
  try {
    return runtime::serve(other ? *other : server, *loaded,
                          arguments.stdio ? runtime::Mode::stdio : runtime::Mode::http,
                          [&arguments, wraps = wrap->parsed()] {
                            auto again = load(arguments);
                            if (again && wraps) again->config.upstreams = {wrapped(arguments)};
                            return again;
                          });
  } catch (std::exception const& error) {
    return runtime::cannot_start(&loaded->config, error.what(), 1);
  }
}

}  // namespace rampart
