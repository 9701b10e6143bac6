// How children are started, and what is said when they cannot be.
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <algorithm>
#include <csignal>
#include <filesystem>

#include "harness.hpp"

namespace rampart::process::test {
namespace {
namespace fs = std::filesystem;

struct Start : Processes {
  Start() {
    std::string name = fs::temp_directory_path() / "rampart-start-XXXXXX";
    folder = ::mkdtemp(name.data());
  }
  ~Start() override { fs::remove_all(folder); }
  std::string file(std::string const& name, std::string const& text, ::mode_t mode) {
    auto const path = folder / name;
    std::ofstream(path) << text;
    ::chmod(path.c_str(), mode);
    return path;
  }
  Command plain(std::vector<std::string> argv) {
    Command command;
    command.argv = std::move(argv);
    command.environment["PATH"] = folder.string() + ":/usr/bin:/bin";
    return command;
  }
  std::vector<std::string> output(Command const& command) {
    auto const child = start(command);
    EXPECT_TRUE(child && until_exit());
    return events.lines;
  }
  fs::path folder;
};

using Lines = std::vector<std::string>;

TEST_F(Start, FindsTheCommandInThePathOfItsOwnEnvironment) {
  file("only-here", "#!/bin/sh\necho found\n", 0755);
  EXPECT_EQ(output(plain({"only-here"})), Lines{"found"});
}

TEST_F(Start, PassesArgumentsAsTheyAreWithoutAShell) {
  EXPECT_EQ(output(plain({"printf", "%s\n", "$HOME", "a b", "*", ""})),
            (Lines{"$HOME", "a b", "*"}));
}

TEST_F(Start, GivesTheEnvironmentAndNothingElse) {
  auto command = plain({"env"});
  command.environment["ONE"] = "1=1";
  EXPECT_EQ(output(command), (Lines{"ONE=1=1", "PATH=" + command.environment["PATH"]}));
}

TEST_F(Start, RunsInItsDirectoryAndSeesRelativePathsFromThere) {
  file("here", "#!/bin/sh\npwd\n", 0755);
  auto command = plain({"./here"});
  command.directory = folder;
  EXPECT_EQ(output(command), Lines{folder});
}

TEST_F(Start, LowersPriorityAndOpenFiles) {
  auto command = plain({"sh", "-c", "nice; ulimit -Sn; ulimit -Hn"});
  command.nice = 5;
  command.max_open_files = 77;
  auto const ours = ::getpriority(PRIO_PROCESS, 0);
  EXPECT_EQ(output(command), (Lines{std::to_string(std::min(ours + 5, 19)), "77", "77"}));
}

TEST_F(Start, LeavesOnlyTheThreePipesOpen) {
  int const leaky = ::dup2(STDOUT_FILENO, 57);  // not close-on-exec, as Asio's sockets
  auto const seen = output(plain({"ls", "/proc/self/fd"}));
  ::close(leaky);
  EXPECT_EQ(seen, (Lines{"0", "1", "2", "3"}));  // 3 is the folder that ls looks at
}

TEST_F(Start, RestoresSignalsAndMakesAGroup) {
  sigset_t usr1, before;
  ::sigemptyset(&usr1);
  ::sigaddset(&usr1, SIGUSR1);
  ::pthread_sigmask(SIG_BLOCK, &usr1, &before);
  auto const child = start(plain({"sh", "-c", "cat /proc/self/status; echo end; cat"}));
  ASSERT_TRUE(until([this] { return !events.lines.empty() && events.lines.back() == "end"; }));
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  for (std::string const kind : {"SigBlk", "SigIgn", "SigCgt"})
    EXPECT_EQ(std::count(events.lines.begin(), events.lines.end(), kind + ":\t0000000000000000"), 1)
        << kind;
  EXPECT_EQ(::getpgid(child->pid()), child->pid());
}

TEST_F(Start, SaysThatACommandDoesNotExistAndWhereItWasSought) {
  auto const error = refusal(plain({"no-such-command"}));
  EXPECT_EQ(error.code, Errc::unavailable);
  EXPECT_EQ(error.message, "cannot run no-such-command: there is no such command");
  EXPECT_EQ(error.detail, "looked in PATH " + folder.string() +
                              ":/usr/bin:/bin; install it, or give its full path");
  EXPECT_EQ(refusal(plain({"/no/such/file"})).message,
            "cannot run /no/such/file: there is no such file");
}

TEST_F(Start, SaysThatAFileIsNotExecutable) {
  auto const path = file("my-script", "#!/bin/sh\n", 0644);
  for (auto const& name : {std::string("my-script"), path}) {
    auto const error = refusal(plain({name}));
    EXPECT_EQ(error.message, "cannot run " + name + ": it is not an executable file");
    EXPECT_EQ(error.detail, "chmod +x " + path);
  }
  EXPECT_EQ(refusal(plain({folder})).message,
            "cannot run " + folder.string() + ": it is not an executable file");
}

TEST_F(Start, PrefersAnExecutableFileLaterInThePath) {
  file("printf", "not this one", 0644);
  EXPECT_EQ(output(plain({"printf", "found\n"})), Lines{"found"});
}

TEST_F(Start, SaysThatTheDirectoryIsMissingOrNone) {
  auto command = plain({"true"});
  command.directory = folder / "missing";
  auto const error = refusal(command);
  EXPECT_EQ(error.message, "cannot run true: its working directory does not exist");
  EXPECT_EQ(error.detail, command.directory + ": create it, or correct the path");
  command.directory = file("plain", "", 0644);
  EXPECT_EQ(refusal(command).message,
            "cannot run true: its working directory cannot be entered: Not a directory");
}

TEST_F(Start, SaysWhatTheKernelHadAgainstTheProgram) {
  file("orphan", "#!/no/such/interpreter\n", 0755);
  EXPECT_EQ(refusal(plain({"orphan"})).message,
            "cannot run orphan: its interpreter does not exist");
  file("text", "just text\n", 0755);
  EXPECT_EQ(refusal(plain({"text"})).message,
            "cannot run text: it is neither a program of this machine nor a script");
  EXPECT_EQ(refusal(plain({"true", std::string(4 << 20, 'x')})).message,
            "cannot run true: its arguments and environment are too long");
}

TEST_F(Start, RefusesWhatACStringCannotSay) {
  using namespace std::string_literals;
  EXPECT_EQ(refusal(Command()).message, "cannot run a command without a name");
  EXPECT_EQ(refusal(plain({"true", "a\0b"s})).message,
            "cannot run true: an argument contains a NUL character");
  auto command = plain({"true"});
  command.environment["A=B"] = "1";
  EXPECT_EQ(refusal(command).message,
            "cannot run true: an environment variable cannot be passed on");
}

TEST_F(Start, LeavesNothingBehindWhenItFails) {
  file("text", "just text\n", 0755);
  auto const open_files = [] {
    return std::distance(fs::directory_iterator("/proc/self/fd"), fs::directory_iterator());
  };
  auto const before = open_files();
  for (int i = 0; i < 20; ++i) refusal(plain({"text"}));
  EXPECT_EQ(open_files(), before);
  siginfo_t info{};
  ASSERT_EQ(::waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT), 0);
  EXPECT_EQ(info.si_pid, 0) << "a zombie";
}

}  // namespace
}  // namespace rampart::process::test
