"""Debian's redis-server, started for a test: on a Unix socket, and over TLS on a port that is free."""
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

from .process import PATIENCE

SERVER = "redis-server"


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return taken.getsockname()[1]


def certificates(home):
    """An authority and a certificate of it for localhost: (ca, certificate, key) as files."""
    ca, ca_key, request, certificate, key, names = (
        home / name for name in ("ca.pem", "ca.key", "request.pem", "redis.pem", "redis.key", "names"))
    names.write_text("subjectAltName=DNS:localhost,IP:127.0.0.1\n")
    new = ("openssl", "req", "-newkey", "rsa:2048", "-nodes", "-subj")
    for command in (
            (*new, "/CN=Test authority", "-x509", "-days", "2", "-keyout", ca_key, "-out", ca),
            (*new, "/CN=localhost", "-keyout", key, "-out", request),
            ("openssl", "x509", "-req", "-in", request, "-CA", ca, "-CAkey", ca_key, "-CAcreateserial",
             "-days", "2", "-extfile", names, "-out", certificate)):
        subprocess.run(command, check=True, capture_output=True, timeout=PATIENCE)
    return ca, certificate, key


class Redis:
    """A context manager. `tls` listens on self.port as well; what it keeps is gone with it."""

    def __init__(self, *settings, tls=False):
        self.folder = tempfile.TemporaryDirectory()
        self.home = Path(self.folder.name)
        self.socket = self.home / "redis.sock"
        self.url = f"unix://{self.socket}"
        self.settings, self.process, self.tls, self.port = settings, None, tls, None
        if tls:
            self.ca, self.certificate, self.key = certificates(self.home)

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.kill()
        self.folder.cleanup()

    def start(self):
        """Returns when it serves. A port that was free may be taken by the time it is bound: then another is tried."""
        end = time.monotonic() + PATIENCE
        while not self._started(end):
            assert self.tls and time.monotonic() < end, "redis-server does not serve"

    def _started(self, end):
        settings = self.settings
        if self.tls:
            self.port = free_port()
            settings += ("--tls-port", str(self.port), "--tls-cert-file", str(self.certificate),
                         "--tls-key-file", str(self.key), "--tls-ca-cert-file", str(self.ca), "--tls-auth-clients", "no")
        self.process = subprocess.Popen(
            [SERVER, "--port", "0", "--unixsocket", str(self.socket), "--save", "", "--dir", str(self.home),
             "--bind", "127.0.0.1", *settings],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        while self.cli("PING", check=False) != "PONG":
            if self.process.poll() is not None or time.monotonic() > end:
                self.kill()
                return False
        return True

    def kill(self):
        if self.process:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait(PATIENCE)
            self.process = None

    def signal(self, number):
        self.process.send_signal(number)

    def cli(self, *words, check=True):
        """What redis-cli prints. As the default user."""
        done = subprocess.run(["redis-cli", "-s", str(self.socket), *map(str, words)], capture_output=True, text=True,
                              timeout=PATIENCE, check=check)
        return done.stdout.strip()

    def keys(self):
        return self.cli("KEYS", "*").split()
