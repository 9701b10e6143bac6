"""Debian's Prometheus and Alertmanager as processes of a test, and the files of deploy/ made to fit one.

They listen on ports of the kernel's choice and say so in their logs. Times in the files can be divided.
"""
import http.client
import http.server
import json
import re
import shutil
import tempfile
import threading
import urllib.parse
from pathlib import Path

from .process import PATIENCE, Process

ROOT = Path(__file__).resolve().parents[3]
DEPLOY = ROOT / "deploy"
SECONDS = {"s": 1, "m": 60, "h": 3600}
DURATION = r"(\d+)([smh])\b"


def divided(text, before, by):
    """The text with each duration that follows `before` (a pattern) divided."""
    def shorter(match):
        return f"{match[1]}{int(match[2]) * SECONDS[match[3]] * 1000 // by}ms"
    return re.sub(f"({before}){DURATION}", shorter, text)


def rules_divided(text, by):
    return divided(text, r"\[|\b(?:keep_firing_)?for: ", by)


def routes_divided(text, by):
    return divided(text, r"\b(?:group_wait|group_interval|repeat_interval|resolve_timeout): ", by)


class Service(Process):
    """A process of the Prometheus family; `files` are written to a folder of its own before it starts."""

    def __init__(self, command, arguments, files):
        self.folder = tempfile.TemporaryDirectory()
        for name, text in files.items():
            path = Path(self.folder.name) / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        binary = shutil.which(command)
        assert binary, f"{command} is not installed (script/setup --test)"
        super().__init__("--log.format=json", "--web.listen-address=127.0.0.1:0",
                         *(word.format(self.folder.name) for word in arguments), binary=binary)

    def __enter__(self):
        line = self.log.wait_for(lambda line: line.get("msg") == "Listening on", "a port", timeout=3 * PATIENCE)
        self.address = line["address"]
        return self

    def __exit__(self, *_):
        super().__exit__(*_)
        self.folder.cleanup()

    def get(self, path, **query):
        """(status, the JSON or text that was answered)"""
        connection = http.client.HTTPConnection(self.address, timeout=3 * PATIENCE)
        try:
            connection.request("GET", path + ("?" + urllib.parse.urlencode(query) if query else ""))
            response = connection.getresponse()
            body = response.read().decode()
            is_json = "json" in response.headers.get("Content-Type", "")
            return response.status, json.loads(body) if is_json else body
        finally:
            connection.close()


class Prometheus(Service):
    def __init__(self, config=None, by=1):
        rules = {f"rules/{path.name}": rules_divided(path.read_text(), by)
                 for path in (DEPLOY / "prometheus" / "rules").glob("*.yml")}
        config = config or (DEPLOY / "prometheus" / "prometheus.yml").read_text()
        super().__init__("prometheus", ("--config.file={}/prometheus.yml", "--storage.tsdb.path={}/data"),
                         {**rules, "prometheus.yml": config})

    def __enter__(self):
        super().__enter__()
        self.log.wait_for(lambda line: line.get("msg", "").startswith("Server is ready"), "readiness", timeout=3 * PATIENCE)
        return self

    def api(self, path, **query):
        status, answer = self.get(f"/api/v1/{path}", **query)
        assert status == 200 and answer["status"] == "success", (path, query, answer)
        return answer["data"]

    def query(self, expression):
        return self.api("query", query=expression)["result"]

    def rules(self, kind):
        """All rules of a kind (alerting, recording), in their order."""
        return [rule for group in self.api("rules")["groups"] for rule in group["rules"] if rule["type"] == kind]


class Alertmanager(Service):
    def __init__(self, config):
        super().__init__("prometheus-alertmanager",
                         ("--config.file={}/alertmanager.yml", "--storage.path={}/data", "--cluster.listen-address="),
                         {"alertmanager.yml": config})

    def alerts(self):
        status, answer = self.get("/api/v2/alerts")
        assert status == 200, answer
        return answer


class Receiver:
    """Takes the webhooks of all receivers: POST /NAME. Any thread may wait for an alert."""

    def __init__(self):
        self.alerts, self._changed = [], threading.Condition()
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):  # pylint: disable=invalid-name
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                self.send_response(200)
                self.end_headers()
                outer.take(self.path[1:], body["alerts"])

            def log_message(self, *_):  # pylint: disable=arguments-differ
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)

    def take(self, receiver, alerts):
        with self._changed:
            self.alerts += [(receiver, alert["status"], alert["labels"], alert["annotations"]) for alert in alerts]
            self._changed.notify_all()

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()

    def firing(self, receiver, **labels):
        """What came for this receiver with these labels."""
        return [alert for alert in list(self.alerts)
                if alert[0] == receiver and alert[1] == "firing" and labels.items() <= alert[2].items()]

    def wait_for(self, receiver, timeout, **labels):
        with self._changed:
            if not self._changed.wait_for(lambda: self.firing(receiver, **labels), timeout):
                came = sorted({f"{alert[0]}: {alert[2]}" for alert in self.alerts})
                raise AssertionError(f"no {labels} for {receiver} in {timeout} s; there came:\n" + "\n".join(came))
        return self.firing(receiver, **labels)[0]
