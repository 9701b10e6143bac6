#!/usr/bin/env python3
"""House rules that a look at the text can hold: sizes, and what stands only in named places.

Findings fail; warnings are printed and do not. A rule yields to a line that ends in
`// style: REASON`. Usage: check_style.py [ROOT]
"""
import re
import sys
from pathlib import Path

FILE_WARN, FILE_LIMIT = 300, 500          # lines of a C++ file
FUNCTION_WARN, FUNCTION_LIMIT = 60, 100   # lines of a function's body
FOLDERS = ("src", "include", "apps", "examples", "tests", "bench")

# (what a line must not match, where the rule holds, where it does not, what to say)
RULES = [
    (r"\bsleep_(for|until)\b|(?<![\w.])u?sleep\s*\(", r"^tests/", r"^tests/checks/",
     "a test waits for an event or turns a fake clock, it never sleeps"),
    (r"\bDISABLED_\w|\bGTEST_SKIP\b", r"^tests/", r"^$", "a test is run or removed, not skipped"),
    (r"\basio::detached\b|\bco_spawn\s*\(", r"^(src|include|apps|examples)/", r"^src/async/spawn\.cpp$",
     "coroutines start only through async::spawn"),
    (r"\bstd::(cout|cerr|clog)\b|(?<![\w.:])(std::)?(printf|puts|fprintf|perror)\s*\(", r"^(src|include)/",
     r"^src/(base/log|transport/stdio|runtime/(cli|run\.cpp|last_words|\w+_command))",
     "only the log, stdio transport and command line write to the terminal"),
    (r"awaitable_operators", r"^(src|include|apps|examples)/", r"^$",
     "awaitable_operators cost a timer and a task per call; use a Deadline"),
    (r"#\s*include\s*<boost/(asio|beast|json/src)\.hpp>", r"", r"third_party\.cpp$",
     "include the narrow header; the wide one costs seconds in every file"),
    (r"::now\s*\(\)", r"^src/(base|json|protocol|policy|crypto|server)/", r"^src/base/(clock|log|batch_log)",
     "time comes from the Clock, so that tests can turn it"),
    (r"\busing namespace (?!std::(chrono_)?(string_view_)?literals|std::chrono_literals|testing)",
     r"\.hpp$", r"^tests/", "a header opens no namespace for its readers"),
]
# These hold for every text file, comments and strings too.
TEXT_RULES = [
    (r"(?<![\w.$}])/(work|farm|home/\w+|root|tmp)/(?!\$)\w", r"", r"^tests/(fuzz/corpus|checks)/",
     "a path of one machine; users do not have it"),
    (r"\b(TODO|FIXME|XXX)\b(?!\((#\d+|[\w./-]+\.md)\))", r"", r"\.md$|^tools/check_style\.py$|^tests/checks/",
     "a TODO names where it is tracked: TODO(docs/rough_edges.md)"),
]
TEXT_SUFFIXES = {".cpp", ".hpp", ".py", ".sh", ".md", ".mjs", ".cmake", ".txt", ".json", ".yaml", ""}
EXEMPT = re.compile(r"//\s*style:\s*\S")


def blank(text):
    """The text without comments and literals, every line still in its place."""
    keep = lambda match: '""' + "\n" * match[0].count("\n") if match[0][0] in "R\"" else "\n" * match[0].count("\n")
    pattern = r'R"(?P<tag>[^\s()\\]{0,16})\(.*?\)(?P=tag)"|"(?:\\.|[^"\\\n])*"|//[^\n]*|/\*.*?\*/'
    return re.sub(pattern, keep, text, flags=re.S)


def apply(rules, path, lines, raw):
    for pattern, where, but_not, words in rules:
        if not re.search(where, path) or re.search(but_not, path):
            continue
        for number, line in enumerate(lines, 1):
            if re.search(pattern, line) and not EXEMPT.search(raw[number - 1]):
                yield f"{path}:{number}: {words}"


def functions(lines):
    """(first line, length) of what looks like a function's body: a block opened after `)` and closed
    by a brace in the same column. clang-format makes the columns meaningful."""
    opened = []
    for number, line in enumerate(lines, 1):
        body = line.rstrip()
        indent = len(body) - len(body.lstrip())
        if body.endswith("{") and ")" in body and not re.match(r"\s*(if|for|while|switch|else|\}|do|try)\b", body):
            opened.append((indent, number))
        elif re.match(r"\s*\}", body):
            while opened and opened[-1][0] > indent:
                opened.pop()
            if opened and opened[-1][0] == indent:
                start = opened.pop()[1]
                yield start, number - start


def check_sizes(path, lines):
    """Yields (is_failure, words)."""
    if len(lines) > FILE_WARN:
        limit = f"{FILE_LIMIT} is the limit" if len(lines) > FILE_LIMIT else f"look again at {FILE_WARN}"
        yield len(lines) > FILE_LIMIT, f"{path}: {len(lines)} lines; {limit}"
    for start, length in functions(lines):
        if length > FUNCTION_WARN and not (path.startswith("tests/") and length <= FUNCTION_LIMIT):
            yield length > FUNCTION_LIMIT, f"{path}:{start}: a function of {length} lines"


def check_cpp(path, text, has_header):
    raw, lines = text.split("\n"), blank(text).split("\n")
    for words in apply(RULES, path, lines, raw):
        yield True, words
    yield from check_sizes(path, raw[:-1] if raw[-1] == "" else raw)
    if path.endswith(".hpp") and "#pragma once" not in text:
        yield True, f"{path}: no #pragma once"
    first = re.search(r"^#include [<\"]([^>\"]+)", text, re.M)
    own_first = first and Path(first[1]).stem == Path(path).stem
    if has_header and not own_first:
        yield True, f"{path}: its own header is its first include, so that the header compiles alone"
    elif not own_first and not text.startswith("//") and not path.startswith("tests/unit/"):
        yield True, f"{path}:1: the first line is a comment that says what the file is for"


def files(root):
    """All files of the tree, without build products."""
    for file in sorted(root.rglob("*")):
        parts = file.relative_to(root).parts
        if file.is_file() and parts[0] not in ("build", ".git", ".cache") and not {
                "node_modules", "__pycache__"} & set(parts):
            yield file


def check(root):
    for file in files(root):
        path = str(file.relative_to(root))
        if file.suffix not in TEXT_SUFFIXES or path.endswith("package-lock.json"):
            continue
        try:
            text = file.read_text()
        except UnicodeDecodeError:
            continue
        lines = text.split("\n")
        for words in apply(TEXT_RULES, path, lines, lines):
            yield True, words
        if file.suffix in (".cpp", ".hpp") and path.split("/")[0] in FOLDERS:
            header = file.suffix == ".cpp" and file.with_suffix(".hpp").exists()
            yield from check_cpp(path, text, has_header=header)


if __name__ == "__main__":
    failed = 0
    for is_failure, words in check(Path(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).parents[1]).resolve()):
        print(words if is_failure else f"(look) {words}")
        failed += is_failure
    sys.exit(1 if failed else 0)
