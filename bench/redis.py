#!/usr/bin/env python3
"""What the cache's Redis level costs: answers from memory with and without it, from Redis, and by a run that is then
kept in Redis. Rounds are interleaved; the figure to trust is the server's CPU time per request (Redis's own not
included), as a ratio to a hit in memory without Redis in the same round. Medians are printed.

Usage: redis.py SERVER_BINARY OUTPUT_FOLDER [--rounds 6] [--seconds 2] [--connections 16] [--cores 0,1]
"""
import json
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack, contextmanager
from pathlib import Path

from compare import BODY, measure
from processes import Server, free_port, pinned
from rounds import interleaved, medians, options_of, ratio, report

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
        return interleaved(NAMES, options.rounds, lambda name: one(name, options.seconds))


def main():
    options = options_of(__doc__, 16, "the server's core, and wrk's and Redis's")
    rounds = run(options)
    rows = {name: {**medians(mine), "ratio": ratio(mine, rounds["memory"])} for name, mine in rounds.items()}
    more = ((">14", "CPU vs memory", "ratio", ".2f", "x"),)
    report("answered from", rows, more, Path(options.output) / "redis.json", options, rounds)
    return 0


if __name__ == "__main__":
    sys.exit(main())
