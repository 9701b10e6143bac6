#include "runtime/client_commands.hpp"

#include <unistd.h>

#include <boost/asio/signal_set.hpp>
#include <csignal>
#include <cstdio>

#include "async/spawn.hpp"
#include "client/doctor/doctor.hpp"
#include "runtime/upstream_links.hpp"

namespace rampart::runtime {
namespace {

using client::Status;

/// What all commands need, alive while the loop runs. The spawner comes first: it forks.
struct Workshop {
  Workshop() : links(loop, spawner, inherited_environment(environ)) {}
  process::Spawner spawner;
  async::Loop loop;
  UpstreamLinks links;
  async::TaskGroup tasks;
};

/// Ends the command on ctrl-C or SIGTERM; a second one ends the process.
void on_interrupt(boost::asio::signal_set& signals, std::function<void()> then) {
  signals.add(SIGINT);
  signals.add(SIGTERM);
  signals.async_wait([&signals, then = std::move(then)](boost::system::error_code ec, int) {
    if (ec) return;
    signals.clear();
    then();
  });
}

Task<void> note_status(Task<Status> task, Status* status) { *status = co_await std::move(task); }

Status run_task(Workshop& shop, Task<Status> task) {
  Status status = Status::unreachable;
  async::spawn(shop.loop, shop.tasks, "client command", note_status(std::move(task), &status),
               nullptr, [&shop] { shop.loop.stop(); });
  shop.loop.run();
  return status;
}

Status run_command(Workshop& shop, client::Target const& target, client::Command command,
                   client::Console const& console, std::vector<std::string> roots,
                   std::string const& version) {
  auto const input = client::LineInput::of_terminal(shop.loop);
  client::Questions questions(console, input.get(), std::move(roots));
  client::Session session(shop.loop, shop.links, target, questions, console, version, {});
  boost::asio::signal_set signals(shop.loop.context());
  on_interrupt(signals, [&] {
    if (input) input->interrupt();
    session.interrupt();
  });
  return run_task(shop, client::run(session, std::move(command), console));
}

Status run_doctor(Workshop& shop, client::Target const& target, client::Console const& console,
                  std::string const& version) {
  std::optional<client::Startable> startable;
  if (!target.server.command.empty())
    startable.emplace(
        client::Startable{shop.spawner, command_of(target.server, inherited_environment(environ))});
  return run_task(
      shop, client::examine(shop.loop, shop.links, target, std::move(startable), console, version));
}

}  // namespace

int client_command(int argc, char const* const* argv, std::string const& version) {
  auto const order = read_client_order(argc, argv);
  if (!order) return order.error();
  auto console = client::standard_console();
  console.json = order->json;
  console.verbose = order->verbose;
  try {
    Workshop shop;
    auto const status = order->doctor ? run_doctor(shop, order->target, console, version)
                                      : run_command(shop, order->target, order->command, console,
                                                    order->roots, version);
    return static_cast<int>(status);
  } catch (std::exception const& error) {
    std::fprintf(stderr, "rampart %s: %s\n", argv[1], error.what());
    return static_cast<int>(Status::unreachable);
  }
}

}  // namespace rampart::runtime
