#include "runtime/client_arguments.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <optional>

#include "config/load.hpp"
#include "runtime/wrap.hpp"

namespace rampart::runtime {
namespace {

struct Verb {
  std::string_view name;
  std::string_view summary;
  std::string_view words;  ///< of the synopsis
  std::string_view more;   ///< below the options
};

constexpr Verb verbs[] = {
    {"call", "Call a tool of any MCP server", "TOOL [KEY=VALUE...]",
     R"(Values become what the tool's input schema wants: text, numbers, true or false, JSON.
  key=value     a text, or what the schema takes;  key=@file reads the value from a file
  key:=json     any JSON, as it is;  key:=@file reads it from a file
  @file         a JSON object with several arguments
An array takes its items one by one: paths=a paths=b.

Examples:
  rampart call http://localhost:8080/mcp echo message=hi
  rampart call get-sum a=1 b=2 -- npx -y @modelcontextprotocol/server-everything
  rampart call read_multiple_files paths=a.txt paths=b.txt -- npx -y @modelcontextprotocol/server-filesystem .
)"},
    {"list", "List what any MCP server offers", "[tools|resources|templates|prompts...]",
     R"(Examples:
  rampart list http://localhost:8080/mcp
  rampart list tools --json -- npx -y @modelcontextprotocol/server-memory
)"},
    {"read", "Read a resource of any MCP server", "URI", R"(Example:
  rampart read demo://resource/dynamic/text/1 -- npx -y @modelcontextprotocol/server-everything
)"},
    {"prompt", "Get a prompt of any MCP server", "NAME [KEY=VALUE...]", R"(Example:
  rampart prompt args-prompt city=Oslo -- npx -y @modelcontextprotocol/server-everything
)"},
    {"doctor", "Examine an MCP server: is it fit for production?", "",
     R"(Starts the server a few times. Never runs a tool that does not say readOnlyHint.

Examples:
  rampart doctor -- node my-server.js
  rampart doctor --json http://localhost:8080/mcp
)"},
};

constexpr std::string_view statuses =
    R"(Exit status: 0 done; 1 the tool says that it failed, or doctor found problems; 2 wrong command line;
3 the server cannot be started or reached; 4 the server answered with an error; 5 it did not answer in time.)";

struct Arguments {
  std::vector<std::string> words;    ///< before --
  std::vector<std::string> command;  ///< after --
  bool has_command = false;
  std::vector<std::string> headers;
  std::vector<std::string> environment;
  std::vector<std::string> roots;
  std::string era = "auto";
  double timeout_seconds = 60;
  bool json = false;
  bool verbose = false;
};

constexpr double max_timeout_seconds = 86'400;

/// Both ways to write the command, which CLI11 cannot know.
class Help : public CLI::Formatter {
 public:
  explicit Help(Verb const& verb) : verb_(verb) {}
  std::string make_usage(CLI::App const*, std::string) const override {
    std::string const name = "rampart " + std::string(verb_.name) + " [OPTIONS]";
    std::string const words = verb_.words.empty() ? "" : " " + std::string(verb_.words);
    return "Usage: " + name + " URL" + words + "\n       " + name + words + " -- COMMAND...\n";
  }
  std::string make_positionals(CLI::App const*) const override { return {}; }

 private:
  Verb const& verb_;
};

/// The rule that makes a command line unambiguous: what stands after -- is the server's command;
/// without it the first word is the server's URL.
std::vector<std::string> split(int argc, char const* const* argv, Arguments& out) {
  std::vector<std::string> before;
  for (int i = 2; i < argc; ++i) {
    if (out.has_command)
      out.command.emplace_back(argv[i]);
    else if (std::string_view(argv[i]) == "--")
      out.has_command = true;
    else
      before.emplace_back(argv[i]);
  }
  std::ranges::reverse(before);  // as CLI11 takes them
  return before;
}

void add_options(CLI::App& app, Verb const& verb, Arguments& out) {
  app.add_option("words", out.words,
                 "The server's URL unless a command follows --; then " +
                     std::string(verb.words.empty() ? "nothing" : verb.words))
      ->type_name("");
  app.add_flag("--json", out.json, "Print JSON, as the server sent it");
  app.add_option("--timeout", out.timeout_seconds,
                 "Seconds to wait for the handshake, and for each answer or progress")
      ->check(CLI::Range(0.001, max_timeout_seconds))
      ->capture_default_str();
  app.add_option("--header", out.headers, "Sent with every request to a URL: 'Name: value'")
      ->allow_extra_args(false);
  app.add_option("--env", out.environment,
                 "A variable of the environment that a command may see, NAME or NAME=VALUE")
      ->allow_extra_args(false);
  app.add_option("--era", out.era, "Which protocol to speak")
      ->check(CLI::IsMember({"auto", "modern", "legacy"}))
      ->capture_default_str();
  app.add_flag("-v,--verbose", out.verbose,
               "Show what the server writes to stderr, and long texts");
  if (verb.name != "doctor")
    app.add_option("--root", out.roots, "A folder to tell the server of as a root, such as .")
        ->allow_extra_args(false)
        ->check(CLI::ExistingDirectory);
}

bool is_url(std::string_view word) {
  return word.starts_with("http://") || word.starts_with("https://");
}

Failure usage(std::string message) { return fail(Errc::invalid_params, std::move(message)); }

Result<void> add_headers(Arguments const& arguments, config::Upstream& server) {
  for (auto const& header : arguments.headers) {
    auto const colon = header.find(':');
    if (colon == std::string::npos || colon == 0) return usage("--header: expected 'Name: value'");
    auto const value = header.find_first_not_of(" \t", colon + 1);
    server.headers[header.substr(0, colon)] =
        value == std::string::npos ? std::string() : header.substr(value);
  }
  return {};
}

/// The key of whoever types, from the environment: an argument would show in the list of processes.
void add_token(config::Upstream& server) {
  auto const* const token = std::getenv(std::string(config::token_variable).c_str());
  bool const given = std::ranges::any_of(server.headers, [](auto const& header) {
    return CLI::detail::to_lower(header.first) == "authorization";
  });
  if (token != nullptr && *token != '\0' && !given)
    server.headers["Authorization"] = "Bearer " + std::string(token);
}

/// Takes the URL out of the words.
Result<client::Target> target_of(Arguments& arguments) {
  client::Target out;
  if (arguments.has_command) {
    if (arguments.command.empty()) return usage("-- stands before the server's command");
    if (!arguments.headers.empty()) return usage("--header is for servers with a URL");
    out.server = wrapped_upstream(arguments.command, {}, arguments.environment);
  } else {
    if (arguments.words.empty() || !is_url(arguments.words.front()))
      return usage("which server? Its URL comes first, or its command last, after --");
    if (!arguments.environment.empty()) return usage("--env is for servers with a command");
    out.server.kind = config::UpstreamKind::streamable_http;
    out.server.url = arguments.words.front();
    arguments.words.erase(arguments.words.begin());
    auto const headers = add_headers(arguments, out.server);
    if (!headers) return Failure(headers.error());
    add_token(out.server);
  }
  if (arguments.era == "modern") out.probe = upstream::Probe::modern;
  if (arguments.era == "legacy") out.probe = upstream::Probe::legacy;
  out.timeout = std::chrono::milliseconds(
      std::max<std::int64_t>(1, static_cast<std::int64_t>(arguments.timeout_seconds * 1000)));
  return out;
}

std::optional<client::ListKind> list_kind(std::string_view word) {
  if (word == "tools") return client::ListKind::tools;
  if (word == "resources") return client::ListKind::resources;
  if (word == "templates") return client::ListKind::templates;
  if (word == "prompts") return client::ListKind::prompts;
  return std::nullopt;
}

/// What is left of the words, for one of the commands that take a name.
Result<client::Command> named_command(std::string_view verb, std::vector<std::string> words) {
  client::Command out;
  out.verb = verb == "call"   ? client::Command::Verb::call
             : verb == "read" ? client::Command::Verb::read
                              : client::Command::Verb::prompt;
  if (words.empty()) return usage(std::string(verb) + " needs a name; see --help");
  out.name = std::move(words.front());
  words.erase(words.begin());
  if (verb == "read" && !words.empty()) return usage("read takes one URI");
  auto read = client::read_words(words, &client::read_argument_file);
  if (!read) return Failure(read.error());
  out.words = std::move(*read);
  return out;
}

Result<client::Command> words_to_command(std::string_view verb, std::vector<std::string> words) {
  if (verb != "list") return named_command(verb, std::move(words));
  client::Command out;
  for (auto const& word : words) {
    auto const kind = list_kind(word);
    if (!kind)
      return usage("list: \"" + word + "\" is none of tools, resources, templates, prompts");
    out.lists.push_back(*kind);
  }
  return out;
}

std::vector<std::string> absolute(std::vector<std::string> const& folders) {
  std::vector<std::string> out;
  for (auto const& folder : folders) {
    std::error_code gone;  // since it was checked
    auto const path = std::filesystem::canonical(folder, gone);
    if (!gone) out.push_back(path.string());
  }
  return out;
}

Verb const* find_verb(int argc, char const* const* argv) {
  if (argc < 2) return nullptr;
  auto const found = std::ranges::find(verbs, std::string_view(argv[1]), &Verb::name);
  return found == std::end(verbs) ? nullptr : &*found;
}

Result<ClientOrder> order_of(std::string_view verb, Arguments& arguments) {
  ClientOrder out;
  auto target = target_of(arguments);
  if (!target) return Failure(target.error());
  out.target = std::move(*target);
  out.doctor = verb == "doctor";
  if (out.doctor && !arguments.words.empty()) return usage("one server at a time; see --help");
  auto command = out.doctor ? Result<client::Command>(client::Command())
                            : words_to_command(verb, arguments.words);
  if (!command) return Failure(command.error());
  out.command = std::move(*command);
  out.roots = absolute(arguments.roots);
  out.json = arguments.json;
  out.verbose = arguments.verbose;
  return out;
}

}  // namespace

bool is_client_command(int argc, char const* const* argv) {
  return find_verb(argc, argv) != nullptr;
}

void describe_client_commands(CLI::App& app) {
  for (auto const& verb : verbs)
    app.add_subcommand(std::string(verb.name),
                       std::string(verb.summary) + " (see " + std::string(verb.name) + " --help)");
}

tl::expected<ClientOrder, int> read_client_order(int argc, char const* const* argv) {
  constexpr int wrong = static_cast<int>(client::Status::usage);
  auto const& verb = *find_verb(argc, argv);
  Arguments arguments;
  CLI::App app(std::string(verb.summary), "rampart " + std::string(verb.name));
  app.formatter(std::make_shared<Help>(verb));
  app.footer(std::string(verb.more) + "\n" + std::string(statuses));
  add_options(app, verb, arguments);
  try {
    app.parse(split(argc, argv, arguments));
  } catch (CLI::ParseError const& error) {  // --help is one too
    return tl::unexpected(app.exit(error) == 0 ? 0 : wrong);
  }
  auto order = order_of(verb.name, arguments);
  if (order) return std::move(*order);
  std::fprintf(stderr, "rampart %s: %s\n", argv[1], order.error().message.c_str());
  return tl::unexpected(wrong);
}

}  // namespace rampart::runtime
