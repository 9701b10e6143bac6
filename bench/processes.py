"""Starting, pinning and measuring the server processes of a benchmark."""
import os
import re
import signal
import socket
import subprocess
import time
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def pinned(core, command):
    return command if core is None else ["taskset", "-c", str(core), *command]


class Server:
    """A process tree that answers HTTP on `port`; a context manager that ends it."""

    def __init__(self, name, command, port, log, core=None, env=None, path="/mcp"):
        self.name, self.port, self.url = name, port, f"http://127.0.0.1:{port}{path}"
        self.log = open(log, "wb")
        self.started = time.perf_counter()
        self.process = subprocess.Popen(pinned(core, command), stdin=subprocess.DEVNULL, stdout=self.log,
                                        stderr=self.log, env={**os.environ, **(env or {})})

    def __enter__(self):
        """Waits until a connection is accepted; `start_ms` tells how long that took."""
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                break
            except OSError:
                if self.process.poll() is not None or time.perf_counter() - self.started > 15:
                    self.__exit__()
                    raise RuntimeError(f"{self.name} did not start; see {self.log.name}") from None
                time.sleep(0.001)
        self.start_ms = (time.perf_counter() - self.started) * 1000
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.log.close()

    def pids(self):
        found = [self.process.pid]
        for pid in found:
            for children in Path(f"/proc/{pid}/task").glob("*/children"):
                try:
                    found += [int(child) for child in children.read_text().split()]
                except (FileNotFoundError, ProcessLookupError):
                    pass  # a thread or a process that ended since the listing
        return found

    def cpu_seconds(self):
        """User and system time of the tree so far."""
        total = 0
        for pid in self.pids():
            fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
            total += int(fields[11]) + int(fields[12])
        return total / TICKS

    def rss_bytes(self):
        return sum(int(re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())[1]) * 1024
                   for pid in self.pids())
