#!/usr/bin/env python3
"""The README's program, built by a stranger: installs the package, builds the program with find_package(rampart)
and talks to it over stdio.

Usage: package_test.py BUILD_FOLDER CXX_COMPILER
"""
import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MODERN = {"io.modelcontextprotocol/protocolVersion": "2026-07-28", "io.modelcontextprotocol/clientCapabilities": {}}


def block(language):
    """The first fenced block of the README in this language."""
    return re.search(rf"```{language}\n(.*?)```", (ROOT / "README.md").read_text(), re.S).group(1)


def run(*command, **options):
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, timeout=600, **options)
    if done.returncode != 0:
        sys.exit(f"{command[0]} failed:\n{done.stdout}{done.stderr}")
    return done.stdout


def call(binary, days):
    request = {"jsonrpc": "2.0", "id": 1, "method": "tools/call",
               "params": {"name": "forecast", "arguments": {"city": "Oslo", "days": days}, "_meta": MODERN}}
    return json.loads(run(binary, "--stdio", input=json.dumps(request) + "\n"))["result"]


def main(build, compiler):
    with tempfile.TemporaryDirectory() as folder:
        prefix, source, out = (Path(folder) / name for name in ("prefix", "source", "out"))
        source.mkdir()
        run("cmake", "--install", build, "--prefix", prefix)
        (source / "main.cpp").write_text(block("cpp"))
        (source / "CMakeLists.txt").write_text(
            "cmake_minimum_required(VERSION 3.25)\nproject(weather CXX)\nadd_executable(weather main.cpp)\n" + block("cmake"))
        run("cmake", "-G", "Ninja", "-S", source, "-B", out, f"-DCMAKE_PREFIX_PATH={prefix}", f"-DCMAKE_CXX_COMPILER={compiler}")
        run("cmake", "--build", out)
        result = call(out / "weather", 3)
        assert result["content"][0]["text"] == "Oslo: sun for 3 days", result
        refused = call(out / "weather", 9)
        assert refused["isError"] and "days" in refused["content"][0]["text"], refused
        lint = prefix / "bin" / "rampart-lint"
        assert lint.exists(), "rampart-lint is not installed"
    print("the installed package builds and runs the README's program")


main(*sys.argv[1:])
