"""Holds a dialog with an example server over standard input and output, in one era of the protocol.

A dialog is a file of JSON lines, one exchange each (lines that begin with // are comments):
  method, params   what is sent
  result | error   what the answer must contain
  notifications    what must arrive before it, in this order (left out: anything may)
  answers          what the client answers when it is asked: [{method, message?, result}] in this order
  era              "modern" or "legacy", if the exchange belongs to one only
"Contain": an object may have more members, everything else is equal; {"~": "regex"} matches a string.
"""
import json
import os
import re
import subprocess
import threading

META = "io.modelcontextprotocol/"
CAPABILITIES = {"elicitation": {}, "sampling": {}, "roots": {}}
CLIENT = {"name": "dialog", "version": "1"}
TIME_LIMIT = 30  # seconds for one dialog


class Mismatch(Exception):
    pass


def expect(wanted, got, where="answer"):
    """Raises Mismatch where `got` does not contain `wanted`."""
    if isinstance(wanted, dict) and set(wanted) == {"~"}:
        if not isinstance(got, str) or not re.search(wanted["~"], got):
            raise Mismatch(f"{where}: {got!r} does not match {wanted['~']!r}")
    elif isinstance(wanted, dict) and isinstance(got, dict):
        for key, value in wanted.items():
            if key not in got:
                raise Mismatch(f"{where}.{key} is missing in {json.dumps(got)}")
            expect(value, got[key], f"{where}.{key}")
    elif isinstance(wanted, list) and isinstance(got, list):
        if len(wanted) != len(got):
            raise Mismatch(f"{where}: {len(got)} items, {len(wanted)} are expected: {json.dumps(got)}")
        for number, (one, other) in enumerate(zip(wanted, got)):
            expect(one, other, f"{where}[{number}]")
    elif wanted != got or isinstance(wanted, bool) != isinstance(got, bool):
        raise Mismatch(f"{where}: {json.dumps(got)} instead of {json.dumps(wanted)}")


def read_dialog(path):
    with open(path, encoding="utf-8") as file:
        return [json.loads(line) for line in file if line.strip() and not line.startswith("//")]


class Connection:
    """A server as a child process; messages are dicts."""

    def __init__(self, command):
        # What could configure the server does not leak in from the caller's environment.
        keep = {key: value for key, value in os.environ.items() if key in ("PATH", "HOME") or key.endswith("SAN_OPTIONS")}
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE, text=True, encoding="utf-8", env=keep)
        self.errors = []
        self.reader = threading.Thread(target=lambda: self.errors.extend(self.process.stderr), daemon=True)
        self.reader.start()
        self.watchdog = threading.Timer(TIME_LIMIT, self.process.kill)
        self.watchdog.start()
        self.next_id = 0

    def send(self, message):
        self.process.stdin.write(json.dumps({"jsonrpc": "2.0", **message}) + "\n")
        self.process.stdin.flush()

    def receive(self):
        line = self.process.stdout.readline()
        if not line:
            raise Mismatch("the server closed its output" if self.watchdog.is_alive() else "no answer in time")
        message = json.loads(line)
        if message.get("jsonrpc") != "2.0":
            raise Mismatch(f"no JSON-RPC message: {line}")
        return message

    def request(self, method, params, on_message):
        """The answer; every other message that arrives before it is given to `on_message`."""
        self.next_id += 1
        request = self.next_id
        self.send({"id": request, "method": method, "params": params})
        while True:
            message = self.receive()
            if message.get("id") == request and "method" not in message:
                return message
            on_message(message)

    def end(self):
        """Ends standard input, as clients do; the server must leave with status 0 and say nothing more."""
        self.process.stdin.close()
        rest = self.process.stdout.read()
        status = self.process.wait()
        if status != 0 or rest:
            raise Mismatch(f"at the end of input: exit status {status}, output {rest!r}")

    def close(self):
        self.process.kill()
        self.process.wait()
        self.watchdog.cancel()
        self.reader.join()
        for stream in (self.process.stdin, self.process.stdout, self.process.stderr):
            try:
                stream.close()
            except BrokenPipeError:
                pass


class Asked:
    """What the client does during one exchange: answers questions and keeps notifications."""

    def __init__(self, exchange):
        self.answers = list(exchange.get("answers", []))
        self.notifications = []

    def answer(self, method, params):
        if not self.answers:
            raise Mismatch(f"nobody expected to be asked: {method} {json.dumps(params)}")
        answer = self.answers.pop(0)
        expect(answer["method"], method, "question")
        if "message" in answer:
            expect(answer["message"], params.get("message"), "question.message")
        return answer["result"]


class Modern:
    """2026-07-28: every request says who asks, and questions come as results."""
    era, version = "modern", "2026-07-28"

    def __init__(self, connection):
        self.connection = connection

    def request(self, exchange, asked):
        meta = {META + "protocolVersion": self.version, META + "clientCapabilities": CAPABILITIES,
                META + "clientInfo": CLIENT, META + "logLevel": "info", "progressToken": "token"}
        params = {**exchange.get("params", {}), "_meta": meta}
        while True:
            answer = self.connection.request(exchange["method"], params, asked.notifications.append)
            result = answer.get("result", {})
            if result.get("resultType") != "input_required":
                return answer
            params["requestState"] = result["requestState"]
            params["inputResponses"] = {key: asked.answer(question["method"], question["params"])
                                        for key, question in result["inputRequests"].items()}


class Legacy:
    """2025-11-25: a handshake first, and questions are requests."""
    era, version = "legacy", "2025-11-25"

    def __init__(self, connection):
        self.connection = connection
        refuse = Asked({})
        answer = connection.request("initialize", {"protocolVersion": self.version, "capabilities": CAPABILITIES,
                                                   "clientInfo": CLIENT}, refuse.notifications.append)
        expect({"result": {"protocolVersion": self.version}}, answer)
        connection.send({"method": "notifications/initialized"})
        if "logging" in answer["result"]["capabilities"]:
            expect({"result": {}}, connection.request("logging/setLevel", {"level": "info"},
                                                      refuse.notifications.append))

    def request(self, exchange, asked):
        def on_message(message):
            if "id" not in message:
                return asked.notifications.append(message)
            result = asked.answer(message["method"], message.get("params", {}))
            self.connection.send({"id": message["id"], "result": result})
        params = {**exchange.get("params", {}), "_meta": {"progressToken": "token"}}
        return self.connection.request(exchange["method"], params, on_message)


def hold(command, dialog, client_type):
    """Raises Mismatch with what the server wrote to its log when something else was answered."""
    connection = Connection(command)
    try:
        client = client_type(connection)
        for number, exchange in enumerate(dialog, 1):
            if exchange.get("era", client.era) != client.era:
                continue
            asked = Asked(exchange)
            answer = client.request(exchange, asked)
            where = f"exchange {number} ({client.era})"
            kind = "error" if "error" in exchange else "result"
            expect({kind: exchange[kind]}, answer, where)
            if "notifications" in exchange:
                expect(exchange["notifications"], asked.notifications, where + " notifications")
            if asked.answers:
                raise Mismatch(f"{where}: the server never asked for {asked.answers[0]['method']}")
        connection.end()
    except (Mismatch, BrokenPipeError) as problem:
        connection.close()
        raise Mismatch(f"{problem}\n{''.join(connection.errors)}") from problem
    connection.close()
