"""The gateway in front of tests/peers/faulty.mjs: callers that count every answer, and a look at what it holds."""
import contextlib
import functools
import http.client
import json
import os
import secrets
import signal
import subprocess
import tempfile
import threading
import time
from pathlib import Path

from .clients import node
from .metrics import scrape
from .process import PATIENCE, HttpServer, environment
from .raw import modern_headers, modern_request

FAULTY = Path(__file__).resolve().parents[2] / "peers" / "faulty.mjs"
MIB = 1 << 20
WATCHER = "rampart-watcher"  # the gateway's one child besides its upstreams


# --- processes ---------------------------------------------------------------------------------

def processes():
    """{pid: (parent, state, name)} of all there are."""
    found = {}
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            with contextlib.suppress(OSError):
                text = Path(f"/proc/{entry}/stat").read_text()
                name, rest = text[text.index("(") + 1:text.rindex(")")], text[text.rindex(")") + 2:].split()
                found[int(entry)] = (int(rest[1]), rest[0], name)
    return found


def children_of(pid):
    """{pid: name} of everything below a process, dead ones that nobody has buried among them."""
    everyone, found, parents = processes(), {}, {pid}
    while parents:
        parents = {child for child, (parent, _, _) in everyone.items() if parent in parents} - found.keys()
        found.update({child: everyone[child][2] for child in parents})
    return found


def marked(token):
    """The live processes with this text on their command line, wherever they hang."""
    found = set()
    for pid, (_, state, _) in processes().items():
        with contextlib.suppress(OSError):
            if state != "Z" and token.encode() in Path(f"/proc/{pid}/cmdline").read_bytes():
                found.add(pid)
    return found


def wait_until(condition, what, timeout=PATIENCE):
    """The first true value; AssertionError with the last one otherwise."""
    end = time.monotonic() + timeout
    while not (value := condition()):
        if time.monotonic() > end:
            raise AssertionError(f"{what} did not come; the last look showed {value!r}")
        time.sleep(0.02)
    return value


# --- the gateway -------------------------------------------------------------------------------

class Gateway(HttpServer):
    """`rampart wrap -- COMMAND`, or `rampart serve` with `mcpServers` where a dict is given."""

    def __init__(self, upstreams, env=None):
        self.token = secrets.token_hex(8)
        env = {"RATE_LIMIT": "1000000", "LOG_LEVEL": "info", **(env or {})}
        self.names = list(upstreams) if isinstance(upstreams, dict) else None
        if self.names is None:
            arguments = ["wrap", "--", *self.command(upstreams)]
        else:
            servers = {name: self.entry(value) for name, value in upstreams.items()}
            self.folder = tempfile.TemporaryDirectory()
            config = Path(self.folder.name) / "rampart.json"
            config.write_text(json.dumps({"mcpServers": servers}))
            arguments = ["serve", "--config", str(config)]
        super().__init__(*arguments, env=env)

    def entry(self, value):
        """A list is a command; a dict may hold one under `run`, beside other keys."""
        value = dict(value) if isinstance(value, dict) else {"run": value}
        if run := value.pop("run", None):
            value["command"], *value["args"] = self.command(run)
        return value

    def command(self, run):
        """Words of faulty.mjs, or a whole command line with FAULTY in it."""
        if "FAULTY" in " ".join(run):
            line = f"{node()} {FAULTY} well --token {self.token}"
            return [word.replace("FAULTY", line) for word in run]
        return [node(), str(FAULTY), *run, "--token", self.token]

    def __exit__(self, *_):
        super().__exit__(*_)
        if self.names is not None:
            self.folder.cleanup()

    @property
    def pid(self):
        return self.process.pid

    def children(self):
        """Without the watcher."""
        return {pid: name for pid, name in children_of(self.pid).items() if name != WATCHER}

    def leaders(self):
        """The processes whose death is a child's death: those right below the gateway."""
        return [pid for pid in self.children() if processes().get(pid, (0,))[0] == self.pid]

    def leader_with(self, word):
        """The one with this word on its command line; waits for its start."""
        def look():
            return [pid for pid in self.leaders() if pid in marked(word)]
        return wait_until(look, f"a child with {word}")[0]

    def strays(self):
        """Processes of this gateway that are not below it; once it has ended, whoever is left."""
        return marked(self.token) - children_of(self.pid).keys() - {self.pid}

    def scrape(self):
        return scrape(self)

    def state(self):
        """What must be the same after a fault: the number of descriptors, the names of all children, strays."""
        return self.descriptors(), sorted(children_of(self.pid).values()), len(self.strays())

    def resting_state(self):
        """The state when it has stood still for half a second: connections of clients are closed by then."""
        looks = [self.state()]
        while len(looks) < 25 or len({repr(look) for look in looks[-25:]}) > 1:
            assert len(looks) < 1000, looks[-3:]
            time.sleep(0.02)
            looks.append(self.state())
        return looks[-1]

    def wait_for_state(self, before):
        end = time.monotonic() + PATIENCE
        while (now := self.state()) != before:
            assert time.monotonic() < end, f"{before} has become {now}"
            time.sleep(0.02)

    def ready(self):
        status, _, body = self.get("/ready")
        return status, json.loads(body)


@functools.cache
def start_time(runs=5):
    """Seconds from the start of the server itself, without a gateway, to its first answer: the slowest of a few."""
    def once():
        began = time.monotonic()
        with subprocess.Popen([node(), FAULTY, "well"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                              env=environment()) as server:
            server.stdin.write(b'{"jsonrpc":"2.0","id":1,"method":"ping"}\n')
            server.stdin.flush()
            server.stdout.readline()
            took = time.monotonic() - began
            server.kill()
        return took
    return max(once() for _ in range(runs))


@contextlib.contextmanager
def http_upstream():
    """faulty.mjs over HTTP: an object with its `port`, `url`, and the two controls."""
    with subprocess.Popen([node(), FAULTY, "--http"], stdout=subprocess.PIPE, env=environment()) as server:
        try:
            yield HttpUpstream(server)
        finally:
            server.kill()


class HttpUpstream:
    def __init__(self, process):
        self.process, self.port = process, int(process.stdout.readline())
        self.url = f"http://127.0.0.1:{self.port}/mcp"

    def _send(self, method, target):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        connection.request(method, target)
        body = connection.getresponse().read()
        connection.close()
        return body

    def refuse(self, count):
        """Resets all open connections and the next `count`."""
        self._send("POST", f"/control?refuse={count}")

    def count(self, path):
        return int(self._send("GET", f"/count?{path}"))


# --- callers -----------------------------------------------------------------------------------

class Outcome:
    """How a call ended: `kind` is result, error (with `code` and `data`) or lost (no HTTP answer)."""

    def __init__(self, kind, status=0, headers=None, message=None, began=0.0):
        self.kind, self.status, self.headers, self.message = kind, status, headers or {}, message or {}
        self.began, self.ended = began, time.monotonic()
        error = self.message.get("error") or {}
        self.code, self.data, self.text = error.get("code"), error.get("data") or {}, error.get("message", "")
        if kind == "result":
            self.text = self.message["result"]["content"][0]["text"]

    @property
    def delivery_unknown(self):
        return self.code == 424 and self.data.get("delivery") == "unknown"

    def __repr__(self):
        return f"<{self.kind} {self.status} {self.code or ''} {self.text[:200]!r}>"


class Caller:
    """One client on one kept connection. Every request has id 1, as some clients do it."""

    def __init__(self, port, patience=PATIENCE):
        self.port, self.patience, self.connection = port, patience, None

    def call(self, tool="echo", **arguments):
        began = time.monotonic()
        body = modern_request(params={"name": tool, "arguments": arguments})
        try:
            self.connection = self.connection or http.client.HTTPConnection("localhost", self.port, timeout=self.patience)
            self.connection.request("POST", "/mcp", body, modern_headers(name=tool))
            response = self.connection.getresponse()
            raw = response.read()
        except (OSError, http.client.HTTPException) as error:
            self.close()
            return Outcome("lost", message={"error": {"message": repr(error)}}, began=began)
        if response.headers.get("Connection", "").lower() == "close":
            self.close()
        if response.headers.get("Content-Type", "").startswith("text/event-stream"):
            raw = [line[5:] for line in raw.splitlines() if line.startswith(b"data:")][-1]
        message = json.loads(raw)
        kind = "result" if "result" in message else "error"
        return Outcome(kind, response.status, response.headers, message, began)

    def close(self):
        if self.connection:
            self.connection.close()
        self.connection = None


class Callers:
    """So many callers without pause, each call with a text of its own, which its answer must repeat."""

    def __init__(self, port, number=8, tool="echo", until=lambda outcome: False, **arguments):
        self.port, self.tool, self.until, self.arguments = port, tool, until, arguments
        self.stopped, self.lock = threading.Event(), threading.Lock()
        self.outcomes, self.swapped, self.in_flight = [], [], 0
        self.threads = [threading.Thread(target=self._run, args=(n,), daemon=True) for n in range(number)]

    def _run(self, number):
        caller, count = Caller(self.port, patience=120), 0
        while not self.stopped.is_set():
            count += 1
            text = f"caller {number} call {count} {secrets.token_hex(4)}"
            with self.lock:
                self.in_flight += 1
            outcome = caller.call(self.tool, text=text, **self.arguments)
            with self.lock:
                self.in_flight -= 1
                self.outcomes.append(outcome)
                if outcome.kind == "result" and outcome.text != text:
                    self.swapped.append((text, outcome))
            if self.until(outcome):
                break
        caller.close()

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        self.wait_for(len(self.threads))
        return self

    def wait_for(self, more):
        """Until so many further calls have been answered with a result."""
        target = self.results() + more
        wait_until(lambda: self.results() >= target, f"{more} further results", timeout=60)

    def served_since(self, moment):
        """Whether a call that was made after this moment has had a result."""
        with self.lock:
            for outcome in reversed(self.outcomes):
                if outcome.ended < moment:
                    break
                if outcome.kind == "result" and outcome.began >= moment:
                    return True
        return False

    def results(self):
        with self.lock:
            return sum(outcome.kind == "result" for outcome in self.outcomes)

    def finish(self):
        """All outcomes; AssertionError if a call hangs."""
        self.stopped.set()
        for thread in self.threads:
            thread.join(120)
            assert not thread.is_alive(), "a call hangs"
        return self.outcomes

    def wait_for_end(self):
        """All outcomes, when each has seen what it runs until."""
        for thread in self.threads:
            thread.join(60)
            assert not thread.is_alive(), "a call hangs"
        return self.outcomes

    def __exit__(self, *_):
        self.stopped.set()


def interrupt(pid, number=signal.SIGKILL):
    """False if it is gone already."""
    try:
        os.kill(pid, number)
        return True
    except ProcessLookupError:
        return False
