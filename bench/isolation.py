#!/usr/bin/env python3
"""What a slow upstream costs the calls to another one: the gateway's CPU time for each of those with the slow one's
bulkhead full (so many calls of 25 s in flight, as many in its queue), by that without any call to it.

Both are measured in one process, in turns, and the order changes with each round; the ratio of a round is what
counts, since the machine's speed changes less between two blocks than between rounds. A round fails if a slow call
has ended before the last of the others. CPU time is the gateway's own, by the process clock, as gateway.py has it.

Usage: isolation.py RAMPART CHILD OUTPUT_FOLDER
                    [--rounds 12] [--calls 400] [--places 8] [--seconds 25] [--cores 0,1] [--nice 0]
"""
import argparse
import gc
import json
import os
import re
import select
import statistics
import sys
import tempfile
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path

from gateway import WARM_UP, Gateway, block, spread
from gateway_peers import call_of
from processes import free_port, pinned
from rounds import interleaved

AIM = 1.05
PATIENCE = 30
SETTLING = 0.3  # until the slow server has begun what it was sent, on the client's core


def started(options, folder):
    """A gateway in front of a quick server and a slow one."""
    core, child_core = options.cores.split(",")
    quick, *quick_args = pinned(child_core, [options.child, "--modern"])
    slow, *slow_args = pinned(child_core, [sys.executable, str(Path(__file__).with_name("slow_child.py")),
                                           str(options.seconds)])
    config = Path(folder) / "rampart.json"
    config.write_text(json.dumps({"mcpServers": {
        "quick": {"command": quick, "args": quick_args},
        "slow": {"command": slow, "args": slow_args,
                 "limits": {"max_in_flight": options.places, "queue": options.places}}}}))
    return Gateway("rampart", [options.rampart, "serve", "--config", str(config)], free_port(), core, modern=True)


def load_of_slow(gateway):
    """Calls to the slow server: in flight, and waiting."""
    with urllib.request.urlopen(f"http://127.0.0.1:{gateway.metrics_port}/metrics", timeout=PATIENCE) as answer:
        text = answer.read().decode()
    return tuple(int(float(re.search(rf'{name}{{server="slow"}} (\S+)', text)[1]))
                 for name in ("mcp_upstream_in_flight", "mcp_upstream_queue_depth"))


def wait_for_load(gateway, wanted):
    until = time.monotonic() + PATIENCE
    while (load := load_of_slow(gateway)) != wanted:
        if time.monotonic() > until:
            raise RuntimeError(f"the slow server's load is {load} and not {wanted}")
        time.sleep(0.02)


@contextmanager
def slow_callers(options, gateway, calling):
    """As many connections as the slow server has places, in flight and in its queue; they take all of them if
    `calling`, and are silent otherwise, so that the calls are the only difference."""
    callers = [gateway.peer("slow_echo") for _ in range(2 * options.places)]
    if calling:
        for number, caller in enumerate(callers):
            caller.send(call_of("slow_echo", {}, number, True))
    wait_for_load(gateway, (options.places, options.places) if calling else (0, 0))
    time.sleep(SETTLING)
    yield
    ended = select.select([caller.connection for caller in callers], [], [], 0)[0]
    if ended:
        raise RuntimeError(f"{len(ended)} slow calls ended before the others: fewer --calls, or more --seconds")
    for caller in callers:
        caller.close()  # withdraws its call
    wait_for_load(gateway, (0, 0))


def measure(options):
    """{alone, beside}: microseconds of CPU time and of median latency for each round."""
    with tempfile.TemporaryDirectory() as folder, started(options, folder) as gateway:
        def quick(calls):
            return block(options, gateway, "quick_echo", {"message": "hello"}, calls, b"hello")

        def one(kind):
            with slow_callers(options, gateway, kind == "beside"):
                return quick(options.calls)

        quick(WARM_UP)
        return interleaved(("alone", "beside"), options.rounds, one)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("rampart", "child", "output"):
        parser.add_argument(name)
    parser.add_argument("--rounds", type=int, default=12)
    parser.add_argument("--calls", type=int, default=400)
    parser.add_argument("--places", type=int, default=8, help="in flight, and as many in the queue")
    parser.add_argument("--seconds", type=float, default=25, help="of a slow call")
    parser.add_argument("--cores", default="0,1", help="the gateway's core; the servers' and the client's")
    parser.add_argument("--nice", type=int, default=0, help="below 0 (as root) where other work disturbs")
    options = parser.parse_args()
    options.child = str(Path(options.child).resolve())
    os.nice(options.nice)
    os.sched_setaffinity(0, {int(core) for core in options.cores.split(",")[1:]})
    gc.disable()
    rounds = measure(options)
    ratios = [beside["cpu_us"] / alone["cpu_us"] for beside, alone in zip(rounds["beside"], rounds["alone"])]
    rows = {f"{kind} {what}": spread([one[what] for one in rounds[kind]])
            for what in ("cpu_us", "p50_us") for kind in ("alone", "beside")}
    for name, row in {**rows, "CPU ratio": spread(ratios)}.items():
        print(f"{name:14s} {row['median']:9.3f}  ({row['low']:.3f}-{row['high']:.3f})")
    print(f"aim: a median CPU ratio of at most {AIM}")
    output = Path(options.output)
    output.mkdir(parents=True, exist_ok=True)
    (output / "isolation.json").write_text(
        json.dumps({"options": vars(options), "summary": rows, "ratios": ratios, "rounds": rounds}, indent=1))
    return 0 if statistics.median(ratios) <= AIM else 1


if __name__ == "__main__":
    sys.exit(main())
