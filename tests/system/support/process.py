"""A server process under test: its log as parsed lines, its ports from the log, its exit code.

Every log line goes to stderr as one JSON object. A server that listens says so, once per port:
{"event": "listening", "endpoint": "mcp" | "private", "port": N, ...}; with PORT=0 that is how the
tests learn the port. Waiting is for lines and for the end of the process, never for a time to pass.
"""
import http.client
import json
import os
import signal
import subprocess
import threading
import time
from pathlib import Path

BUILD = Path(os.environ.get("RAMPART_BUILD", Path(__file__).resolve().parents[3] / "build" / "dev"))
BINARY = BUILD / "rampart"            # the product
FIXTURE = BUILD / "conformance_server"  # the conformance fixture, written with the public API
WORKBENCH = BUILD / "system_fixture"  # tools that wait for a door, throw, ask and count
CHILD = Path(__file__).with_name("child.py")  # a small MCP server of 2025-11-25 over stdio, to be fronted
PATIENCE = 20.0                       # seconds until a test gives up; generous, for a busy machine


class Log:
    """The lines of a process's stderr, as they come; any thread may wait for one."""

    def __init__(self, stream):
        self.raw, self.lines, self._closed = [], [], False
        self._changed = threading.Condition()
        self._reader = threading.Thread(target=self._read, args=(stream,), daemon=True)
        self._reader.start()

    def _read(self, stream):
        for raw in iter(stream.readline, b""):
            text = raw.decode(errors="replace").rstrip("\n")
            try:
                line = json.loads(text)
            except ValueError:
                line = None
            with self._changed:
                self.raw.append(text)
                if isinstance(line, dict):
                    self.lines.append(line)
                self._changed.notify_all()
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        stream.close()

    def wait_for(self, wanted, what="a log line", timeout=PATIENCE):
        """The first line for which wanted(line) is true; AssertionError with the log's end if none comes."""
        found = []

        def look():
            found.extend(line for line in self.lines if wanted(line))
            return found or self._closed
        with self._changed:
            self._changed.wait_for(look, timeout)
            if not found:
                raise AssertionError(f"{what} did not come; the log ends with:\n" + "\n".join(self.raw[-20:]))
            return found[0]

    def wait_for_event(self, event, **fields):
        return self.wait_for(lambda line: line.get("event") == event
                             and all(line.get(key) == value for key, value in fields.items()),
                             f"event {event} {fields or ''}")

    def events(self, event):
        with self._changed:
            return [line for line in self.lines if line.get("event") == event]

    def not_json(self):
        """Lines that are no JSON object: through a pipe there are none."""
        with self._changed:
            return [text for text in self.raw if not text.startswith("{")]

    def wait_until_closed(self):
        self._reader.join(PATIENCE)


def environment(more=None):
    return {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/"), **(more or {})}


def run(*arguments, binary=BINARY, env=None):
    """A command that ends by itself: its returncode, stdout and stderr."""
    return subprocess.run([str(binary), *arguments], stdin=subprocess.DEVNULL, capture_output=True, text=True,
                          env=environment(env), timeout=PATIENCE, check=False)


class Process:
    """A context manager; what still runs at its end is killed."""

    def __init__(self, *arguments, binary=BINARY, env=None, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE):
        self.process = subprocess.Popen(
            [str(binary), *arguments], stdin=stdin, stdout=stdout, stderr=subprocess.PIPE,
            env=environment(env))
        self.log = Log(self.process.stderr)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe:
                pipe.close()
        self.log.wait_until_closed()

    def signal(self, number=signal.SIGTERM):
        self.process.send_signal(number)

    def wait(self, timeout=PATIENCE):
        """The exit code; the whole log has been read then."""
        code = self.process.wait(timeout)
        self.log.wait_until_closed()
        return code

    def descriptors(self):
        return len(os.listdir(f"/proc/{self.process.pid}/fd"))

    def rss_bytes(self):
        pages = int(Path(f"/proc/{self.process.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE")


class HttpServer(Process):
    """`rampart serve`, or the fixture, on ports of the kernel's choice."""

    def __init__(self, *arguments, binary=BINARY, env=None):
        if binary == BINARY and not arguments:
            arguments = ("serve",)
        super().__init__(*arguments, binary=binary, stdout=subprocess.DEVNULL,
                         env={"PORT": "0", "METRICS_PORT": "0", "LOG_FORMAT": "json", **(env or {})})

    def __enter__(self):
        self.port = self.log.wait_for_event("listening", endpoint="mcp")["port"]
        self.private_port = self.log.wait_for_event("listening", endpoint="private")["port"]
        self.url = f"http://localhost:{self.port}/mcp"
        return self

    def get(self, path, port=None, headers=None):
        """(status, headers, body) of a GET on the MCP port, or on another."""
        connection = http.client.HTTPConnection("localhost", port or self.port, timeout=PATIENCE)
        try:
            connection.request("GET", path, headers=headers or {})
            response = connection.getresponse()
            return response.status, response.headers, response.read().decode()
        finally:
            connection.close()

    def metrics(self):
        """{'name{label="value"}': number} of a scrape."""
        status, _, body = self.get("/metrics", self.private_port)
        assert status == 200, status
        return {name: float(value) for name, value in
                (line.rsplit(" ", 1) for line in body.splitlines() if line and not line.startswith("#"))}

    def wait_for_metric(self, series, wanted):
        """Scrapes until wanted(value) is true; counters are summed from all loops at each scrape."""
        end = time.monotonic() + PATIENCE
        while not wanted(value := self.metrics().get(series, 0.0)):
            if time.monotonic() > end:
                raise AssertionError(f"{series} stayed at {value}")
        return value
