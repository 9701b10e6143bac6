#include "client/doctor/lifecycle.hpp"

#include <algorithm>

#include "client/doctor/patient.hpp"
#include "client/text.hpp"
#include "upstream/message_render.hpp"
#include "upstream/negotiate.hpp"

namespace rampart::client {
namespace {

using std::chrono::milliseconds;

constexpr std::string_view client_info = R"({"name":"rampart-cli","version":"0"})";

struct Ending {
  bool began = false;  ///< it shook hands
  bool ended = false;  ///< by itself, within the limit
  milliseconds took{0};
  process::Exit exit = {};
  std::vector<std::string> left = {};
};

enum class Cause { end_of_input, signal };

Task<bool> shake_hands(Patient& patient, protocol::Version version,
                       base::Steady::time_point until) {
  bool const modern = protocol::is_modern(version);
  auto const hello =
      modern ? upstream::discover_request({}) : upstream::initialize_request({}, client_info);
  patient.write(upstream::render_request(1, hello, version, client_info));
  bool const answered = co_await patient.answered(1, until);
  if (answered && !modern)
    patient.write(upstream::render_notification("notifications/initialized", ""));
  co_return answered;
}

Task<Ending> observe(async::Loop& loop, Startable& startable, protocol::Version version,
                     milliseconds handshake_limit, Cause cause) {
  Ending out;
  auto started = Patient::start(loop, startable.spawner, startable.command);
  if (!started) co_return out;
  Patient& patient = **started;
  out.began = co_await shake_hands(patient, version, loop.now() + handshake_limit);
  if (!out.began) co_return out;
  auto const began = loop.now();
  if (cause == Cause::signal)
    patient.terminate();
  else
    patient.end_input();
  auto const limit = cause == Cause::signal ? term_limit : end_of_input_limit;
  out.ended = co_await patient.ended(began + limit);
  out.took = std::chrono::duration_cast<milliseconds>(loop.now() - began);
  if (out.ended) out.left = co_await patient.left_behind(loop.now() + straggler_limit);
  out.exit = patient.collect();
  co_return out;
}

void judge(std::string_view check, Ending const& ending, milliseconds limit,
           std::string_view advice, Findings& findings) {
  if (!ending.began)
    return findings.add(check, Grade::problem, "not tested: the server does not start again",
                        "make it start as often as it is asked to");
  if (!ending.ended)
    return findings.add(check, Grade::problem,
                        "still running after " + std::to_string(limit / std::chrono::seconds(1)) +
                            " s, and had to be killed",
                        advice);
  Finding finding{
      std::string(check), Grade::ok,
      "ended after " + std::to_string(ending.took.count()) + " ms, " + ending.exit.text()};
  finding.data = R"("milliseconds":)" + std::to_string(ending.took.count());
  findings.add(std::move(finding));
}

void judge_children(std::vector<std::string> left, Findings& findings) {
  if (left.empty()) return findings.add("children", Grade::ok, "none is left behind");
  std::string names;
  for (auto const& name : left) names += (names.empty() ? "" : ", ") + first_line(name, 40);
  findings.add("children", Grade::problem,
               counted(left.size(), "process") + " left behind: " + names,
               "end what the server has started; Rampart kills what stays in its process group");
}

}  // namespace

Task<void> examine_lifecycle(async::Loop& loop, Startable& startable, protocol::Version version,
                             milliseconds handshake_limit, Findings& findings) {
  Ending input = co_await observe(loop, startable, version, handshake_limit, Cause::end_of_input);
  judge("end-of-input", input, end_of_input_limit,
        "end when standard input does: that is how clients close a server", findings);
  Ending term = co_await observe(loop, startable, version, handshake_limit, Cause::signal);
  judge("sigterm", term, term_limit, "end on SIGTERM: supervisors and containers send it first",
        findings);
  if (!input.ended && !term.ended)
    co_return findings.add("children", Grade::untested, "the server never ended by itself");
  judge_children(input.left.empty() ? term.left : input.left, findings);
}

}  // namespace rampart::client
