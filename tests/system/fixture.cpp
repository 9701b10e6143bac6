// The server of the system tests where the demo is too well behaved: tools that wait until they are
// told to go on, throw, ask, and count how often they ran.
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <exception>
#include <future>
#include <mutex>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>

#include "rampart/run.hpp"
#include "rampart/server.hpp"

namespace {

using rampart::Context;
using rampart::Errc;
using rampart::Result;

struct Key {
  std::string key;
  static constexpr auto fields = rampart::fields(rampart::required<&Key::key>("Which door"));
};

/// Doors that open once; who waits at one leaves when its call is cancelled.
class Doors {
 public:
  void open(std::string key) {
    {
      std::lock_guard const lock(mutex_);
      open_.insert(std::move(key));
    }
    changed_.notify_all();
  }
  bool wait(std::string const& key, std::stop_token const& stop) {
    std::unique_lock lock(mutex_);
    return changed_.wait(lock, stop, [&] { return open_.contains(key); });
  }

 private:
  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::set<std::string> open_;
};

struct Number {
  std::int64_t number = 0;
  std::string text;
  static constexpr auto fields = rampart::fields(rampart::required<&Number::number>("Any number"),
                                                 rampart::optional<&Number::text>("Any text"));
};

struct Name {
  std::string name;
  static constexpr auto fields = rampart::fields(rampart::required<&Name::name>("Your name"));
};

struct Place {
  std::optional<std::string> city;
  std::optional<int> district;
  static constexpr auto fields =
      rampart::fields(rampart::optional<&Place::city>("City", rampart::Header{"City"}),
                      rampart::optional<&Place::district>("Number", rampart::Header{"District"}));
};

struct Delivery {
  std::optional<Place> place;
  std::optional<bool> urgent;
  static constexpr auto fields =
      rampart::fields(rampart::optional<&Delivery::place>("Where to"),
                      rampart::optional<&Delivery::urgent>("At once", rampart::Header{"Urgent"}));
};

std::string throws(Key const& in) {
  try {
    throw std::out_of_range("no such door: " + in.key);
  } catch (std::exception const&) {
    std::throw_with_nested(std::runtime_error("the door could not be opened: " + in.key));
  }
}

std::string stuck(Number const& in, Context& context) {
  context.progress(1, {}, "stuck");
  std::promise<void>().get_future().wait_for(std::chrono::milliseconds(in.number));
  return "let go";
}

Result<std::string> fails(Key const& in) {
  return rampart::fail(Errc::tool_failed, "door " + in.key + " is closed", "lock 7 is jammed");
}

std::string read_door(rampart::Variables const& variables) {
  throw std::runtime_error(variables.at("key").empty() ? "no door" : "no such door");
}

Result<std::string> ask(Key const& in, Context& context) {
  auto name = context.elicit<Name>("name", "Who is at door " + in.key + "?");
  if (!name) return rampart::fail(name.error());
  return name->name + " is at door " + in.key;
}

}  // namespace

int main(int argc, char** argv) {
  Doors doors;
  std::atomic<int> waiting = 0;
  std::atomic<int> runs = 0;
  rampart::Server server("system-fixture", "1.0.0");
  auto wait = [&](Key const& in, Context& context) -> Result<std::string> {
    context.progress(++waiting, {}, "waiting at " + in.key);
    if (doors.wait(in.key, context.stop_token())) return "went through " + in.key;
    return rampart::fail(Errc::cancelled, "called back from " + in.key);
  };
  auto open = [&](Key const& in) {
    doors.open(in.key);
    return "opened " + in.key;
  };
  server.tool("wait", "Waits at a door until it is opened", wait);
  server.tool("open", "Opens a door", open).quick();
  server
      .tool("hold", "Blocks the loop it runs on, for so many milliseconds",
            [](Number const& in) {
              std::promise<void>().get_future().wait_for(std::chrono::milliseconds(in.number));
              return std::string("let go");
            })
      .quick();
  server.tool("stuck", "Holds a worker for so many milliseconds, whoever calls it back", stuck);
  server.tool("notes", "Writes to the server's log", [](Key const& in, Context& context) {
    context.server_log(rampart::LogLevel::debug, "not_written");
    context.server_log(rampart::LogLevel::notice, "door_seen", {{"door", in.key}, {"hue", "red"}});
    return std::string("noted");
  });
  server.tool("throws", "Throws", throws);
  server.tool("fails", "Fails, with a detail for the log", fails);
  server.resource_template("door:///{key}", "door", read_door);
  server.tool("ask", "Asks the user for a name", ask);
  server.tool("deliver", "Has arguments that headers repeat",
              [](Delivery const&) { return std::string("delivered"); });
  server
      .tool("count", "Says how often it ran", [&](Number const&) { return std::to_string(++runs); })
      .cacheable();
  server.resource("memo:///1", "memo", [] { return std::string("a memo"); });
  server.tool("change", "Changes the memo", [&] {
    server.resource_updated("memo:///1");
    return std::string("changed");
  });
  return rampart::run(server, argc, argv);
}
