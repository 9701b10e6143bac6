"""Who is asked by the gateway benchmark, and how: a stdio child directly, or a gateway over HTTP.

Both kinds offer the same two calls, send(message) and receive(), so that one loop times them all.
"""
import json
import os
import re
import socket
import subprocess
import time

from processes import pinned

CLIENT = {"name": "bench", "version": "1.0.0"}
META = {"io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientInfo": CLIENT,
        "io.modelcontextprotocol/clientCapabilities": {}}
INITIALIZE = {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": CLIENT}
CHUNK = 1 << 20


def render(method, params=None, number=None):
    message = {"jsonrpc": "2.0", **({} if number is None else {"id": number}), "method": method,
               **({} if params is None else {"params": params})}
    return json.dumps(message, separators=(",", ":")).encode()


def call_of(tool, arguments, number, modern):
    return render("tools/call", {"name": tool, "arguments": arguments, **({"_meta": META} if modern else {})}, number)


class Stdio:
    """The child without a gateway."""

    def __init__(self, child, modern, core):
        command = pinned(core, [child, *(["--modern"] if modern else [])])
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0)
        self.write_to, self.read_from = self.process.stdin.fileno(), self.process.stdout.fileno()

    def open(self, modern):
        if not modern:
            self.send(render("initialize", INITIALIZE, 0))
            self.receive()
            self.send(render("notifications/initialized"))

    def close(self):
        self.process.stdin.close()
        self.process.wait(10)
        self.process.stdout.close()

    def send(self, message):
        os.write(self.write_to, message + b"\n")

    def receive(self):
        answer = bytearray(os.read(self.read_from, CHUNK))
        while not answer.endswith(b"\n"):
            answer += os.read(self.read_from, CHUNK)
        return answer


class Http:
    """One kept-alive connection to a gateway; `open` begins a session where the revision has one."""

    def __init__(self, port, path="/mcp"):
        self.port, self.path, self.tool = port, path, None
        self.connection = socket.create_connection(("127.0.0.1", port), timeout=30)
        self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.head = self.heads({})

    def heads(self, more, method="POST"):
        lines = {"Host": f"127.0.0.1:{self.port}", "Content-Type": "application/json",
                 "Accept": "application/json, text/event-stream", **more}
        text = f"{method} {self.path} HTTP/1.1\r\n" + "".join(f"{name}: {value}\r\n" for name, value in lines.items())
        return (text + "Content-Length: ").encode()

    def open(self, modern):
        if modern:
            self.head = self.heads({"MCP-Protocol-Version": "2026-07-28", "Mcp-Method": "tools/call",
                                    "Mcp-Name": self.tool})
            return
        self.send(render("initialize", INITIALIZE, 0))
        head = self.receive().split(b"\r\n\r\n", 1)[0].decode()
        session = re.search(r"(?im)^mcp-session-id: *(\S+)", head)
        if " 200 " not in head.split("\r\n")[0] or not session:
            raise RuntimeError(f"initialize was answered with {head}")
        self.session = {"Mcp-Session-Id": session[1], "MCP-Protocol-Version": "2025-11-25"}
        self.head = self.heads(self.session)
        self.send(render("notifications/initialized"))
        self.receive()

    def close(self):
        if getattr(self, "session", None):
            self.head = self.heads(self.session, "DELETE")
            self.send(b"")
            self.receive()
        self.connection.close()

    def send(self, message):
        self.connection.sendall(b"%b%d\r\n\r\n%b" % (self.head, len(message), message))

    def receive(self):
        answer = bytearray(self.connection.recv(CHUNK))
        while not (end := answer.find(b"\r\n\r\n")) > 0:
            answer += self.more()
        head = bytes(answer[:end]).lower()
        length = re.search(rb"\r\ncontent-length: *(\d+)", head)
        if length:
            while len(answer) < end + 4 + int(length[1]):
                answer += self.more()
        elif b"\r\ntransfer-encoding: chunked" in head:
            while not answer.endswith(b"\r\n0\r\n\r\n"):
                answer += self.more()
        return answer

    def more(self):
        got = self.connection.recv(CHUNK)
        if not got:
            raise RuntimeError("the gateway closed the connection")
        return got


def connected(port, modern, tool, patience=30):
    """An open Http; tried again as long as the gateway's child is still starting."""
    until = time.monotonic() + patience
    while True:
        peer = None
        try:
            peer = Http(port)
            peer.tool = tool
            peer.open(modern)
            return peer
        except (OSError, RuntimeError):
            if peer:
                peer.connection.close()
            if time.monotonic() > until:
                raise
            time.sleep(0.05)
