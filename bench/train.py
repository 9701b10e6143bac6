#!/usr/bin/env python3
"""Runs what should be quick through instrumented programs, so that their counters say what runs how often.

Calls of both eras to the native server and to a gateway, small and large results, listening streams, the probe and
the metrics. Work is counted in calls, not in seconds, so that two runs give about the same profile.

Usage: train.py BENCH_SERVER RAMPART CHILD PROFILE_FOLDER
"""
import os
import sys
import urllib.request
from pathlib import Path

from gateway_peers import META, call_of, connected, render
from processes import Server, free_port

CALLS = 4_000


def serve(name, command, folder):
    port, private = free_port(), free_port()
    env = {"PORT": str(port), "METRICS_PORT": str(private), "RATE_LIMIT": "1000000000", "LOG_FORMAT": "json",
           "ENVIRONMENT": "production", "RAMPART_SERVER_LOOPS": "1", "RAMPART_DRAIN_DELAY": "0",
           "LLVM_PROFILE_FILE": str(folder / f"{name}-%p.profraw")}
    server = Server(name, command, port, folder / f"{name}.log", env=env)
    server.private = private
    return server


def call(port, modern, tool, arguments, calls):
    peer = connected(port, modern, tool)
    for number in range(1, calls + 1):
        peer.send(call_of(tool, arguments, number, modern))
        answer = peer.receive()
        if b'"result"' not in answer:
            raise RuntimeError(f"{tool} was answered with {bytes(answer[:400])!r}")
    peer.close()


def listen(port, streams=100):
    held = []
    for _ in range(streams):
        peer = connected(port, True, "echo")
        peer.head = peer.heads({"MCP-Protocol-Version": "2026-07-28", "Mcp-Method": "subscriptions/listen"})
        peer.send(render("subscriptions/listen", {"notifications": {"toolsListChanged": True}, "_meta": META}, 1))
        if b"text/event-stream" not in peer.connection.recv(4096):
            raise RuntimeError("a listening stream was refused")
        held.append(peer)
    for peer in held:
        peer.connection.close()


def look(server):
    for port, path in ((server.port, "health"), (server.private, "metrics")) * 20:
        urllib.request.urlopen(f"http://127.0.0.1:{port}/{path}", timeout=5).read()


def main():
    native, rampart, child, folder = sys.argv[1:]
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    os.chdir(folder)  # a child of the gateway has a bare environment, and counts into its working directory
    with serve("native", [native], folder) as server:
        for modern in (True, False):
            call(server.port, modern, "echo", {"message": "hello"}, CALLS)
            call(server.port, modern, "echo", {"message": "Grüße, \"wörtlich\"\n" * 40}, CALLS // 10)
            call(server.port, modern, "cached", {"message": "hello"}, CALLS // 4)
        listen(server.port)
        look(server)
    for modern in (True, False):
        command = [rampart, "wrap", "--", child, *(["--modern"] if modern else [])]
        with serve("modern" if modern else "legacy", command, folder) as server:
            call(server.port, modern, "echo", {"message": "hello"}, CALLS)
            call(server.port, modern, "text", {"size": 100_000}, 50)
            look(server)
    return 0 if any(os.scandir(folder)) else 1


if __name__ == "__main__":
    sys.exit(main())
