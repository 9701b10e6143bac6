#include "client/doctor/doctor.hpp"

#include "client/doctor/behaviour.hpp"
#include "client/doctor/catalogue.hpp"
#include "client/doctor/subject.hpp"
#include "client/text.hpp"
#include "json/slice.hpp"

namespace rampart::client {
namespace {

void examine_start(Subject& subject, Findings& findings) {
  auto const took =
      std::chrono::ceil<std::chrono::milliseconds>(subject.session().handshake_time());
  Finding finding{"handshake", Grade::ok, "ready after " + std::to_string(took.count()) + " ms"};
  finding.data = R"("milliseconds":)" + std::to_string(took.count());
  bool const ignored = subject.ignored_probe();
  if (took > slow_handshake + (ignored ? Session::probe_timeout : std::chrono::milliseconds(0))) {
    finding.grade = Grade::advice;
    finding.advice =
        "install the server instead of downloading it at each start, and load what is large later";
  }
  if (ignored) finding.text += ", most of which went into waiting for an answer to server/discover";
  findings.add(std::move(finding));
  if (ignored)
    findings.add("first-message", Grade::problem, "no answer to server/discover",
                 "answer it with error -32601: clients of 2026-07-28 send it first, and wait");
  if (subject.died_of_probe())
    findings.add("first-message", Grade::problem,
                 "the server ends when its first message is not initialize",
                 "answer server/discover with error -32601: clients of 2026-07-28 send it first");
}

void examine_protocol(upstream::Greeting const& greeting, Findings& findings) {
  std::string const version(protocol::name(greeting.version));
  Finding finding{"protocol", Grade::ok,
                  version + (greeting.modern() ? " (modern, without sessions)"
                                               : " (legacy, with a handshake)")};
  finding.data =
      R"("version":")" + version + R"(","era":")" + (greeting.modern() ? "modern" : "legacy") + '"';
  if (greeting.version < protocol::latest_legacy) {
    finding.grade = Grade::advice;
    finding.advice = "update the SDK: " + std::string(protocol::name(protocol::latest_legacy)) +
                     " is the last revision of this era";
  }
  findings.add(std::move(finding));
}

void examine_identity(upstream::Greeting const& greeting, Findings& findings) {
  auto const name = text_member(greeting.server_info, "name");
  auto const version = text_member(greeting.server_info, "version");
  Finding finding{"identity", Grade::ok, first_line(name + " " + version, longest_quote)};
  finding.data = R"("server_info":)" + greeting.server_info;
  if (name.empty() || version.empty()) {
    finding.grade = Grade::advice;
    finding.text = "no name or no version";
    finding.advice = "set serverInfo: it is what users and logs call the server";
  }
  findings.add(std::move(finding));
}

void examine_capabilities(upstream::Greeting const& greeting, Findings& findings) {
  auto const members = json::slice_valid_object(greeting.capabilities);
  std::string names;
  if (members)
    for (auto const& member : members->members())
      names += (names.empty() ? "" : ", ") + first_line(member.key, longest_quote);
  Finding finding{"capabilities", Grade::ok, names};
  finding.data = R"("capabilities":)" + greeting.capabilities;
  if (names.empty()) {
    finding.grade = Grade::problem;
    finding.text = "none";
    finding.advice = "declare tools, resources or prompts: clients ask only for what is declared";
  }
  findings.add(std::move(finding));
}

void examine_output(Traffic const& traffic, bool is_command, Findings& findings) {
  if (traffic.noise_lines > 0) {
    Finding finding{"stdout",
                    Grade::problem,
                    counted(traffic.noise_lines, "line") + " that are no JSON-RPC",
                    "write logs to stderr: stdout belongs to the protocol, and clients may give up",
                    {"the first: " + traffic.first_noise}};
    finding.data = R"("lines":)" + std::to_string(traffic.noise_lines);
    findings.add(std::move(finding));
  } else if (is_command) {
    findings.add("stdout", Grade::ok, "nothing but JSON-RPC");
  }
  if (!is_command) return;
  Finding finding{"stderr", Grade::ok,
                  counted(traffic.error_lines, "line") + ", " + human_bytes(traffic.error_bytes)};
  finding.data = R"("lines":)" + std::to_string(traffic.error_lines) + R"(,"bytes":)" +
                 std::to_string(traffic.error_bytes);
  if (traffic.error_bytes > much_stderr_bytes) {
    finding.grade = Grade::advice;
    finding.advice = "log less by default: every line becomes a log line in production";
  }
  findings.add(std::move(finding));
}

/// For a person who waits: it may take half a minute.
void announce(Console const& console, std::string_view what) {
  if (console.watched) console.note(console.err_style.dim(std::string(what) + " ..."));
}

void print(Findings const& findings, Target const& target, Console const& console) {
  console.out(console.json ? findings.json(target.name())
                           : findings.report(target.name(), console.out_style));
}

}  // namespace

Task<Status> examine(async::Loop& loop, upstream::LinkFactory& links, Target target,
                     std::optional<Startable> startable, Console const& console,
                     std::string client_version) {
  announce(console, "starting the server");
  Subject subject(loop, links, target, std::move(client_version));
  std::optional<Trouble> trouble = co_await subject.ready();
  if (trouble) {
    console.note(console.err_style.red("rampart: ") + trouble->text);
    co_return trouble->status;
  }
  Findings findings;
  auto const greeting = subject.session().greeting();
  examine_start(subject, findings);
  examine_protocol(greeting, findings);
  examine_identity(greeting, findings);
  examine_capabilities(greeting, findings);
  Lists lists;
  trouble = co_await read_lists(subject.session(), lists);
  if (trouble)
    findings.add("catalogue", Grade::problem, first_line(trouble->text, longest_quote),
                 "answer every list that the capabilities name");
  else
    examine_catalogue(lists, findings);
  announce(console, "sending what it should refuse");
  co_await examine_bad_input(subject, lists, findings);
  announce(console, "running read-only tools, to cancel one");
  co_await examine_cancellation(subject, lists, findings);
  examine_output(subject.traffic(), subject.is_command(), findings);
  subject.drop();
  announce(console, "ending the server");
  if (startable)
    co_await examine_lifecycle(loop, *startable, greeting.version, target.timeout, findings);
  print(findings, target, console);
  co_return findings.status();
}

}  // namespace rampart::client
