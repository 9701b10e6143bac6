"""Small MCP clients over HTTP and stdio. They send what they are told, wrong things too."""
import http.client
import itertools
import json
import queue
import subprocess
import threading

from .process import PATIENCE, Process

MODERN = "2026-07-28"
META = "io.modelcontextprotocol/"


def modern_meta(capabilities=None, version=MODERN, **more):
    return {f"{META}protocolVersion": version,
            f"{META}clientInfo": {"name": "system-test", "version": "1.0.0"},
            f"{META}clientCapabilities": capabilities or {},
            **{f"{META}{key}": value for key, value in more.items()}}


class Answer:
    """An HTTP answer: JSON at once, or an event stream that is read event by event."""

    def __init__(self, connection, response):
        self.connection, self.response = connection, response
        self.status, self.headers = response.status, response.headers
        self.is_stream = response.headers.get("Content-Type", "").startswith("text/event-stream")
        self.body = None
        if not self.is_stream:
            self.body = response.read().decode()
            self.close()

    def json(self):
        """The JSON body, or the last message of the stream: the answer."""
        if not self.is_stream:
            return json.loads(self.body)
        last = list(self.messages())[-1]
        self.close()
        return last

    def events(self):
        """{'id': ..., 'event': ..., 'data': ..., 'retry': ...} until the stream ends; comments are left out."""
        event = {}
        for raw in self.response:
            line = raw.decode().rstrip("\r\n")
            if not line:
                if event:
                    yield event
                event = {}
            elif not line.startswith(":"):
                key, _, value = line.partition(":")
                value = value.removeprefix(" ")
                event[key] = f"{event[key]}\n{value}" if key in event else value

    def messages(self):
        return (json.loads(event["data"]) for event in self.events() if event.get("data"))

    def close(self):
        self.response.close()
        self.connection.close()


class HttpClient:
    """One request a connection unless kept; `headers` are added to each, None removes one."""

    def __init__(self, port, headers=None):
        self.port, self.headers, self.ids = port, headers or {}, itertools.count(1)

    def post(self, message, headers=None):
        body = message if isinstance(message, (str, bytes)) else json.dumps(message)
        all_headers = {"Content-Type": "application/json", "Accept": "application/json, text/event-stream",
                       **self.headers, **(headers or {})}
        return self._send("POST", body, all_headers)

    def open_stream(self, headers=None):
        return self._send("GET", None, {"Accept": "text/event-stream", **self.headers, **(headers or {})})

    def delete(self, headers=None):
        return self._send("DELETE", None, {**self.headers, **(headers or {})})

    def _send(self, method, body, headers):
        connection = http.client.HTTPConnection("localhost", self.port, timeout=PATIENCE)
        connection.request(method, "/mcp", body, {k: v for k, v in headers.items() if v is not None})
        return Answer(connection, connection.getresponse())

    def request(self, method, params=None, headers=None, **message):
        return self.post({"jsonrpc": "2.0", "id": next(self.ids), "method": method,
                          **({"params": params} if params is not None else {}), **message}, headers)


class ModernClient(HttpClient):
    """2026-07-28: every request carries its version, capabilities and routing headers."""

    def __init__(self, port, capabilities=None, headers=None):
        super().__init__(port, headers)
        self.capabilities = capabilities

    def request(self, method, params=None, headers=None, meta=None, **message):
        params = params or {}
        name = params.get("name") or params.get("uri") or params.get("taskId")
        routing = {"MCP-Protocol-Version": MODERN, "Mcp-Method": method, **({"Mcp-Name": name} if name else {})}
        params = {**params, "_meta": {**modern_meta(self.capabilities), **(meta or {})}}
        return super().request(method, params, {**routing, **(headers or {})}, **message)

    def call(self, tool, arguments=None, **more):
        return self.request("tools/call", {"name": tool, "arguments": arguments or {}}, **more)


class LegacyClient(HttpClient):
    """The handshake and a session, at any revision before 2026-07-28."""

    def __init__(self, port, version="2025-11-25", capabilities=None):
        super().__init__(port)
        answer = self.request("initialize", {
            "protocolVersion": version, "capabilities": capabilities or {},
            "clientInfo": {"name": "system-test", "version": "1.0.0"}})
        self.initialized = answer.json()["result"]
        self.session = answer.headers.get("Mcp-Session-Id")
        self.headers = {"Mcp-Session-Id": self.session, "MCP-Protocol-Version": self.initialized["protocolVersion"]}
        assert self.notify("notifications/initialized").status == 202

    def notify(self, method, params=None):
        return self.post({"jsonrpc": "2.0", "method": method, **({"params": params} if params else {})})

    def call(self, tool, arguments=None, **more):
        return self.request("tools/call", {"name": tool, "arguments": arguments or {}, **more})


class StdioServer(Process):
    """A server on stdin and stdout. A reader thread collects what it says, so that nothing blocks."""

    def __init__(self, *arguments, env=None, **more):
        super().__init__(*(arguments or ("serve", "--stdio")), stdin=subprocess.PIPE, env=env, **more)
        self.ids, self.said = itertools.count(1), queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        for line in iter(self.process.stdout.readline, b""):
            self.said.put(line.decode())
        self.said.put(None)

    def send(self, message):
        text = message if isinstance(message, str) else json.dumps(message)
        self.process.stdin.write(text.encode() + b"\n")
        self.process.stdin.flush()

    def receive(self):
        """The next message; AssertionError if the server ended or said something that is not JSON."""
        line = self.said.get(timeout=PATIENCE)
        assert line is not None, "the server closed stdout"
        return json.loads(line)

    def receive_answer(self, request_id):
        """(the answer to request_id, what came before it)"""
        before = []
        while True:
            message = self.receive()
            if message.get("id") == request_id and "method" not in message:
                return message, before
            before.append(message)

    def request(self, method, params=None, modern=True, meta=None):
        number = next(self.ids)
        params = dict(params or {})
        if modern:
            params["_meta"] = {**modern_meta(), **(meta or {})}
        self.send({"jsonrpc": "2.0", "id": number, "method": method, "params": params})
        return self.receive_answer(number)

    def end_input(self):
        """What a client does to end a server: the exit code."""
        self.process.stdin.close()
        return self.wait()
