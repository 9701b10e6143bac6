"""HTTP byte by byte: what a well-behaved client library would not send, or would not show."""
import http.client
import json
import socket

from .mcp import MODERN, modern_meta
from .process import PATIENCE


class Raw:
    """One connection. Answers come in the order of the requests; their bodies are read whole."""

    def __init__(self, port):
        self.socket = socket.create_connection(("localhost", port), timeout=PATIENCE)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def send(self, data):
        """False if the peer has closed the connection before it took everything."""
        try:
            self.socket.sendall(data if isinstance(data, bytes) else data.encode())
            return True
        except (BrokenPipeError, ConnectionResetError):
            return False

    def answer(self, method="POST"):
        """(status, headers, body); (0, None, b"") when the connection was closed without a word."""
        response = http.client.HTTPResponse(self.socket, method=method)
        try:
            response.begin()
            return response.status, response.headers, response.read()
        except (http.client.BadStatusLine, ConnectionResetError):
            return 0, None, b""

    def line(self):
        out = b""
        while not out.endswith(b"\n"):
            byte = self.socket.recv(1)
            if not byte:
                break
            out += byte
        return out

    def ended(self):
        """Waits for the peer to close; True if it does so without another byte."""
        try:
            return self.socket.recv(1) == b""
        except ConnectionResetError:
            return True


def modern_request(method="tools/call", params=None, request_id=1):
    params = params if params is not None else {"name": "echo", "arguments": {"message": "hello"}}
    return json.dumps({"jsonrpc": "2.0", "id": request_id, "method": method,
                       "params": {**params, "_meta": modern_meta()}})


def modern_headers(method="tools/call", name="echo", **more):
    lines = {"Host": "localhost", "Content-Type": "application/json",
             "Accept": "application/json, text/event-stream", "MCP-Protocol-Version": MODERN, "Mcp-Method": method,
             "Mcp-Name": name, **{key.replace("_", "-"): value for key, value in more.items()}}
    return {key: value for key, value in lines.items() if value is not None}


def head(headers, verb="POST", target="/mcp"):
    lines = headers.items() if isinstance(headers, dict) else headers
    return f"{verb} {target} HTTP/1.1\r\n" + "".join(f"{key}: {value}\r\n" for key, value in lines) + "\r\n"


def send_and_close(port, data):
    """The status of the answer to these bytes, 0 for none."""
    with Raw(port) as connection:
        connection.send(data)
        return connection.answer()[0]
