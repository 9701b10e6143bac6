"""Runs one cell of docs/clients.md: an official client, an era, a transport and a feature."""
import contextlib
import functools
import json
import os
import re
import subprocess
import threading
from pathlib import Path

from .process import FIXTURE, HttpServer, environment

ROOT = Path(__file__).resolve().parents[3]
LINKED = ("--preserve-symlinks", "--preserve-symlinks-main")  # the packages stand beside the links
DRIVERS = ROOT / "build" / "peers" / "drivers"
MODERN = ("2026-07-28",)
LEGACY = ("2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05")
# The first revision that has a feature, where not all have it; the only one, for resume.
SINCE = {"elicitation": "2025-06-18"}
ONLY = {"resume": ("2025-11-25",)}


def cells():
    """(client, version, transport, feature) of every ● in the matrix of docs/clients.md."""
    header, *rows = re.findall(r"^\|(.+)\|$", (ROOT / "docs" / "clients.md").read_text(), re.M)
    columns = [cell.strip().split() for cell in header.split("|")[1:]]
    for row in rows[1:]:
        feature, *marks = [cell.strip() for cell in row.split("|")]
        for (client, *era, transport), mark in zip(columns, marks):
            if not mark.startswith("●"):
                continue
            for version in MODERN if era == ["modern"] else LEGACY:
                own = version == "2024-11-05"  # which has another HTTP transport
                without = (transport == "http" and own) or (transport == "sse" and not own)
                if not without and version >= SINCE.get(feature, "") and version in ONLY.get(feature, (version,)):
                    yield client, version, transport, feature


@functools.cache
def node():
    return subprocess.run([ROOT / "script" / "node"], capture_output=True, text=True, check=True).stdout.strip()


PATHS = {"http": "/mcp", "sse": "/sse"}


def run_cell(client, version, transport, feature, port=None, key=None, tool=None, arguments=None):
    """The driver's line: {'ok': ..., ...}. Over HTTP against `port`, with `key` as its bearer key; over stdio against a
    fixture of its own. `tool` and `arguments`: others than the feature's."""
    where = ["--tool", tool, "--arguments", json.dumps(arguments)] if tool else []
    where += (["--stdio", str(FIXTURE), "--stdio"] if transport == "stdio"
              else ["--url", f"http://localhost:{port}{PATHS[transport]}"])
    # The fixture on stdio inherits the driver's environment, and refuses RAMPART_ names that it does not know.
    env = {name: value for name, value in os.environ.items() if not name.startswith("RAMPART_")}
    if key:
        env["BEARER"] = key
    done = subprocess.run([node(), *LINKED, DRIVERS / f"{client}.mjs", feature,
                           "--version", version, *where], capture_output=True, text=True, timeout=90, check=False, env=env)
    try:
        return json.loads(done.stdout.splitlines()[-1])
    except (IndexError, ValueError):
        return {"ok": False, "error": f"the driver said {done.stdout!r} and {done.stderr[-2000:]!r}"}


@contextlib.contextmanager
def fixture_over_http(sdk, port=0, *arguments):
    """The URL of an independent fixture on an official SDK, v1 or v2."""
    with subprocess.Popen([node(), *LINKED, DRIVERS / f"fixture_{sdk}.mjs", "--http", str(port), *arguments],
                          stderr=subprocess.PIPE, env=environment(), text=True) as server:
        try:
            url = re.search(r"http://\S+", server.stderr.readline()).group()
            threading.Thread(target=server.stderr.read, daemon=True).start()
            yield url
        finally:
            server.kill()


def fixture_server(**env):
    return HttpServer(binary=FIXTURE, env={"RATE_LIMIT": "0", **env})
