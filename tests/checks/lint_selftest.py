"""rampart-lint finds every shape that g++ 12 was seen to miscompile, and leaves the allowed ones alone."""
import unittest

from support import TreeTest

# Each is a function body; all but those marked * were seen to fail under g++ 12.2 with ASan, or not to compile.
BAD = {
    "x = co_await f(Agg{s, 1});": "brace-built",
    "co_await f(Agg{});": "brace-built",
    "co_await f({});": "brace-built",
    "co_await f(s, {1, 2});": "brace-built",
    "auto x = co_await g(h(Agg{s}));": "brace-built",
    "co_await f([s] { return s.size(); });": "captures by value",
    "co_await f([=] { return s.size(); });": "captures by value",
    "co_await f([&, t = s] { return t; });": "captures by value",
    "co_await f([s]() -> Task<void> { co_return; }, token);": "captures by value",
    "co_await f(c ? s : std::string(9, 'x'));": "?:",
    "if (!co_await take(r)) co_return fail();": "in a condition",
    "if (auto x = co_await f(); x) g();": "in a condition",
    "while (co_await next(r)) g();": "in a condition",
    "for (auto& x : co_await list(r)) g(x);": "in a condition",
    "switch (co_await f(r)) { default: g(); }": "in a condition",
    "auto x = c ? a : co_await f(r);": "conditional operator",
    "auto x = co_await f(r) ? a : b;": "conditional operator",
    "auto x = c && co_await f(r);": "&&",
    "auto x = co_await f(r) || d;": "&&",
    "co_return Forecast{co_await f(r), 3};": "in braces",
    "Agg a{co_await f(r), 1};": "in braces",
    "std::vector v = {co_await f(r), x};": "in braces",
    "throw Error(co_await f(r));": "larger expression",
    "throw co_await f(r);": "in a throw",
    "g(co_await f(r));": "larger expression",                          # *
    "auto x = 1 + co_await f(r);": "larger expression",                # *
    "auto x = co_await f(r) + 1;": "larger expression",                # *
    "auto x = co_await f(r) < g(r);": "larger expression",             # *
    "auto x = !co_await f(r);": "larger expression",                   # *
    "auto x = (co_await f(r)).size();": "larger expression",           # *
    "a = b = co_await f(r);": "larger expression",                     # *
    "auto x = co_await f(co_await g(r));": "larger expression",        # *
    "int a = co_await f(r), b = co_await g(r);": "twice",              # *
    "co_await task;": "not a call",                                    # *
    "co_await Awaitable{};": "brace-built",                            # *
    "if (a) { co_await f(Agg{s}); }": "brace-built",
    "auto body = [&]() -> Task<void> { co_await f(Agg{s}); };": "brace-built",
}

GOOD = [
    "co_await f(args);",
    "x = co_await f(args);",
    "auto x = co_await f<A, B>(args);",
    "std::map<int, std::string> x = co_await a.b->f(args, g(1), \"{?}\");",
    "auto&& x = co_await f(args);",
    "auto [a, b] = co_await f(args);",
    "items[i + 1].x = co_await f(args);",
    "(void)co_await f(args);",
    "co_return co_await f(args);",
    "Agg named{s, 1}; co_await f(std::move(named));",
    "auto ex = co_await asio::this_coro::executor;",
    "co_await boost::asio::this_coro::reset_cancellation_state();",
    "if (a) co_await f(b);",
    "if (a && b) { co_await f(c); } else co_await g(c);",
    "for (auto& x : {1, 2}) co_await f(x);",
    "while (more) { x = co_await f(b); if (!x) co_return fail(x); }",
    "switch (a) { case 1: co_await f(b); break; default: co_await g(b); }",
    "do co_await f(b); while (c);",
    "try { co_await f(b); } catch (E const&) { failed = true; }",
    "co_await f([&] { return Agg{s}.n ? 1 : 2; });",
    "co_await f([&s, this](int n) mutable { g(n); }, asio::use_awaitable);",
    "co_await f(a[i], b[0](c));",
    "int x = Agg{s, 1}.n; co_await f(x);",
    "bool c = a ? b : d; co_await f(c);",
    "co_await f(a).g(b);",
    "// if (co_await f(r)) g();\n",
    "log(\"co_await f(Agg{})\");",
    "auto body = [&]() -> Task<void> { co_await f(s); };",
    "[[maybe_unused]] auto x = co_await f(s);",
]


def in_functions(bodies):
    """A file for each body."""
    return {f"{number}.cpp": f"Task<void> t() {{\n  {body}\n}}\n" for number, body in enumerate(bodies)}


class Lint(TreeTest):
    tool = "rampart-lint"

    def test_every_bad_shape_is_found_once_and_named(self):
        found = self.findings(in_functions(BAD))
        for number, (body, words) in enumerate(BAD.items()):
            with self.subTest(body=body):
                lines = [line for line in found.splitlines() if f"/{number}.cpp:" in line]
                self.assertEqual(len(lines), 1, lines)
                self.assertIn(words, lines[0])

    def test_every_allowed_shape_is_left_alone(self):
        self.assertEqual(self.findings(in_functions(GOOD)), "")

    def test_the_line_of_the_co_await_is_given(self):
        self.assert_found({"a.cpp": "Task<void> t() {\n  R\"({;)\";\n  auto c = '\"';\n\n  g(co_await f());\n}\n"},
                          "a.cpp:5:")

    def test_a_macro_cannot_hide_one(self):
        self.assert_found({"a.hpp": "#define TRY(x) \\\n  co_await x\n"}, "in a macro")

    def test_brace_built_default_arguments_of_coroutines_are_found(self):
        self.assert_found({"a.hpp": "Task<Result<int>> f(int a, Options o = {});\n"}, "default argument")
        self.assert_found({"a.hpp": "asio::awaitable<void> A::f(Options o = ns::Options{1});\n"}, "default argument")
        self.assertEqual(self.findings({"a.hpp": "int f(Options o = {});\nTask<int> g(int a = 3);\n"}), "")


if __name__ == "__main__":
    unittest.main()
