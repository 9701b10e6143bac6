#!/usr/bin/env python3
"""What a server costs while it does nothing, and what its catalogue costs.

Prints binary size, cold start to ready, memory per idle connection and per listening stream, and the CPU
time of tools/list and tools/call with 10, 1,000 and 10,000 tools (BENCH_TOOLS tells the server how many).
Usage: footprint.py SERVER_BINARY OUTPUT_FOLDER [--connections 10000] [--streams 10000]
"""
import argparse
import http.client
import json
import resource
import socket
import statistics
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from processes import Server, free_port

META = {"io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientInfo": {"name": "bench", "version": "1.0.0"},
        "io.modelcontextprotocol/clientCapabilities": {}}


def start(options, tools=None):
    port = free_port()
    env = {"PORT": str(port), "METRICS_PORT": str(free_port()), "RATE_LIMIT": "0", "LOG_FORMAT": "json",
           "ENVIRONMENT": "production",
           "RAMPART_SERVER_MAX_CONNECTIONS": "20000", "RAMPART_SUBSCRIPTIONS_MAX": "20000"}
    if tools:
        env["BENCH_TOOLS"] = str(tools)
    return Server("rampart", [options.binary], port, Path(options.output) / "footprint.log", env=env)


def headers_and_body(method, params, name=None):
    headers = {"Content-Type": "application/json", "Accept": "application/json, text/event-stream",
               "MCP-Protocol-Version": "2026-07-28", "Mcp-Method": method, **({"Mcp-Name": name} if name else {})}
    body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": {**params, "_meta": META}})
    return headers, body


def cold_start_ms(options):
    """From the start of the process to the first 200 of /ready."""
    with start(options) as server:
        while True:
            try:
                urllib.request.urlopen(server.url.replace("/mcp", "/ready"), timeout=2).read()
                return (time.perf_counter() - server.started) * 1000
            except (urllib.error.URLError, OSError):
                time.sleep(0.001)


def idle_connection_bytes(options):
    """One health request on each, so that whatever a connection grows has been grown."""
    with start(options) as server:
        before, held = server.rss_bytes(), []
        for _ in range(options.connections):
            connection = socket.create_connection(("127.0.0.1", server.port))
            connection.sendall(b"GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
            held.append(connection)
        for connection in held:
            if not connection.recv(4096).startswith(b"HTTP/1.1 200"):
                raise RuntimeError("an idle connection was refused")
        grown = server.rss_bytes() - before
        for connection in held:
            connection.close()
        return grown / options.connections


def stream_bytes(options):
    headers, body = headers_and_body("subscriptions/listen", {"notifications": {"toolsListChanged": True}})
    with start(options) as server:
        before, held = server.rss_bytes(), []
        for _ in range(options.streams):
            connection = http.client.HTTPConnection("127.0.0.1", server.port)
            connection.request("POST", "/mcp", body, headers)
            response = connection.getresponse()
            if response.status != 200 or "event-stream" not in response.headers["Content-Type"]:
                raise RuntimeError(f"subscriptions/listen was answered with {response.status}")
            response.readline()  # the acknowledgement has begun
            held.append((connection, response))
        grown = server.rss_bytes() - before
        for connection, _ in held:
            connection.close()
        return grown / options.streams


def catalogue(options, tools, calls=500):
    """CPU microseconds of one tools/list page and one tools/call, and the server's memory."""
    with start(options, tools) as server:
        connection = http.client.HTTPConnection("127.0.0.1", server.port)

        def cpu_us(method, params, name=None):
            headers, body = headers_and_body(method, params, name)
            before = server.cpu_seconds()
            for _ in range(calls):
                connection.request("POST", "/mcp", body, headers)
                response = connection.getresponse()
                answer = response.read()
                if response.status != 200 or b'"error"' in answer:
                    raise RuntimeError(f"{method}: {response.status} {answer[:200]!r}")
            return (server.cpu_seconds() - before) * 1e6 / calls

        return {"list_us": cpu_us("tools/list", {}),
                "call_us": cpu_us("tools/call", {"name": "echo", "arguments": {"message": "hello"}}, "echo"),
                "rss_mb": server.rss_bytes() / 1e6}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("binary")
    parser.add_argument("output")
    parser.add_argument("--connections", type=int, default=10_000)
    parser.add_argument("--streams", type=int, default=10_000)
    options = parser.parse_args()
    Path(options.output).mkdir(parents=True, exist_ok=True)
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))  # the server inherits it
    result = {
        "binary_mb": Path(options.binary).stat().st_size / 1e6,
        "cold_start_ms": statistics.median(cold_start_ms(options) for _ in range(9)),
        "idle_connections_10k_mb": idle_connection_bytes(options) * 10_000 / 1e6,
        "streams_10k_mb": stream_bytes(options) * 10_000 / 1e6,
        "catalogue": {tools: catalogue(options, tools) for tools in (10, 1_000, 10_000)},
    }
    print(f"binary                     {result['binary_mb']:8.1f} MB")
    print(f"cold start to ready        {result['cold_start_ms']:8.1f} ms")
    print(f"10,000 idle connections    {result['idle_connections_10k_mb']:8.1f} MB   (measured with {options.connections})")
    print(f"10,000 listening streams   {result['streams_10k_mb']:8.1f} MB   (measured with {options.streams})")
    for tools, row in result["catalogue"].items():
        print(f"{tools:6d} tools: tools/list {row['list_us']:9.1f} us, tools/call {row['call_us']:6.1f} us, "
              f"RSS {row['rss_mb']:.1f} MB")
    (Path(options.output) / "footprint.json").write_text(json.dumps(result, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
