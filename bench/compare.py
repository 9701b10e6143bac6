#!/usr/bin/env python3
"""Compares the benchmark server with nginx on the same request and answers of the same length.

Rounds are interleaved and their order reversed every other time; each server is pinned to one core and
wrk to another. The figure to trust is CPU time per request (user and system, children included), as a
ratio to nginx in the same round; medians over the rounds are printed. Requests per second swing with
whatever else the machine does.

Usage: compare.py SERVER_BINARY OUTPUT_FOLDER [--rounds 6] [--seconds 2] [--connections 64] [--cores 0,1]
"""
import json
import os
import re
import socket
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

from processes import Server, free_port, pinned
from rounds import interleaved, medians, options_of, ratio, report

BODY = json.dumps({"jsonrpc": "2.0", "id": 7, "method": "tools/call", "params": {
    "name": "echo", "arguments": {"message": "hello"}, "_meta": {
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientInfo": {"name": "bench", "version": "1.0.0"},
        "io.modelcontextprotocol/clientCapabilities": {}}}}, separators=(",", ":"))
REQUEST = ("POST /mcp HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Type: application/json\r\n"
           "Accept: application/json, text/event-stream\r\nMCP-Protocol-Version: 2026-07-28\r\n"
           "Mcp-Method: tools/call\r\nMcp-Name: echo\r\nContent-Length: {length}\r\n\r\n{body}")
NGINX = """
worker_processes 1; daemon off; pid {folder}/{name}.pid; error_log {folder}/{name}.err;
events {{ worker_connections 4096; use epoll; }}
http {{
  log_format json escape=json '{{"timestamp":"$time_iso8601","event":"request","request_id":"$request_id",'
    '"method":"$http_mcp_method","tool":"$http_mcp_name","status":$status,"duration":$request_time,'
    '"bytes_in":$request_length,"bytes_out":$bytes_sent,"protocol_version":"$http_mcp_protocol_version",'
    '"client_id":"$remote_addr"}}';
  access_log {access_log};
  keepalive_requests 1000000000; keepalive_timeout 75; tcp_nodelay on; client_body_buffer_size 16k;
  client_body_temp_path {folder}/t1; proxy_temp_path {folder}/t2; fastcgi_temp_path {folder}/t3;
  uwsgi_temp_path {folder}/t4; scgi_temp_path {folder}/t5;
  server {{
    listen 127.0.0.1:{port} backlog=4096; default_type application/json;
    location / {{ return 200 '{answer}'; }}
  }}
}}
"""


def exchange(port):
    """One call; (head, body) of the answer."""
    with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
        connection.sendall(REQUEST.format(port=port, length=len(BODY), body=BODY).encode())
        data = b""
        while b"\r\n\r\n" not in data or len(data.split(b"\r\n\r\n", 1)[1]) < content_length(data):
            chunk = connection.recv(65536)
            if not chunk:
                raise RuntimeError(f"the connection was closed after {data!r}")
            data += chunk
    head, body = data.split(b"\r\n\r\n", 1)
    return head, body


def content_length(data):
    found = re.search(rb"(?i)\r\ncontent-length: *(\d+)", data)
    return int(found[1]) if found else 0


def nginx(name, folder, answer, access_log, core):
    port = free_port()
    config = folder / f"{name}.conf"
    config.write_text(NGINX.format(folder=folder, name=name, port=port, answer=answer, access_log=access_log))
    return Server(name, ["nginx", "-p", str(folder), "-c", str(config)], port, folder / f"{name}.log", core)


def measure(server, seconds, connections, core, env=None):
    """`env` for call.lua, besides the body."""
    before = server.cpu_seconds()
    command = pinned(core, ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "10s", "-s",
                            str(Path(__file__).with_name("call.lua")), server.url])
    said = subprocess.run(command, capture_output=True, text=True, check=True,
                          env={**os.environ, "BENCH_BODY": BODY, **(env or {})}).stdout
    figures = json.loads(re.search(r"FIGURES (\{.*\})", said)[1])
    if figures["errors"]:
        raise RuntimeError(f"{server.name}: {figures['errors']} failed requests; its log: {server.log.name}")
    figures["cpu_us"] = (server.cpu_seconds() - before) * 1e6 / figures["requests"]
    figures["per_second"] = figures["requests"] / figures["seconds"]
    return figures


def run(options):
    folder = Path(options.output).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    server_core, wrk_core = options.cores.split(",")
    with ExitStack() as stack:
        port = free_port()
        rampart = stack.enter_context(Server(
            "rampart", [options.binary], port, folder / "rampart.log", server_core,
            {"PORT": str(port), "METRICS_PORT": str(free_port()), "RATE_LIMIT": "0", "LOG_FORMAT": "json",
             "ENVIRONMENT": "production", "LOG_LEVEL": "info"}))
        head, body = exchange(port)
        if b"200" not in head.split(b"\r\n")[0] or b"hello" not in body:
            raise RuntimeError(f"the server's answer is not the echo: {head!r} {body!r}")
        answer = body.decode().replace("'", " ")
        with nginx("nginx", folder, answer, "off", server_core) as probe:
            # nginx's head differs in length from ours; its body makes up for that.
            length = len(answer) + len(head) + len(body) - sum(map(len, exchange(probe.port)))
        answer = answer.ljust(length)[:length]
        log = f"{folder}/access.log json buffer=32k flush=1s"
        everyone = [stack.enter_context(nginx("nginx", folder, answer, "off", server_core)),
                    stack.enter_context(nginx("nginx-json-log", folder, answer, log, server_core)), rampart]
        for server in everyone:
            measure(server, 1, options.connections, wrk_core)
        by_name = {server.name: server for server in everyone}
        rounds = interleaved(list(by_name), options.rounds, lambda name: measure(
            by_name[name], options.seconds, options.connections, wrk_core))
        rss = {server.name: server.rss_bytes() for server in everyone}
    return rounds, rss


def summary(rounds, rss):
    return {name: {
        **medians(mine),
        "rss_mb": rss[name] / 1e6,
        # How much of nginx's speed for the same CPU time: above 1 is better than nginx.
        "efficiency": 1 / ratio(mine, rounds["nginx"]),
        "efficiency_to_json_log": 1 / ratio(mine, rounds["nginx-json-log"]),
        "throughput": ratio(mine, rounds["nginx"], "per_second"),
    } for name, mine in rounds.items()}


def main():
    options = options_of(__doc__, 64, "the servers' core and wrk's")
    rounds, rss = run(options)
    more = ((">7", "RSS MB", "rss_mb", ".1f", ""), (">13", "CPU vs nginx", "efficiency", ".2f", "x"),
            (">12", "vs JSON log", "efficiency_to_json_log", ".2f", "x"),
            (">15", "req/s vs nginx", "throughput", ".2f", "x"))
    report("server", summary(rounds, rss), more, Path(options.output) / "compare.json", options, rounds)
    return 0


if __name__ == "__main__":
    sys.exit(main())
