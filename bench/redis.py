#!/usr/bin/env python3
"""What the cache's Redis level costs: answers from memory with and without it, from Redis, and by a run that is then
kept in Redis. Rounds are interleaved; the figure to trust is the server's CPU time per request (Redis's own not
included), as a ratio to a hit in memory without Redis in the same round. Medians are printed.

Usage: redis.py SERVER_BINARY OUTPUT_FOLDER [--rounds 6] [--seconds 2] [--connections 16] [--cores 0,1]
"""
import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack, contextmanager
from pathlib import Path

from compare import BODY, measure
from processes import Server, free_port, pinned

DISTINCT = {"redis hit": 10_000, "redis miss": 1_000_000_000}
NAMES = ("memory", "memory, redis on", "redis hit", "redis miss")


@contextmanager
def redis(core):
    with tempfile.TemporaryDirectory() as home:
        socket = f"{home}/redis.sock"
        process = subprocess.Popen(
            pinned(core, ["redis-server", "--port", "0", "--unixsocket", socket, "--save", "", "--dir", home,
                          "--maxmemory", "256mb", "--maxmemory-policy", "allkeys-lru"]), stdout=subprocess.DEVNULL)
        try:
            while not Path(socket).exists():
                time.sleep(0.01)
            yield f"unix://{socket}"
        finally:
            process.terminate()
            process.wait()


def call_of(name):
    message = name.replace(" ", "-") + "-@" if name in DISTINCT else "hello"
    body = BODY.replace('"echo"', '"cached"').replace('"hello"', json.dumps(message))
    return {"BENCH_TOOL": "cached", "BENCH_BODY": body, "BENCH_DISTINCT": str(DISTINCT.get(name, 0))}


def run(options):
    folder = Path(options.output).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    server_core, wrk_core = options.cores.split(",")
    with ExitStack() as stack:
        url = stack.enter_context(redis(wrk_core))

        def server(name, **env):
            port = free_port()
            return stack.enter_context(Server(
                name, [options.binary], port, folder / f"redis-{name.replace(' ', '-')}.log", server_core,
                {"PORT": str(port), "METRICS_PORT": str(free_port()), "RATE_LIMIT": "0", "LOG_FORMAT": "json",
                 "ENVIRONMENT": "production", "LOG_LEVEL": "info", "RAMPART_SERVER_LOOPS": "1", **env}))
        servers = {"memory": server("memory"), "memory, redis on": server("both", REDIS_URL=url)}
        # Without memory every call asks Redis.
        servers["redis hit"] = server("shared", REDIS_URL=url, RAMPART_CACHE_MAX_BYTES="0",
                                      RAMPART_REDIS_COMMAND_TIMEOUT="1")
        servers["redis miss"] = servers["redis hit"]

        def one(name, seconds):
            return measure(servers[name], seconds, options.connections, wrk_core, call_of(name))
        for name in NAMES:  # fills, too
            one(name, 2)
        rounds = {name: [] for name in NAMES}
        for number in range(options.rounds):
            for name in NAMES if number % 2 == 0 else NAMES[::-1]:
                rounds[name].append(one(name, options.seconds))
    return rounds


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("binary")
    parser.add_argument("output")
    parser.add_argument("--rounds", type=int, default=6)
    parser.add_argument("--seconds", type=int, default=2)
    parser.add_argument("--connections", type=int, default=16)
    parser.add_argument("--cores", default="0,1", help="the server's core, and wrk's and Redis's")
    options = parser.parse_args()
    rounds = run(options)
    median, rows = statistics.median, {}
    print(f"{'answered from':18s} {'req/s':>8s} {'CPU us':>7s} {'p50 us':>7s} {'p99 us':>7s} {'CPU vs memory':>14s}")
    for name, mine in rounds.items():
        row = {key: median(one[key] for one in mine) for key in ("per_second", "cpu_us", "p50_us", "p99_us")}
        row["ratio"] = median(one["cpu_us"] / base["cpu_us"] for one, base in zip(mine, rounds["memory"]))
        rows[name] = row
        print(f"{name:18s} {row['per_second']:8.0f} {row['cpu_us']:7.2f} {row['p50_us']:7.0f} {row['p99_us']:7.0f} "
              f"{row['ratio']:13.2f}x")
    result = Path(options.output) / "redis.json"
    result.write_text(json.dumps({"options": vars(options), "summary": rows, "rounds": rounds}, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
