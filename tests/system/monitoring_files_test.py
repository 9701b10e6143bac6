"""deploy/ and the pages about it, without a Rampart: the rules fire and stay quiet, everything fits together.

promtool and amtool judge their own files; what a dashboard may hold is written down here.
"""
import itertools
import json
import math
import re
import subprocess
import unittest
from pathlib import Path

from support.monitoring import DEPLOY, ROOT, Prometheus
from support.process import PATIENCE

RULE_TESTS = sorted((ROOT / "tests" / "monitoring").glob("*.test.yml"))
RULES = DEPLOY / "prometheus" / "rules"
ALERTMANAGER = DEPLOY / "alertmanager" / "alertmanager.yml"
DASHBOARDS = sorted((DEPLOY / "grafana" / "dashboards").glob("*.json"))
RUNBOOKS = ROOT / "docs" / "runbooks"
SEVERITIES = {"critical": "on-call", "warning": "team", "info": "digest"}
# Grafana's current core panels; "graph" and "table-old" are gone.
PANELS = {"row", "text", "timeseries", "stat", "gauge", "bargauge", "table", "heatmap", "histogram", "state-timeline",
          "status-history", "barchart", "piechart", "logs"}
BUILT_IN = {"__rate_interval", "__interval", "__range"}


def tool(*words):
    """(exit code, all that was said) of promtool or amtool."""
    done = subprocess.run([str(word) for word in words], capture_output=True, text=True, timeout=6 * PATIENCE, check=False)
    return done.returncode, done.stdout + done.stderr


def names_of(pattern, path):
    return re.findall(pattern, path.read_text(), re.M)


def alerts():
    return names_of(r"^ +- alert: (\w+)$", RULES / "alerts.yml")


def records():
    return names_of(r"^ +- record: (\S+)$", RULES / "recording.yml")


def known_words():
    """Every name and label of docs/metrics.md, and the recorded series."""
    words = set(records())
    for row in names_of(r"^\| `.+", ROOT / "docs" / "metrics.md"):
        name, kind, labels = (cell.strip() for cell in row.split("|")[1:4])
        name = name.strip("`")
        words |= {name, *re.findall(r"(?:^|<br>)`(\w+)`", labels)}
        if kind == "histogram":
            words |= {f"{name}_bucket", f"{name}_count", f"{name}_sum"}
    return words


def series_in(expression):
    return set(re.findall(r"\b(?:mcp|circuit|process|rampart|instance|instance_le|server|job)[_:][\w:]+", expression))


def panels_of(dashboard):
    for panel in dashboard["panels"]:
        yield panel
        yield from panel.get("panels", [])


def expressions(dashboard):
    return [target["expr"] for panel in panels_of(dashboard) for target in panel.get("targets", [])]


class RuleFiles(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.prometheus = cls.enterClassContext(Prometheus())
        found = {rule["name"]: rule for rule in cls.prometheus.rules("alerting")}
        cls.alerting = [found[name] for name in alerts()]

    def test_promtool_takes_the_configuration_and_the_rules(self):
        self.assertEqual(tool("promtool", "check", "config", DEPLOY / "prometheus" / "prometheus.yml")[0], 0)
        code, said = tool("promtool", "check", "rules", *RULES.glob("*.yml"))
        self.assertEqual((code, "duplicate" in said), (0, False), said)

    def test_the_rules_do_what_their_unit_tests_say(self):
        code, said = tool("promtool", "test", "rules", *RULE_TESTS)
        self.assertEqual((code, said.count("SUCCESS")), (0, len(RULE_TESTS)), said)

    def test_each_alert_has_a_test_in_which_it_fires_and_one_in_which_it_stays_quiet(self):
        tested = [found for path in RULE_TESTS for found in names_of(r"alertname: (\w+)\n +exp_alerts:(.*)$", path)]
        self.assertEqual({name for name, quiet in tested if quiet == ""}, set(alerts()))
        self.assertEqual({name for name, quiet in tested if quiet == " []"}, set(alerts()))

    def test_each_recorded_series_has_a_test(self):
        tested = (ROOT / "tests" / "monitoring" / "recording.test.yml").read_text()
        self.assertEqual([name for name in records() if f"expr: {name}" not in tested
                          and f"expr: round({name}" not in tested], [])

    def test_rules_and_runbooks_ask_for_nothing_that_rampart_does_not_have(self):
        known = known_words()
        for path in (*RULES.glob("*.yml"), *RUNBOOKS.glob("*.md")):
            asked = names_of(r"^ +(?:expr: |  )(.+)$", path) if path.suffix == ".yml" else names_of(r"^query '(.+)'$", path)
            self.assertTrue(asked, path)
            self.assertEqual(set().union(*map(series_in, asked)) - known, set(), path)

    def test_each_alert_has_a_severity_words_and_a_runbook(self):
        for rule in self.alerting:
            self.assertIn(rule["labels"]["severity"], SEVERITIES, rule["name"])
            self.assertEqual(set(rule["annotations"]), {"summary", "description", "runbook_url"}, rule["name"])
            self.assertEqual(rule["annotations"]["runbook_url"], f"docs/runbooks/{rule['name']}.md")

    def test_the_table_of_alerts_is_the_rules(self):
        rows = names_of(r"^\| \[(\w+)\]\(runbooks/(\w+)\.md\) \| `(.+?)` \| (.+?) \| (\w+) \| (\w+) \| (.+) \|$",
                        ROOT / "docs" / "alerts.md")
        self.assertEqual([row[0] for row in rows], alerts())
        for (name, page, expression, threshold, lasting, severity, why), rule in zip(rows, self.alerting):
            self.assertEqual(page, name)
            self.assertEqual(expression.replace("\\|", "|"), " ".join(rule["query"].split()), name)
            number, unit = re.fullmatch(r"(\d+)([sm])", lasting).groups()
            self.assertEqual(int(number) * {"s": 1, "m": 60}[unit], rule["duration"], name)
            self.assertEqual(severity, rule["labels"]["severity"], name)
            self.assertTrue(threshold and why.endswith("."), name)

    def test_each_alert_has_one_page_with_commands_and_nobody_else_has(self):
        self.assertEqual(sorted(path.stem for path in RUNBOOKS.glob("*.md")), sorted(alerts()))
        for path in RUNBOOKS.glob("*.md"):
            self.assertEqual(names_of(r"^## (.+)$", path), ["See it", "Likely causes", "What to do", "Over when"], path)
            self.assertTrue(names_of(r"^# (.+)$", path)[0] == path.stem and names_of(r"^query '.+'$", path), path)
            for link in names_of(r"\]\((\w+\.md)\)", path):
                self.assertTrue((RUNBOOKS / link).exists(), (path, link))

    def test_prometheus_understands_every_command_of_the_runbooks(self):
        for path in RUNBOOKS.glob("*.md"):
            for expression in names_of(r"^query '(.+)'$", path):
                self.prometheus.query(expression)


class Alertmanager(unittest.TestCase):
    def test_amtool_takes_the_configuration(self):
        code, said = tool("amtool", "check-config", ALERTMANAGER)
        self.assertEqual(code, 0, said)

    def test_each_severity_has_its_receiver_and_an_unknown_one_is_not_lost(self):
        for severity, receiver in {**SEVERITIES, "odd": "team"}.items():
            code, said = tool("amtool", "config", "routes", "test", "--config.file", ALERTMANAGER, f"severity={severity}",
                              "alertname=MCPServerDown", "job=rampart")
            self.assertEqual((code, [line for line in said.splitlines() if "flag" not in line]), (0, [receiver]))

    def test_inhibitions_name_alerts_that_exist(self):
        named = set(re.findall(r"\b(?:MCP|Rampart)\w+", " ".join(names_of(r"_matchers: (.+)$", ALERTMANAGER))))
        self.assertEqual(named - set(alerts()), set())
        self.assertIn("MCPServerDown", named)

    def test_secrets_come_from_files(self):
        secret = r"^ *-? *(\w*(?:password|secret|token|routing_key|service_key|api_url|credentials)\w*):"
        self.assertTrue(names_of(secret, ALERTMANAGER))
        self.assertEqual([key for key in names_of(secret, ALERTMANAGER) if not key.endswith("_file")], [])


class Compose(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        text = (ROOT / "compose.yaml").read_text()
        cls.services = dict(re.findall(r"^  (\w+):\n((?:    .*\n|\n)+)", text.split("\nservices:\n")[1], re.M))

    def test_what_is_scraped_and_told_are_services(self):
        hosts = names_of(r'"([a-z]+):\d+"', DEPLOY / "prometheus" / "prometheus.yml")
        self.assertEqual(set(hosts) - {"localhost"}, {"rampart", "alertmanager"})
        self.assertEqual(set(hosts) - {"localhost"} - set(self.services), set())

    def test_alertmanager_is_given_the_secrets_that_it_reads(self):
        given = re.search(r"^    secrets: \[(.+)\]$", self.services["alertmanager"], re.M)[1].split(", ")
        self.assertEqual(set(names_of(r"/run/secrets/(\w+)$", ALERTMANAGER)), set(given))

    def test_the_memory_alert_stands_below_the_limit(self):
        size, unit = re.search(r"limits: \{.*memory: (\d+)([GM])", self.services["rampart"]).groups()
        limit = int(size) * {"G": 1024**3, "M": 1024**2}[unit]
        threshold = names_of(r"^ +\) > (0\.8(?: \* 1024){3})$", RULES / "alerts.yml")
        self.assertEqual([math.prod(map(float, text.split(" * "))) for text in threshold], [0.8 * limit])


class Dashboards(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.uid = names_of(r"^ +uid: (\S+)$", DEPLOY / "grafana" / "provisioning" / "datasources" / "prometheus.yml")[0]
        cls.all = {path.name: json.loads(path.read_text()) for path in DASHBOARDS}
        cls.main = cls.all["rampart-production.json"]

    def test_a_dashboard_stands_alone_in_its_file(self):
        for name, dashboard in self.all.items():
            self.assertNotIn("dashboard", dashboard, f"{name} is wrapped as the HTTP API wants it; a provider does not")
            self.assertTrue(dashboard["title"] and dashboard["uid"] and dashboard["schemaVersion"] >= 36, name)
            self.assertNotIn("id", dashboard, name)
        self.assertEqual(len({dashboard["uid"] for dashboard in self.all.values()}), len(self.all))

    def test_the_production_dashboard_looks_as_operators_expect_it(self):
        main = self.main
        self.assertEqual(main["title"], "MCP Server Production Operations Dashboard")
        self.assertEqual((set(main["tags"]), main["style"], main["timezone"], main["refresh"], main["time"]),
                         ({"mcp", "production", "monitoring", "sre"}, "dark", "browser", "30s",
                          {"from": "now-1h", "to": "now"}))
        top = {panel["title"]: (panel["type"], *(panel["gridPos"][key] for key in "xywh")) for panel in main["panels"]}
        for title, wanted in {"System Health Score": ("stat", 0, 0, 6, 8),
                              "Request Rate (RPS)": ("timeseries", 6, 0, 12, 8),
                              "Error Rate Analysis": ("timeseries", 0, 8, 12, 8),
                              "Response Time Percentiles": ("timeseries", 12, 8, 12, 8),
                              "Server Status Table": ("table", 0, 16, 24, 8)}.items():
            self.assertEqual(top[title], wanted)
        self.assertEqual([panel["title"] for panel in main["panels"] if panel["type"] == "row"],
                         ["Tools", "Cache", "Circuit breaker", "Upstreams", "Security", "Runtime"])

    def test_panels_are_of_current_core_types_and_described(self):
        for dashboard in self.all.values():
            for panel in panels_of(dashboard):
                self.assertIn(panel["type"], PANELS, panel["title"])
                self.assertNotIn("alert", panel, panel["title"])
                if panel["type"] == "row":
                    continue
                self.assertTrue(panel["title"] and panel["description"] and panel["targets"], panel)
                self.assertEqual(len({target["refId"] for target in panel["targets"]}), len(panel["targets"]), panel["title"])
                if panel["type"] == "timeseries":
                    self.assertIn("unit", panel["fieldConfig"]["defaults"], panel["title"])

    def test_panels_have_ids_of_their_own_and_do_not_overlap(self):
        for dashboard in self.all.values():
            panels = list(panels_of(dashboard))
            self.assertEqual(len({panel["id"] for panel in panels}), len(panels))
            taken = {}
            for panel in panels:
                x, y, w, h = (panel["gridPos"][key] for key in "xywh")
                self.assertLessEqual(x + w, 24, panel["title"])
                for cell in itertools.product(range(x, x + w), range(y, y + h)):
                    self.assertEqual(taken.setdefault(cell, panel["title"]), panel["title"])

    def test_everything_asks_the_provisioned_data_source(self):
        source = {"type": "prometheus", "uid": self.uid}
        for dashboard in self.all.values():
            for panel in panels_of(dashboard):
                if panel["type"] in ("row", "text"):
                    continue
                self.assertEqual([panel["datasource"], *(target["datasource"] for target in panel["targets"])],
                                 [source] * (1 + len(panel["targets"])), panel["title"])
            for variable in dashboard["templating"]["list"]:
                self.assertEqual(variable["datasource"], source, variable["name"])

    def test_every_variable_is_used_and_every_one_used_is_there(self):
        for dashboard in self.all.values():
            own = {variable["name"] for variable in dashboard["templating"]["list"]}
            used = set(re.findall(r"\$\{?([a-z_]\w*)", " ".join(expressions(dashboard))))
            self.assertEqual(used - BUILT_IN, own)
            for variable in dashboard["templating"]["list"]:
                self.assertTrue(variable["multi"] and variable["includeAll"], variable["name"])
            # Several values at once are a regular expression.
            self.assertEqual([text for text in expressions(dashboard) if re.search(r'[^~]"\$[a-z]', text)], [])

    def test_queries_ask_for_nothing_that_rampart_does_not_have(self):
        known = known_words()
        for dashboard in self.all.values():
            asked = expressions(dashboard) + [variable["query"]["query"] for variable in dashboard["templating"]["list"]]
            self.assertEqual(set().union(*map(series_in, asked)) - known, set())

    def test_the_provider_looks_where_the_documentation_mounts_the_dashboards(self):
        provider = (DEPLOY / "grafana" / "provisioning" / "dashboards" / "rampart.yml").read_text()
        path = re.search(r"^ +path: (\S+)$", provider, re.M)[1]
        self.assertIn(f"`dashboards` at `{path}`", (ROOT / "docs" / "monitoring.md").read_text())


if __name__ == "__main__":
    unittest.main()
