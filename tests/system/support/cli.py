"""The commands for people as a person runs them: with pipes, with a terminal, and held to recorded output."""
import os
import pty
import re
import subprocess
import sys
import threading
import time
from pathlib import Path

from .clients import ROOT, node
from .process import BINARY, PATIENCE, environment

PACKAGES = ROOT / "build" / "peers" / "node_modules" / "@modelcontextprotocol"
GOLDEN = Path(__file__).resolve().parents[1] / "golden" / "cli"
BROKEN = Path(__file__).resolve().parents[1] / "broken_server.py"
HANG = 120  # seconds until a command is taken for hung


def package(name, *arguments):
    """The command of a published server."""
    return [node(), str(PACKAGES / name / "dist" / "index.js"), *map(str, arguments)]


def broken(*modes):
    return [sys.executable, "-u", str(BROKEN), *modes]


def rampart(*words, server=None, stdin=subprocess.DEVNULL, text=None, env=None):
    """returncode, stdout and stderr of a command; `server` is what stands after --."""
    line = [str(BINARY), *map(str, words), *(["--", *server] if server else [])]
    given = {"input": text} if text is not None else {"stdin": stdin}
    return subprocess.run(line, capture_output=True, text=True, env=environment(env), timeout=HANG, check=False, **given)


class Terminal:
    """A command whose stdin is a terminal; a context manager. Its stdout is one too if `everything` is."""

    def __init__(self, *words, server=None, everything=False, env=None):
        self.master, slave = pty.openpty()
        line = [str(BINARY), *map(str, words), *(["--", *server] if server else [])]
        output = slave if everything else subprocess.PIPE
        self.process = subprocess.Popen(line, stdin=slave, stdout=output, stderr=subprocess.PIPE, env=environment(env))
        os.close(slave)
        self.everything, self.out, self.err, self.looked = everything, b"", b"", 0
        self.changed = threading.Condition()
        self.threads = [threading.Thread(target=self._read, args=(name,), daemon=True) for name in ("out", "err")]
        for thread in self.threads:
            thread.start()

    def _chunk(self, name):
        if name == "err":
            return self.process.stderr.read1()
        if not self.everything:
            return self.process.stdout.read1()
        try:
            return os.read(self.master, 65536)
        except OSError:  # the last writer is gone
            return b""

    def _read(self, name):
        while chunk := self._chunk(name):
            with self.changed:
                setattr(self, name, getattr(self, name) + chunk)
                self.changed.notify_all()

    def wait_for(self, text):
        """Until stderr says it, after what was waited for before."""
        def found():
            at = self.err.find(text.encode(), self.looked)
            if at >= 0:
                self.looked = at + len(text.encode())
            return at >= 0
        with self.changed:
            if not self.changed.wait_for(found, PATIENCE):
                raise AssertionError(f"{text!r} did not come; stderr is {self.err.decode()!r}")

    def type(self, line):
        os.write(self.master, line.encode() + b"\n")

    def control_d(self):
        os.write(self.master, b"\x04")

    def finish(self):
        """(exit status, stdout, stderr)"""
        status = self.process.wait(HANG)
        for thread in self.threads:
            thread.join(PATIENCE)
        return status, self.out.decode(), self.err.decode()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
        self.finish()
        os.close(self.master)
        for pipe in (self.process.stdout, self.process.stderr):
            if pipe:
                pipe.close()


# What differs from run to run, or with each release of a server.
PLAIN = ((r"\b\d+(\.\d+)? ms\b", "N ms"),
         (r"\b\d+ lines that\b", "N lines that"),
         (r"\bwithin [\d.]+ s\b", "within N s"),
         (r"\b\d[\d.,]* (B|kB|MB)\b", "SIZE"),
         (r"\babout [\d,]+ tokens?\b", "about N tokens"),
         (r"\b\d+:\d+:\d+ [AP]M\b", "TIME"),
         (r"(?<=\S )\d+\.\d+\.\d+(?=,|$)", "VERSION"))


def normalised(text, replace=(), patterns=()):
    for plain, name in ((str(PACKAGES), "PACKAGES"), (node(), "node"), (sys.executable, "python"), (str(BROKEN), "broken_server.py"),
                        *replace):
        text = text.replace(plain, name)
    for pattern, name in (*PLAIN, *patterns):
        text = re.sub(pattern, name, text, flags=re.M)
    return text


class Recording:
    """Commands and what they print, held to a file of golden/cli. RAMPART_UPDATE_GOLDEN=1 writes it anew."""

    def __init__(self, name, server, replace=()):
        self.path, self.server, self.replace, self.text = GOLDEN / f"{name}.txt", server, replace, ""

    def run(self, *words, **more):
        done = rampart(*words, server=self.server, **more)
        shown = " ".join(re.sub(r"\s+", " ", str(word)) for word in words)
        self.text += f"$ rampart {shown} -- SERVER\n{done.stdout}"
        if done.stderr:
            self.text += f"--- stderr\n{done.stderr}"
        self.text += f"--- exit status {done.returncode}\n\n"
        return done

    def check(self, test, patterns=()):
        text = normalised(self.text, self.replace, patterns)
        if os.environ.get("RAMPART_UPDATE_GOLDEN"):
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self.path.write_text(text)
        test.assertEqual(self.path.read_text(), text)


def wait_for_end(pids):
    """Until none of these processes runs any more."""
    end = time.monotonic() + PATIENCE
    while left := [pid for pid in pids if Path(f"/proc/{pid}").exists()]:
        if time.monotonic() > end:
            raise AssertionError(f"processes {left} are still there")
        time.sleep(0.02)
