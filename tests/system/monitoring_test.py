"""Debian's Prometheus and Alertmanager around two real gateways that have trouble: what operators would see.

The files of deploy/ are used with all their times divided by 30, one scrape a second. Load runs until the end.
Every query of the dashboard and every recorded series must return data, and alerts must come to their receivers.
"""
import contextlib
import http.client
import itertools
import json
import math
import re
import secrets
import tempfile
import threading
import time
import unittest
from pathlib import Path

from support.faulty import Caller, Gateway, interrupt, wait_until
from support.mcp import ModernClient
from support.monitoring import DEPLOY, Alertmanager, Prometheus, Receiver, routes_divided
from support.redis import Redis

BY = 30
PATIENCE = 300.0  # seconds until all alerts have come and all data is there; it takes half a minute
LAST_LOOK = 5.0  # seconds for what is still missing then
STEP = 90.0     # seconds for what comes before and after: first answers; the loss of Redis, then of an instance
DASHBOARDS = sorted((DEPLOY / "grafana" / "dashboards").glob("*.json"))
# (receiver, alert, labels): all that must come while the load runs.
EXPECTED = [("on-call", "MCPServerDown", {"server": "down"}),
            ("team", "MCPChildCrashLoop", {"server": "dying"}),
            ("team", "MCPCircuitOpen", {"server": "breaking"}),
            ("team", "MCPServerHighErrorRate", {"server": "breaking"}),
            ("team", "MCPServerHighLatency", {"server": "slow"}),
            ("team", "MCPHighErrorRate", {}),
            ("team", "MCPHighLatency", {}),
            ("team", "MCPRateLimitSurge", {}),
            ("team", "MCPRejectedSurge", {"reason": "origin"}),
            ("digest", "MCPCacheHitLow", {})]


class Load:
    """Threads that do something again and again, with a pause between. A server that is gone is no reason to stop."""

    def __init__(self):
        self.over, self.threads = threading.Event(), []

    def again(self, action, pause):
        def run():
            while not self.over.wait(pause):
                with contextlib.suppress(OSError, http.client.HTTPException):
                    action()
        self.threads.append(threading.Thread(target=run, daemon=True))
        self.threads[-1].start()

    def calls(self, gateway, tool, pause, text=lambda: "same", **arguments):
        caller = Caller(gateway.port)
        self.again(lambda: caller.call(tool, text=text(), **arguments), pause)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.over.set()
        for thread in self.threads:
            thread.join(60)


def prometheus_config(gateways, alertmanager):
    """The file of deploy/, with the addresses of the test and its times shortened."""
    text = (DEPLOY / "prometheus" / "prometheus.yml").read_text()
    text = re.sub(r"^(  (?:scrape_interval|scrape_timeout|evaluation_interval)): \w+$", r"\1: 1s", text, flags=re.M)
    text = re.sub(r"  - job_name: prometheus\n(?:    .*\n)+", "", text)  # itself: it does not know its port yet
    targets = ", ".join(f'"127.0.0.1:{gateway.private_port}"' for gateway in gateways)
    return text.replace('"rampart:9090"', targets).replace("alertmanager:9093", alertmanager.address)


def alertmanager_config(receiver):
    """The routes and inhibitions of deploy/; each receiver is a webhook of the test."""
    routes, receivers = (DEPLOY / "alertmanager" / "alertmanager.yml").read_text().split("\nreceivers:\n")
    names = re.findall(r"^  - name: (\S+)$", receivers, re.M)
    assert set(names) == {row[0] for row in EXPECTED}, names
    hooks = "".join(f"  - name: {name}\n    webhook_configs:\n      - url: {receiver.url}/{name}\n" for name in names)
    return f"{routes_divided(routes, BY)}\nreceivers:\n{hooks}"


def has_number(result):
    """Whether a query's result has at least one sample that is a number."""
    samples = [sample for series in result for sample in series.get("values", [series.get("value")])]
    return any(not math.isnan(float(value)) for _, value in samples)


class Monitoring(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        enter = cls.enterClassContext
        cls.broken = Path(enter(tempfile.TemporaryDirectory())) / "broken"
        cls.redis = enter(Redis())
        # A busy machine is no reason to do without Redis.
        env = {"REDIS_URL": cls.redis.url, "RAMPART_REDIS_COMMAND_TIMEOUT": "10s"}
        cls.troubled = enter(Gateway({
            "well": {"run": ["well"], "tools": {"cacheable": ["echo"]}},
            "slow": ["well"], "breaking": ["well"], "dying": ["well", "dying"],
            "down": {"run": ["exits while", str(cls.broken)], "required": False}}, env=env))
        cls.limited = enter(Gateway({
            "spare": {"run": ["well"], "tools": {"cacheable": ["echo"]}}, "idle": ["well"]}, env={**env, "RATE_LIMIT": "60"}))
        cls.receiver = enter(Receiver())
        cls.alertmanager = enter(Alertmanager(alertmanager_config(cls.receiver)))
        cls.prometheus = enter(Prometheus(prometheus_config((cls.troubled, cls.limited), cls.alertmanager), BY))
        cls.load = enter(Load())
        cls.deadline = time.monotonic() + PATIENCE
        cls.answer_once()
        cls.start_load()

    def patience(self):
        return max(LAST_LOOK, self.deadline - time.monotonic())

    @classmethod
    def answer_once(cls):
        """Each server has answered a call before trouble begins, so that it has all of its series."""
        for gateway, name in itertools.chain(((cls.troubled, name) for name in cls.troubled.names),
                                             ((cls.limited, name) for name in cls.limited.names)):
            wait_until(lambda g=gateway, n=name: Caller(g.port).call(f"{n}_echo", text="a").kind == "result", name,
                       timeout=STEP)

    @classmethod
    def start_load(cls):
        cls.broken.touch()
        interrupt(cls.troubled.leader_with(str(cls.broken)))
        load, new = cls.load, lambda: secrets.token_hex(8)
        load.calls(cls.troubled, "well_echo", 0.2)
        load.calls(cls.troubled, "well_echo", 0.2, new)
        for _ in range(6):
            load.calls(cls.troubled, "slow_echo", 0.05, ms=2500)
        load.calls(cls.troubled, "breaking_fault", 0.2, kind="no result")
        load.calls(cls.limited, "spare_echo", 0.1, new)  # most of them beyond its limit
        load.again(cls.kill_dying, 0.2)
        stranger = ModernClient(cls.limited.port, headers={"Origin": "http://evil.example"})
        load.again(lambda: stranger.call("spare_echo", {"text": "a"}), 0.2)

    @classmethod
    def kill_dying(cls):
        """A child that has answered is back at once, so that it can be killed again."""
        if Caller(cls.troubled.port).call("dying_echo", text="a").kind == "result":
            for pid in cls.troubled.leaders():
                if cls.is_dying(pid):
                    interrupt(pid)

    @staticmethod
    def is_dying(pid):
        try:
            return b"\0dying\0" in Path(f"/proc/{pid}/cmdline").read_bytes()
        except OSError:
            return False

    # --- in this order: alerts first, since the dashboard shows them too --------------------------

    def test_1_alerts_come_to_the_receivers_of_their_severity(self):
        for receiver, name, labels in EXPECTED:
            with self.subTest(alert=name):
                *_, came, annotations = self.receiver.wait_for(receiver, self.patience(), alertname=name, **labels)
                self.assertEqual(came["job"], "rampart")
                self.assertEqual(annotations["runbook_url"], f"docs/runbooks/{name}.md")
        self.assertEqual(self.receiver.firing("on-call", severity="warning"), [])
        self.assertEqual(self.receiver.firing("team", severity="critical"), [])

    def test_2_who_is_well_is_not_accused(self):
        for _, _, labels, _ in self.receiver.alerts:
            if labels["alertname"] != "MCPServerHighLatency":  # a busy machine makes everybody slow
                self.assertNotIn(labels.get("server"), ("well", "spare", "idle"), labels)
            self.assertNotEqual(labels["alertname"], "RampartAbsent", labels)

    def test_3_a_server_that_is_down_silences_its_other_alerts_and_nobody_elses(self):
        def states(name, server):
            return [alert["status"] for alert in self.alertmanager.alerts()
                    if (alert["labels"]["alertname"], alert["labels"].get("server")) == (name, server)]
        status = wait_until(lambda: [found for found in states("MCPConsecutiveFailures", "down") if found["inhibitedBy"]],
                            "an inhibited alert", timeout=self.patience())
        self.assertEqual(status[0]["state"], "suppressed")
        other = wait_until(lambda: states("MCPServerHighErrorRate", "breaking"), "an alert", timeout=self.patience())
        self.assertEqual([found["state"] for found in other], ["active"])

    def test_4_every_recorded_series_has_data_and_no_rule_fails(self):
        names = {rule["name"] for rule in self.prometheus.rules("recording")}
        self.assertGreater(len(names), 10)
        for name in names:
            with self.subTest(series=name):
                wait_until(lambda n=name: has_number(self.prometheus.query(n)), name, timeout=self.patience())
        for kind in ("recording", "alerting"):
            self.assertEqual([rule for rule in self.prometheus.rules(kind) if rule["health"] != "ok"], [])

    def test_5_every_query_of_the_dashboard_returns_data_with_each_value_of_each_variable(self):
        for path in DASHBOARDS:
            dashboard = json.loads(path.read_text())
            values = self.values_of(dashboard)
            for panel in dashboard["panels"]:
                for target in panel.get("targets", []):
                    with self.subTest(panel=panel["title"], query=target["expr"]):
                        self.look(target, values)

    def values_of(self, dashboard):
        """{variable: its values}, as Prometheus tells them."""
        values = {}
        for variable in dashboard["templating"]["list"]:
            series, label = re.fullmatch(r"label_values\((.+), (\w+)\)", variable["query"]["query"]).groups()
            series = series.replace("$instance", variable["allValue"])
            values[variable["name"]] = self.prometheus.api(f"label/{label}/values", **{"match[]": series})
        self.assertEqual(set(values["server"]), {*self.troubled.names, *self.limited.names})
        self.assertEqual(len(values["instance"]), 2)
        self.assertGreaterEqual(set(values["tool"]), {"well_echo", "breaking_fault", "spare_echo"})
        return values

    def look(self, target, values):
        """All values at once give a number; each alone gives series."""
        wait_until(lambda: has_number(self.run_query(target, {})), "a number for All", timeout=self.patience())
        for name in values:
            if f"${name}" not in target["expr"]:
                continue
            for value in values[name]:
                wait_until(lambda n=name, v=value: self.run_query(target, {n: v}), f"{name} = {value}",
                           timeout=self.patience())

    def run_query(self, target, chosen):
        expression = target["expr"]
        for name in ("instance", "server", "tool"):
            value = re.escape(chosen[name]).replace("\\", "\\\\") if name in chosen else ".*"
            expression = expression.replace(f"${name}", value)
        for name, text in (("$__rate_interval", "10s"), ("$__range", "60s")):
            expression = expression.replace(name, text)
        self.assertNotIn("$", expression.replace('"$1"', ""))
        if target["instant"]:
            return self.prometheus.query(expression)
        now = self.now()
        return self.prometheus.api("query_range", query=expression, start=now - 30, end=now, step=2)["result"]

    def now(self):
        return float(self.prometheus.api("query", query="time()")["result"][1])

    def test_6_both_instances_miss_redis_and_keep_serving(self):
        wait_until(lambda: len(self.prometheus.query("mcp_redis_up == 1")) == 2, "Redis in use", timeout=STEP)
        self.redis.kill()
        for gateway in (self.troubled, self.limited):
            instance = f"127.0.0.1:{gateway.private_port}"
            self.receiver.wait_for("team", STEP, alertname="MCPRedisDown", instance=instance)
        self.assertEqual(Caller(self.troubled.port).call("well_echo", text="a").kind, "result")

    def test_7_an_instance_that_is_gone_is_reported(self):
        gone = f"127.0.0.1:{self.limited.private_port}"
        interrupt(self.limited.pid)
        self.receiver.wait_for("on-call", STEP, alertname="RampartDown", instance=gone)
        self.assertEqual(self.receiver.firing("on-call", alertname="RampartAbsent"), [])


if __name__ == "__main__":
    unittest.main()
