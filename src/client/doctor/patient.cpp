#include "client/doctor/patient.hpp"

#include <dirent.h>
#include <poll.h>
#include <signal.h>

#include <algorithm>
#include <cctype>
#include <fstream>
#include <sstream>

#include "upstream/message.hpp"

namespace rampart::client {
namespace {

constexpr std::size_t write_queue_bytes = 1 << 20;
constexpr std::size_t error_line_bytes = 16 << 10;
constexpr std::chrono::milliseconds look_interval{50};

}  // namespace

Result<std::unique_ptr<Patient>> Patient::start(async::Loop& loop, process::Spawner& spawner,
                                                process::Command const& command) {
  auto spawned = spawner.spawn(command);
  if (!spawned) return Failure(spawned.error());
  return std::unique_ptr<Patient>(new Patient(loop, spawner, std::move(*spawned)));
}

Patient::Patient(async::Loop& loop, process::Spawner& spawner, process::Spawned spawned)
    : loop_(loop),
      spawner_(spawner),
      pid_(spawned.pid),
      handle_(loop.context(), spawned.handle.release()),
      changed_(loop) {
  using process::LineSplitter;
  input_ = std::make_shared<process::LineWriter>(loop, std::move(spawned.input), write_queue_bytes,
                                                 [] {});
  auto const on_line = [this](LineSplitter::Line line) {
    auto const message = upstream::read_message(line.text);
    if (!message || message->kind != upstream::Message::Kind::response) return;
    answers_.push_back(upstream::integer_of(message->id).value_or(0));
    changed_.notify_all();
  };
  output_ = std::make_shared<process::LineReader>(
      loop, std::move(spawned.output), LineSplitter(max_line_bytes, LineSplitter::Overlong::skip),
      on_line, [] {});
  error_output_ = std::make_shared<process::LineReader>(
      loop, std::move(spawned.error_output),
      LineSplitter(error_line_bytes, LineSplitter::Overlong::cut), [](LineSplitter::Line) {},
      [] {});
  output_->start();
  error_output_->start();
  wait_for_end();
}

// The reactor may report what it heard of another descriptor that had the same number before.
void Patient::wait_for_end() {
  auto const readable = [this, alive = std::weak_ptr(alive_)](boost::system::error_code ec) {
    if (ec || alive.expired()) return;
    pollfd asked{handle_.native_handle(), POLLIN, 0};
    ended_ = ::poll(&asked, 1, 0) == 1;
    if (!ended_) return wait_for_end();
    changed_.notify_all();
  };
  handle_.async_wait(process::LoopDescriptor::wait_read, readable);
}

Patient::~Patient() {
  if (!collected_) spawner_.bury(pid_);
  input_->close();
  output_->close();
  error_output_->close();
  boost::system::error_code ignored;
  handle_.close(ignored);
}

Task<bool> Patient::answered(std::int64_t id, base::Steady::time_point until) {
  auto const came = [this, id] { return std::ranges::count(answers_, id) > 0; };
  while (!came() && !ended_ && loop_.now() < until) co_await changed_.wait(until);
  co_return came();
}

void Patient::end_input() {
  remember_descendants();
  input_->end();
}

void Patient::terminate() {
  remember_descendants();
  if (!ended_) ::kill(-pid_, SIGTERM);
}

Task<bool> Patient::ended(base::Steady::time_point until) {
  while (!ended_ && loop_.now() < until) co_await changed_.wait(until);
  co_return ended_;
}

// What is read of a process that ends meanwhile is left out.
std::vector<Patient::Process> Patient::processes() {
  std::vector<Process> out;
  std::unique_ptr<DIR, int (*)(DIR*)> const folder(::opendir("/proc"), &::closedir);
  while (dirent const* entry = folder ? ::readdir(folder.get()) : nullptr) {
    if (!std::isdigit(static_cast<unsigned char>(entry->d_name[0]))) continue;
    std::ifstream file(std::string("/proc/") + entry->d_name + "/stat");
    std::string line;
    std::getline(file, line);
    // The name is in brackets, and may hold anything.
    auto const open = line.find('('), close = line.rfind(')');
    if (close == std::string::npos) continue;
    Process process;
    process.pid = std::atoi(entry->d_name);
    process.name = line.substr(open + 1, close - open - 1);
    std::istringstream rest(line.substr(close + 1));
    rest >> process.state >> process.parent >> process.group;
    // proc(5): starttime is the 22nd field, group the 5th.
    std::string skipped;
    for (int field = 6; field < 22; ++field) rest >> skipped;
    rest >> process.started;
    out.push_back(std::move(process));
  }
  return out;
}

void Patient::remember_descendants() {
  auto const all = processes();
  std::vector<pid_t> tree{pid_};
  for (std::size_t i = 0; i < tree.size(); ++i)
    for (auto const& process : all)
      if (process.parent == tree[i] && std::ranges::count(tree, process.pid) == 0) {
        tree.push_back(process.pid);
        descendants_.push_back(process);
      }
}

std::vector<Patient::Process> Patient::survivors() const {
  auto all = processes();
  std::erase_if(all, [this](Process const& process) {
    bool const dead = process.state == 'Z' || process.state == 'X';
    bool const known = std::ranges::any_of(descendants_, [&](Process const& before) {
      return before.pid == process.pid && before.started == process.started;
    });
    return dead || process.pid == pid_ || (process.group != pid_ && !known);
  });
  return all;
}

Task<std::vector<std::string>> Patient::left_behind(base::Steady::time_point until) {
  auto left = survivors();
  while (!left.empty() && loop_.now() < until) {
    co_await changed_.wait(loop_.now() + look_interval);
    left = survivors();
  }
  std::vector<std::string> names;
  for (auto const& process : left) names.push_back(process.name);
  co_return names;
}

process::Exit Patient::collect() {
  for (auto const& process : survivors())
    if (process.group != pid_) ::kill(process.pid, SIGKILL);
  collected_ = true;
  if (!ended_) ::kill(-pid_, SIGKILL);
  return spawner_.collect(pid_);
}

}  // namespace rampart::client
