"""Containers of the images under test, run by podman as docs/containers.md says: read-only root, no capabilities, no
new privileges, bounded memory and CPU. script/image-test has set the engine up and removes what is left of it."""
import json
import subprocess
import sys
import tempfile
import time
import uuid
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
IMAGE, NODE_IMAGE, BASE = "localhost/rampart:test", "localhost/rampart:test-node", "localhost/rampart-base:1"
PATIENCE = 120.0  # seconds until a test gives up; generous, for a busy machine
HARDENED = ("--read-only", "--cap-drop", "ALL", "--security-opt", "no-new-privileges", "--memory", "512m",
            "--cpus", "2", "--pids-limit", "256")


def podman(*arguments, check=True, timeout=PATIENCE):
    done = subprocess.run(["podman", *map(str, arguments)], stdin=subprocess.DEVNULL, capture_output=True, text=True,
                          timeout=timeout, check=False)
    if check and done.returncode != 0:
        raise AssertionError(f"podman {' '.join(map(str, arguments))}: exit {done.returncode}\n{done.stderr}")
    return done


def inspect(image):
    return json.loads(podman("image", "inspect", image).stdout)[0]


class Container:
    """A running container; a context manager that removes it. `network`: a namespace of its own by default, in which
    it has the ports that the image names; "host" for one that must reach other hosts."""

    def __init__(self, *command, image=IMAGE, network="none", env=None, options=()):
        self.name = f"rampart-{uuid.uuid4().hex[:8]}"
        variables = [part for name, value in (env or {}).items() for part in ("--env", f"{name}={value}")]
        podman("run", "--detach", "--name", self.name, "--network", network, *HARDENED, *variables, *options, image,
               *command)

    def __enter__(self):
        self.pid = self.state()["Pid"]
        return self

    def __exit__(self, kind, *_):
        if kind is not None:
            print(f"log of {self.name}:\n{self.log()[-4000:]}", file=sys.stderr)
        podman("rm", "--force", "--time", "0", self.name, check=False)

    def state(self):
        return json.loads(podman("container", "inspect", self.name).stdout)[0]["State"]

    def log(self):
        done = podman("logs", self.name, check=False)
        return done.stdout + done.stderr

    def events(self):
        return [json.loads(line)["event"] for line in self.log().splitlines() if line.startswith('{"timestamp"')]

    def run(self, *command):
        """A command in the container: (exit code, its output)."""
        done = podman("exec", self.name, *command, check=False)
        return done.returncode, done.stdout + done.stderr

    def wait_until(self, *command):
        """Runs a command in the container until it succeeds."""
        end = time.monotonic() + PATIENCE
        while (outcome := self.run(*command))[0] != 0:
            if time.monotonic() > end or not self.state()["Running"]:
                raise AssertionError(f"{command} does not succeed: {outcome}\n{self.log()}")
            time.sleep(0.1)

    def status(self):
        """/proc/PID/status of the container's first process, as the kernel tells it outside."""
        lines = Path(f"/proc/{self.pid}/status").read_text().splitlines()
        return {name: value.strip() for name, value in (line.split(":", 1) for line in lines)}

    def mount_options(self, target):
        for line in Path(f"/proc/{self.pid}/mountinfo").read_text().splitlines():
            fields = line.split()
            if fields[4] == target:
                return fields[5].split(",")
        return None

    def inside(self, *command):
        """A program of this machine in the container's network, where the name `rampart` leads to 127.0.0.2: an
        address that answers only what listens on every address."""
        hosts = Path(tempfile.gettempdir()) / f"{self.name}.hosts"
        hosts.write_text("127.0.0.1 localhost\n127.0.0.2 rampart\n")
        try:
            return subprocess.run(
                ["unshare", "--mount", "sh", "-c",
                 'mount --bind "$1" /etc/hosts && pid=$2 && shift 2 && exec nsenter --net="/proc/$pid/ns/net" -- "$@"',
                 "sh", hosts, str(self.pid), *map(str, command)],
                stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=PATIENCE, check=False)
        finally:
            hosts.unlink()
