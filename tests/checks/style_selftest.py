"""check_style.py finds each kind of breach, and nothing in a clean tree."""
import unittest

from support import TreeTest


def cpp(*lines):
    return "\n".join(("// What this file is for.", *lines, ""))


class Style(TreeTest):
    tool = "check_style.py"
    tree = {
        "src/base/clock.hpp": "// The clock.\n#pragma once\n",
        "src/base/clock.cpp": '#include "base/clock.hpp"\n',
        "src/base/log.cpp": cpp('std::fprintf(stderr, "x");', "auto t = Clock::now();"),
        "src/async/spawn.cpp": cpp("co_spawn(loop, task, asio::detached);"),
        "tests/unit/base/clock.cpp": cpp('// never sleep_for(1)', 'auto text = "sleep_for(1s)";'),
        "README.md": "Run it in $TMPDIR/x or $(mktemp -d); see https://example.org/{}/x.\n".format("root"),
    }

    def test_a_clean_tree_has_no_findings(self):
        self.assertEqual(self.findings({}), "")

    def test_each_rule_finds_its_breach(self):
        for path, line, words in [
            ("tests/unit/a.cpp", "std::this_thread::sleep_for(1s);", "never sleeps"),
            ("tests/unit/a.cpp", "TEST(Name, DISABLED_Case) {}", "not skipped"),
            ("src/http/a.cpp", "f(asio::detached);", "only through async::spawn"),
            ("src/async/a.cpp", "co_spawn(x, y);", "only through async::spawn"),
            ("src/server/a.cpp", 'std::cerr << "x";', "write to the terminal"),
            ("src/server/a.cpp", 'std::printf("x");', "write to the terminal"),
            ("src/http/a.cpp", "using namespace asio::experimental::awaitable_operators;", "use a Deadline"),
            ("src/http/a.cpp", "#include <boost/asio.hpp>", "the narrow header"),
            ("src/policy/a.cpp", "auto t = std::chrono::steady_clock::now();", "time comes from the Clock"),
            ("src/policy/a.cpp", "// TODO: later", "names where it is tracked"),
            ("src/policy/a.cpp", '// see /home/me/x', "a path of one machine"),
        ]:
            with self.subTest(line=line):
                self.assert_found({path: cpp(line)}, words)

    def test_what_only_looks_like_a_breach_is_left_alone(self):
        for path, line in [
            ("src/server/a.cpp", "std::snprintf(buffer, sizeof buffer, format);"),
            ("src/server/a.cpp", "int n = fmt::print_to(x);"),
            ("src/policy/a.cpp", "// TODO(docs/rough_edges.md): later"),
            ("src/policy/a.cpp", "auto t = clock.now();"),
            ("src/policy/a.cpp", "auto t = Clock::now();  // style: start-up, no clock exists yet"),
        ]:
            with self.subTest(line=line):
                self.assertEqual(self.findings({path: cpp(line)}), "")

    def test_a_long_file_warns_and_a_very_long_one_fails(self):
        def lines(count):
            return {"src/base/a.cpp": cpp(*["int x;"] * (count - 1))}
        self.assertEqual(self.findings(lines(300)), "")
        self.assert_failure_count(lines(301), 0)
        self.assert_failure_count(lines(500), 0)
        self.assert_failure_count(lines(501), 1)

    def test_a_long_function_warns_and_a_very_long_one_fails(self):
        def function(count):
            return {"src/base/a.cpp": cpp("int f() {", *["  g();"] * (count - 1), "}")}
        self.assertEqual(self.findings(function(60)), "")
        self.assert_failure_count(function(61), 0)
        self.assert_failure_count(function(101), 1)

    def test_a_header_is_guarded_and_says_what_it_is_for(self):
        self.assert_found({"src/base/a.hpp": "// A.\n"}, "no #pragma once")
        self.assert_found({"src/base/a.hpp": "#pragma once\n"}, "says what the file is for")

    def test_a_source_includes_its_own_header_first(self):
        self.assert_found({"src/base/clock.cpp": '#include <string>\n#include "base/clock.hpp"\n'}, "its own header")

    def assert_failure_count(self, changes, expected):
        status, found = self.run_tool(changes)
        self.assertEqual(len(found.splitlines()), 1, found)
        self.assertEqual(status, expected)
        self.assertEqual(found.startswith("(look)"), expected == 0)


if __name__ == "__main__":
    unittest.main()
