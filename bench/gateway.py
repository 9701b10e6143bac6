#!/usr/bin/env python3
"""Measures Rampart beside npm's mcp-proxy and supergateway, each in front of the same stdio server.

Rounds are interleaved and their order reversed every other time. In a round the child is called directly and
through every gateway, one call after the other over one kept-alive connection, by the same loop; the added
latency is the gateway's median less the direct one of the same round. CPU time is the gateway's own, by the
process clock: its threads and helpers, without the child and without the client. The same is measured with several
callers at a time, each over a connection of its own, who all ask before any of them listens. Then 1 MB results, and
what they do to the memory of a fresh process. Medians over the rounds are printed, with the lowest and the highest.

Usage: gateway.py RAMPART CHILD NODE PEERS_FOLDER OUTPUT_FOLDER
                  [--rounds 8] [--calls 400] [--big-calls 20] [--cores 0,1] [--nice 0]
"""
import argparse
import gc
import json
import os
import re
import statistics
import sys
import time
from contextlib import ExitStack
from pathlib import Path

from gateway_peers import Stdio, call_of, connected
from processes import Server, free_port, pinned

BIG = 1_000_000
WARM_UP = 1500
CALLERS = 8
AIMS = {"added p50": "100 us, at most 150", "CPU of a call": "1/20 of theirs", "CPU of a 1 MB result": "at most 2 ms",
        "peak memory": "at most 4 MiB"}


def program_of(pid):
    """None for one that has just ended: supergateway starts a child, and a shell for it, for every session."""
    try:
        return os.readlink(f"/proc/{pid}/exe")
    except FileNotFoundError:
        return None


class Gateway(Server):
    """A gateway in front of the child."""

    def __init__(self, name, command, port, core, modern):
        self.metrics_port = free_port()
        env = {"PORT": str(port), "METRICS_PORT": str(self.metrics_port), "RATE_LIMIT": "1000000000", "LOG_FORMAT": "json",
               "LOG_LEVEL": "info", "ENVIRONMENT": "production"}
        # Their logs are written, and nobody keeps them: supergateway's would be gigabytes.
        super().__init__(name, command, port, "/dev/null", core, env)
        self.modern = modern

    def own_pids(self):
        """The gateway and its helpers, which run the same program; the child costs the same behind all of them."""
        own = program_of(self.process.pid)
        return [pid for pid in self.pids() if program_of(pid) == own]

    def own_cpu_seconds(self):
        # The process clock of another process (MAKE_PROCESS_CPUCLOCK): utime + stime of all its threads, in ns.
        return sum(time.clock_gettime((~pid << 3) | 2) for pid in self.own_pids())

    def memory(self, key):
        return sum(int(re.search(rf"{key}:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())[1]) * 1024
                   for pid in self.own_pids())

    def forget_peak(self):
        for pid in self.own_pids():
            Path(f"/proc/{pid}/clear_refs").write_text("5")

    def peer(self, tool):
        return connected(self.port, self.modern, tool)


def gateways(options, names):
    """How each is started; what they do not say is their default."""
    core, child_core = options.cores.split(",")
    modules = Path(options.peers) / "node_modules"

    def start(name):
        port, modern = free_port(), name.endswith("2026-07-28")
        child = pinned(child_core, [options.child, *(["--modern"] if modern else [])])
        if name.startswith("rampart"):
            command = [options.rampart, "wrap", "--", *child]
        elif name == "mcp-proxy":
            command = [options.node, str(modules / "mcp-proxy/dist/bin/mcp-proxy.mjs"), "--host", "127.0.0.1", "--port",
                       str(port), "--", *child]
        else:
            command = [options.node, str(modules / "supergateway/dist/index.js"), "--stdio", " ".join(child),
                       "--outputTransport", "streamableHttp", "--stateful", "--port", str(port)]
        return Gateway(name, command, port, core, modern)

    return [start(name) for name in names]


def timed(peer, tool, arguments, modern, calls, first=1):
    """Nanoseconds of each call, and the last answer."""
    took, answer = [], b""
    for number in range(first, first + calls):
        message = call_of(tool, arguments, number, modern)
        before = time.perf_counter_ns()
        peer.send(message)
        answer = peer.receive()
        took.append(time.perf_counter_ns() - before)
    return took, answer


def crowd_block(options, gateway):
    """CPU of a call when CALLERS ask at a time."""
    callers = [gateway.peer("echo") for _ in range(CALLERS)]
    waves = max(1, options.calls // CALLERS)
    before = 0
    for number in range(1, 2 * waves + 1):  # the first half warms up
        if number == waves + 1:
            before = gateway.own_cpu_seconds()
        message = call_of("echo", {"message": "hello"}, number, gateway.modern)
        for caller in callers:
            caller.send(message)
        answers = [caller.receive() for caller in callers]
    after = gateway.own_cpu_seconds()
    for caller in callers:
        caller.close()
    if not all(b"hello" in answer for answer in answers):
        raise RuntimeError(f"{gateway.name} gave a caller no result: {bytes(answers[0][:400])!r}")
    return {"cpu_us": (after - before) * 1e6 / (waves * CALLERS)}


def block(options, target, tool, arguments, calls, expected):
    """One measured block of calls to a gateway, or directly when target is a revision."""
    direct = not isinstance(target, Gateway)
    modern = target == "2026-07-28" if direct else target.modern
    if direct:
        peer = Stdio(options.child, modern, options.cores.split(",")[1])
        peer.open(modern)
    else:
        peer = target.peer(tool)
    warm = max(3, calls // 10)
    timed(peer, tool, arguments, modern, warm)
    before = 0 if direct else target.own_cpu_seconds()
    took, answer = timed(peer, tool, arguments, modern, calls, warm + 1)
    after = 0 if direct else target.own_cpu_seconds()
    peer.close()
    if expected not in answer:
        raise RuntimeError(f"{target if direct else target.name} gave no result: {bytes(answer[:400])!r}")
    return {"p50_us": statistics.median(took) / 1000, "p90_us": statistics.quantiles(took, n=10)[-1] / 1000,
            "cpu_us": (after - before) * 1e6 / calls}


def echo_block(options, target, calls):
    return block(options, target, "echo", {"message": "hello"}, calls, b"hello")


def big_block(options, target, calls):
    return block(options, target, "text", {"size": BIG}, calls, b"x" * 1000)


def measure_rounds(options, names):
    """{name: [{echo, big}]}; the names of the directly called child are revisions."""
    with ExitStack() as stack:
        targets = [("2025-11-25", "2025-11-25"), ("2026-07-28", "2026-07-28")]
        targets += [(one.name, stack.enter_context(one)) for one in gateways(options, names)]
        rounds = {name: [] for name, _ in targets}
        for _, target in targets:
            echo_block(options, target, WARM_UP)
            big_block(options, target, options.big_calls)
        for number in range(options.rounds):
            for name, target in targets if number % 2 == 0 else targets[::-1]:
                one = {"echo": echo_block(options, target, options.calls),
                       "big": big_block(options, target, options.big_calls)}
                if isinstance(target, Gateway):
                    one["crowd"] = crowd_block(options, target)
                rounds[name].append(one)
            print(f"round {number + 1} of {options.rounds}", file=sys.stderr)
    return rounds


def measure_memory(options, name):
    """Bytes by which the first 1 MB results raise the peak of a process that knew only small ones."""
    with gateways(options, [name])[0] as gateway:
        echo_block(options, gateway, options.calls)
        gateway.forget_peak()
        before = gateway.memory("VmHWM")
        big_block(options, gateway, options.big_calls)
        return gateway.memory("VmHWM") - before


def spread(values):
    return {"median": statistics.median(values), "low": min(values), "high": max(values)}


def summary(rounds, memory):
    rows = {}
    for name, growth in memory.items():
        mine = rounds[name]
        direct = rounds["2026-07-28" if name.endswith("2026-07-28") else "2025-11-25"]

        def added(kind):
            return spread([one[kind]["p50_us"] - other[kind]["p50_us"] for one, other in zip(mine, direct)])

        rows[name] = {"added_p50_us": added("echo"), "cpu_us": spread([one["echo"]["cpu_us"] for one in mine]),
                      "added_big_p50_us": added("big"), "big_cpu_us": spread([one["big"]["cpu_us"] for one in mine]),
                      "peak_growth_bytes": spread(growth),
                      "crowd_cpu_us": spread([one["crowd"]["cpu_us"] for one in mine]),
                      "crowd_cpu_of_rampart": spread([one["crowd"]["cpu_us"] / ours["crowd"]["cpu_us"]
                                                      for one, ours in zip(mine, rounds["rampart"])]),
                      "cpu_of_rampart": spread([one["echo"]["cpu_us"] / ours["echo"]["cpu_us"]
                                                for one, ours in zip(mine, rounds["rampart"])])}
    for name in ("2025-11-25", "2026-07-28"):
        rows[f"direct {name}"] = {"p50_us": spread([one["echo"]["p50_us"] for one in rounds[name]]),
                                  "big_p50_us": spread([one["big"]["p50_us"] for one in rounds[name]])}
    return rows


def show(rows):
    def cell(value, scale=1.0, digits=0):
        low, high = value["low"] / scale, value["high"] / scale
        return f"{value['median'] / scale:.{digits}f} ({low:.{digits}f}-{high:.{digits}f})"

    for name, row in rows.items():
        if name.startswith("direct"):
            print(f"{name}: {cell(row['p50_us'])} us, 1 MB {cell(row['big_p50_us'])} us")
    print(f"{'gateway':20s} {'added p50 us':>18s} {'CPU us':>18s} {'CPU / Rampart':>16s} {'1 MB added ms':>18s} "
          f"{'1 MB CPU ms':>18s} {'1 MB peak MiB':>18s} {f'{CALLERS} callers: CPU us':>20s} {'/ Rampart':>16s}")
    for name, row in rows.items():
        if not name.startswith("direct"):
            print(f"{name:20s} {cell(row['added_p50_us']):>18s} {cell(row['cpu_us']):>18s} "
                  f"{cell(row['cpu_of_rampart'], digits=1):>16s} {cell(row['added_big_p50_us'], 1000, 2):>18s} "
                  f"{cell(row['big_cpu_us'], 1000, 2):>18s} {cell(row['peak_growth_bytes'], 2**20, 1):>18s} "
                  f"{cell(row['crowd_cpu_us']):>20s} {cell(row['crowd_cpu_of_rampart'], digits=1):>16s}")
    print("aims of Rampart: " + "; ".join(f"{what}: {aim}" for what, aim in AIMS.items()))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("rampart", "child", "node", "peers", "output"):
        parser.add_argument(name)
    parser.add_argument("--rounds", type=int, default=8)
    parser.add_argument("--calls", type=int, default=400)
    parser.add_argument("--big-calls", type=int, default=20)
    parser.add_argument("--memory-runs", type=int, default=3)
    parser.add_argument("--cores", default="0,1", help="the gateways' core; the child's and the client's")
    parser.add_argument("--nice", type=int, default=0, help="below 0 (as root) where other work disturbs")
    parser.add_argument("--only-rampart", action="store_true")
    options = parser.parse_args()
    options.child = str(Path(options.child).resolve())
    os.nice(options.nice)
    os.sched_setaffinity(0, {int(core) for core in options.cores.split(",")[1:]})
    gc.disable()
    names = ["rampart", "rampart 2026-07-28"]
    if not options.only_rampart:
        names += ["mcp-proxy", "supergateway"]
    rounds = measure_rounds(options, names)
    memory = {name: [measure_memory(options, name) for _ in range(options.memory_runs)] for name in names}
    rows = summary(rounds, memory)
    show(rows)
    output = Path(options.output)
    output.mkdir(parents=True, exist_ok=True)
    (output / "gateway.json").write_text(
        json.dumps({"options": vars(options), "summary": rows, "rounds": rounds, "memory": memory}, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
