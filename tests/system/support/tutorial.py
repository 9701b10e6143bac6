"""A page of docs/tutorial, walked as a reader does: its files written, its commands run in one shell, what they print
compared with what the page shows.

```python NAME      a file to write
```sh               commands to run; each block must succeed
```sh engine        the same, for those who have a container engine: run by tests/image
```sh compose       with Docker Compose: not run; tests/image starts every service of compose.yaml by itself
```output           what the block above it prints; … stands for anything in a line, a line of … for any lines
"""
import collections
import os
import re
import signal
import subprocess
import tempfile
import threading
from pathlib import Path

from .clients import ROOT
from .ports import free_ports
from .process import BINARY

PORTS = ("8080", "8081", "9090", "9091")
TUTORIAL = ROOT / "docs" / "tutorial"
FENCE = re.compile(r"^```(\w+)(?: (\S+))?\n(.*?)^```$", re.M | re.S)
END = "--- end of block, status "
HANG = 60  # seconds until a block is taken for hung


def blocks(page):
    """[(kind, argument, text)]"""
    return FENCE.findall((TUTORIAL / page).read_text())


def pattern(shown):
    """What may be printed where `shown` is."""
    out = ""
    for line in shown.splitlines():
        if line == "…":
            out += r"(?:.*\n)*?"
        else:
            out += ".*?".join(re.escape(part) for part in re.split(r" ?… ?", line)) + "\n"
    return re.compile(out)


class Shell:
    """bash in `directory`; a context manager that leaves nothing running. `ports` maps the page's to real ones."""

    def __init__(self, directory, ports, env=None, path=None):
        self.directory, self.ports = directory, ports
        tools = directory / ".bin"
        tools.mkdir()
        (tools / "rampart").symlink_to(BINARY)
        self.process = subprocess.Popen(
            ["bash", "--noprofile", "--norc"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            text=True, cwd=directory, start_new_session=True,
            env={"PATH": ":".join([*([str(path)] if path else []), str(tools), os.environ["PATH"]]), "HOME": str(directory), "PORT": str(ports["8080"]),
                 "METRICS_PORT": str(ports["9090"]), **(env or {})})

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.stdout.close()
        for pid in self._session():
            os.kill(pid, signal.SIGTERM)
        try:
            while self._session():
                self.process.wait(10)
        except subprocess.TimeoutExpired:
            self._kill()
        self.process.wait(HANG)

    def _session(self):
        """Everybody the page started and left running."""
        done = subprocess.run(["ps", "-o", "pid=", "-s", str(self.process.pid)], capture_output=True, text=True, check=False)
        return [int(pid) for pid in done.stdout.split()]

    def _real(self, text):
        return re.sub(r"\b(%s)\b" % "|".join(self.ports), lambda found: str(self.ports[found[1]]), text)

    def _shown(self, text):
        for page, real in self.ports.items():
            text = re.sub(rf"\b{real}\b", page, text)
        return text

    def write(self, name, text):
        (self.directory / name).write_text(self._real(text))

    def run(self, commands):
        """(exit status, what it printed, with the page's ports)"""
        timer = threading.Timer(HANG, self._kill)
        timer.start()
        self.process.stdin.write(f"{self._real(commands)}\necho '{END}'$?\n")
        self.process.stdin.flush()
        said = ""
        for line in self.process.stdout:
            before, mark, status = line.partition(END)
            said += before if mark else line
            if mark:
                timer.cancel()
                # An answer without a line's end counts as a line.
                return int(status), self._shown(said if said.endswith("\n") or not said else said + "\n")
        raise AssertionError(f"the shell ended, or hung and was killed; so far it said: {said}\nthe block: {commands}")

    def _kill(self):
        for pid in self._session():
            os.kill(pid, signal.SIGKILL)


def walk(case, page, runs=("sh",), path=None, env=None):
    """Runs a page's blocks of the kinds `runs` for a TestCase, in a new directory with the first page's files; how many
    blocks of each kind there are, and how often what a block printed was compared ("shown"). `path`: before PATH; `env`: besides what a page needs."""
    directory = Path(case.enterContext(tempfile.TemporaryDirectory()))
    count = collections.Counter()
    said = None  # what the last block printed; None: it was left out
    with Shell(directory, dict(zip(PORTS, free_ports(len(PORTS)))), {"RAMPART": str(ROOT), **(env or {})}, path) as shell:
        for kind, argument, text in blocks("1-production-setup.md"):
            if kind == "python":
                shell.write(argument, text)
        for kind, argument, text in blocks(page):
            if kind == "sh":
                case.assertFalse(said, f"{page} does not show what this block's predecessor prints: {text}")
                count[argument or kind] += 1
                said = None
                if (argument or kind) in runs:
                    status, said = shell.run(text)
                    case.assertEqual(status, 0, f"{text}\n{said}")
            elif kind == "output" and said is not None:
                count["shown"] += 1
                if not pattern(text).fullmatch(said):
                    case.assertEqual(said, text)
                said = None
            elif kind != "output" and argument:
                shell.write(argument, text)
        case.assertFalse(said)
    return dict(count)
