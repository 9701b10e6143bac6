#!/usr/bin/env python3
"""Compiles each public header alone and looks at what it reaches.

There are at most 15, not counting rampart/detail; none reaches Beast, OpenSSL, simdjson or spdlog, and only json_value.hpp
reaches Boost.JSON, because authors pay for them in every file. A private header with no .cpp of its
name is compiled alone too (the others are the first include of theirs; check_style.py sees to it).
Usage: check_headers.py [ROOT [COMPILER [FLAGS...]]]
"""
import re
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

MOST_PUBLIC = 15
FLAGS = ["-std=c++20", "-fsyntax-only", "-Wall", "-Wextra", "-Wpedantic", "-Werror",
         "-DBOOST_ASIO_NO_DEPRECATED", "-DBOOST_ASIO_SEPARATE_COMPILATION", "-DBOOST_BEAST_SEPARATE_COMPILATION"]
# What a public header may not reach, with the public headers that may.
HEAVY = {
    "Beast": (r"/boost/beast", ()), "OpenSSL": (r"/openssl/", ()), "simdjson": (r"/simdjson", ()),
    "spdlog": (r"/spdlog/", ()), "yaml-cpp": (r"/yaml-cpp/", ()), "prometheus-cpp": (r"/prometheus/", ()),
    "Boost.JSON": (r"/boost/json", ("json_value.hpp",)),
}


def compile_alone(root, compiler, flags, header):
    """(messages, the files it reached)"""
    source = f'#include "{header}"\n#include "{header}"\n'
    with tempfile.TemporaryDirectory() as folder:
        reached = Path(folder) / "reached.d"
        done = subprocess.run([*compiler, *FLAGS, *flags, f"-I{root / 'include'}", f"-I{root / 'src'}",
                               "-x", "c++", "-MD", "-MF", reached, "-MT", "x", "-"],
                              input=source, capture_output=True, text=True, check=False)
        if done.returncode:
            return done.stderr, []
        return "", reached.read_text().replace("\\\n", " ").split()


def check(root, compiler, flags):
    public = sorted((root / "include" / "rampart").rglob("*.hpp"))
    private = [header for header in sorted((root / "src").rglob("*.hpp"))
               if not header.with_suffix(".cpp").exists()]
    contract = [header for header in public if header.parent.name != "detail"]
    if len(contract) > MOST_PUBLIC:
        yield f"include/rampart: {len(contract)} public headers; {MOST_PUBLIC} is the limit"
    with ThreadPoolExecutor(2) as pool:
        results = pool.map(lambda header: compile_alone(root, compiler, flags, header), public + private)
        for header, (messages, reached) in zip(public + private, results):
            name = header.relative_to(root)
            if messages:
                yield f"{name} does not compile alone:\n{messages.rstrip()}"
            for library, (pattern, allowed) in HEAVY.items() if header in public else ():
                hit = next((path for path in reached if re.search(pattern, path)), None)
                if hit and header.name not in allowed:
                    yield f"{name} reaches {library} ({hit})"


if __name__ == "__main__":
    base = Path(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).parents[1]).resolve()
    found = list(check(base, sys.argv[2:3] or ["clang++-19"], sys.argv[3:]))
    for line in found:
        print(line)
    sys.exit(1 if found else 0)
