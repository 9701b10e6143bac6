"""The metrics: names, types, labels and buckets that dashboards rely on, and numbers that are right."""
import json
import re
import subprocess
import sys
import unittest
import urllib.request

from support.clients import ROOT
from support.mcp import LegacyClient, ModernClient, StdioServer
from support.metrics import Scrape, scrape
from support.process import CHILD, PATIENCE, WORKBENCH, HttpServer

# The families that existing dashboards know, with their types and labels.
SEED = {
    "mcp_requests_total": ("counter", {"method", "status", "client_id", "version"}),
    "mcp_request_duration_seconds": ("histogram", {"method", "endpoint"}),
    "mcp_active_connections": ("gauge", set()),
    "mcp_cpu_usage_percent": ("gauge", set()),
    "mcp_memory_usage_bytes": ("gauge", set()),
    "mcp_tool_usage_total": ("counter", {"tool_name", "success"}),
    "mcp_cache_hits_total": ("counter", {"type"}),
}
SEED_BUCKETS = {.005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, float("inf")}
STATUSES = ("success", "tool_error", "error", "rejected", "cancelled")


def documented(with_upstreams=False):
    """name → (type, labels) as docs/metrics.md has them."""
    always, more = (ROOT / "docs" / "metrics.md").read_text().split("## With upstreams")
    more = more.split("## With Redis")[0]
    rows = re.findall(r"^\| `(\w+)` \| (\w+) \| (.+?) \|", always + (more if with_upstreams else ""), re.M)
    return {name: (kind, set(re.findall(r"`(\w+)`: ", labels))) for name, kind, labels in rows}


class FirstScrape(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = cls.enterClassContext(HttpServer())
        cls.first = scrape(cls.server)

    def test_has_the_seven_families_with_their_types_and_labels(self):
        for name, (kind, labels) in SEED.items():
            with self.subTest(name):
                self.assertEqual(self.first.types[name], kind)
                self.assertEqual(self.first.labels_of(name), {frozenset(labels)})

    def test_has_every_documented_family_and_no_other(self):
        families = documented()
        self.assertGreater(len(families), 20)
        self.assertEqual(self.first.types, {name: kind for name, (kind, _) in families.items()})
        for name, (_, labels) in families.items():
            with self.subTest(name):
                self.assertEqual(self.first.labels_of(name), {frozenset(labels)}, "samples with the documented labels")

    def test_has_the_buckets_of_the_dashboards_finer_ones_and_two_seconds(self):
        buckets = set(self.first.buckets_of("mcp_request_duration_seconds"))
        self.assertLessEqual(SEED_BUCKETS, buckets)
        self.assertIn(2, buckets)
        self.assertGreaterEqual(len([bound for bound in buckets if bound < .005]), 3)

    def test_has_known_label_sets_at_zero(self):
        for outcome in ("hit", "miss", "error", "bypass"):
            self.assertIn(("mcp_cache_hits_total", {"type": outcome}, 0.0), self.first.samples)
        for reason in ("origin", "host", "size", "header", "parse", "rate", "overload"):
            self.assertIn(("mcp_rejected_total", {"reason": reason}, 0.0), self.first.samples)
        self.assertEqual({labels["status"] for name, labels, _ in self.first.samples if name == "mcp_requests_total"},
                         set(STATUSES))

    def test_measures_this_process(self):
        self.assertEqual(self.first.value("mcp_memory_usage_bytes"), self.first.value("process_resident_memory_bytes"))
        self.assertGreater(self.first.value("mcp_memory_usage_bytes"), 1 << 20)
        self.assertGreater(self.first.value("process_open_fds"), 5)
        self.assertEqual(self.first.value("rampart_build_info"), 1)

    def test_satisfies_promtool(self):
        checked = subprocess.run(["promtool", "check", "metrics"], input=self.first.text, capture_output=True, text=True,
                                 timeout=PATIENCE, check=False)
        self.assertEqual((checked.returncode, checked.stdout + checked.stderr), (0, ""))


class FirstScrapeWithUpstreams(unittest.TestCase):
    def test_has_every_documented_family_and_no_other(self):
        with HttpServer("wrap", "--", sys.executable, str(CHILD)) as server:
            server.log.wait_for_event("upstream_ready")
            first = scrape(server)
        families = documented(with_upstreams=True)
        self.assertGreater(len(families), len(documented()) + 10)
        self.assertEqual(first.types, {name: kind for name, (kind, _) in families.items()})
        for name in ("mcp_upstream_up", "circuit_breaker_state", "mcp_server_availability"):
            with self.subTest(name):
                self.assertEqual(first.labels_of(name), {frozenset(families[name][1])})


class Counting(unittest.TestCase):
    def test_each_outcome_once_with_its_time(self):
        with HttpServer(binary=WORKBENCH, env={"RATE_LIMIT": "6"}) as server:
            client = ModernClient(server.port)
            client.call("open", {"key": "a"})                      # success
            client.call("open", {"key": 7})                        # tool_error
            client.call("no-such-tool")                            # error
            client.request("no/such/method")                       # error, `other`
            waiting = client.call("wait", {"key": "never"}, meta={"progressToken": 1})
            next(waiting.messages())
            waiting.close()                                        # cancelled
            server.wait_for_metric('mcp_requests_total{method="tools/call",status="cancelled",client_id="anonymous",'
                                   'version="2026-07-28"}', lambda value: value == 1)
            client.call("open", {"key": "b"}, headers={"Mcp-Name": "close"})  # rejected: header
            self.assertEqual(client.call("open", {"key": "b"}).status, 429)   # rejected: rate
            now = scrape(server)

            def counted(**labels):
                return now.value("mcp_requests_total", client_id="anonymous", **labels)
            modern = {"version": "2026-07-28"}
            self.assertEqual({status: counted(method="tools/call", status=status, **modern) for status in STATUSES},
                             {"success": 1, "tool_error": 1, "error": 1, "rejected": 2, "cancelled": 1})
            self.assertEqual(counted(method="other", status="error", **modern), 1)
            self.assertEqual(now.value("mcp_requests_total"), 7)
            self.assertEqual(now.value("mcp_request_duration_seconds_count"), 7)
            self.assertEqual(now.value("mcp_request_duration_seconds_count", endpoint="sse"), 1)
            self.assertEqual(now.value("mcp_request_duration_seconds_bucket", le="+Inf"), 7)
            self.assertEqual(now.value("mcp_server_operation_duration_seconds_count"), 7)
            self.assertEqual(now.value("mcp_tool_usage_total", tool_name="open", success="true"), 1)
            self.assertEqual(now.value("mcp_tool_usage_total", tool_name="open", success="false"), 1)
            self.assertEqual(now.value("mcp_tool_usage_total", tool_name="wait", success="false"), 1)
            self.assertEqual(now.value("mcp_tool_usage_total", tool_name="other", success="false"), 1,
                             "no-such-tool, and not what was refused before its tool was looked for")
            self.assertEqual(now.value("mcp_tool_usage_total", tool_name="no-such-tool"), 0)
            self.assertEqual(now.value("mcp_server_operation_duration_seconds_count", gen_ai_tool_name="open",
                                       error_type="tool_error"), 1)
            self.assertEqual(now.value("mcp_ratelimit_violations_total"), 1)
            self.assertEqual(now.value("mcp_rejected_total", reason="rate"), 1)
            self.assertEqual(now.value("mcp_rejected_total", reason="header"), 1)
            self.assertEqual({error: now.value("mcp_errors_total", error_type=error) for error in
                              ("method_not_found", "not_found", "rate_limited", "header_mismatch", "cancelled")},
                             {"method_not_found": 1, "not_found": 1, "rate_limited": 1, "header_mismatch": 1, "cancelled": 1})

    def test_the_end_of_a_session_is_timed(self):
        with HttpServer() as server:
            old = LegacyClient(server.port, "2025-06-18")
            name = "mcp_server_session_duration_seconds_count"
            self.assertEqual(scrape(server).value(name, mcp_protocol_version="2025-06-18"), 0)
            request = urllib.request.Request(f"http://localhost:{server.port}/mcp", method="DELETE",
                                             headers={"Mcp-Session-Id": old.session})
            with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
                self.assertEqual(answer.status, 204)
            self.assertEqual(scrape(server).value(name, mcp_protocol_version="2025-06-18"), 1)

    def test_versions_are_the_negotiated_ones(self):
        with HttpServer() as server:
            for version in ("2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05"):
                LegacyClient(server.port, version).request("ping")
            now = scrape(server)
            for version in ("2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05"):
                self.assertEqual(now.value("mcp_requests_total", method="ping", status="success", version=version), 1)
            self.assertEqual(now.value("mcp_sessions"), 4)

    def test_probes_and_scrapes_and_our_own_checks_are_not_counted(self):
        with HttpServer() as server:
            for port in (server.port, server.private_port):
                server.get("/health", port)
                server.get("/ready", port)
            server.get("/nothing-here")
            scrape(server)
            now = scrape(server)
            self.assertEqual(now.value("mcp_requests_total"), 0)
            self.assertEqual(now.value("mcp_request_duration_seconds_count"), 0)
            self.assertEqual(now.value("mcp_dependency_up", dependency="mcp_servers"), 1)

    def test_no_web_page_may_read_them(self):
        with HttpServer() as server:
            for headers, status in (({"Host": "rebound.example"}, 403), ({"Origin": "https://page.example"}, 403),
                                    ({"Host": "localhost:1", "Origin": "http://localhost:9090"}, 200)):
                for path in ("/metrics", "/ready"):
                    with self.subTest(headers, path=path):
                        self.assertEqual(server.get(path, server.private_port, headers)[0], status)
        with HttpServer(env={"RAMPART_METRICS_BIND": "0.0.0.0", "RAMPART_ALLOWED_HOSTS": "mcp.example"}) as server:
            self.assertEqual(server.get("/metrics", server.private_port, {"Host": "10.1.2.3:9090"})[0], 200)

    def test_refusals_before_the_method_have_their_reason(self):
        with HttpServer(env={"MAX_REQUEST_SIZE": "1000"}) as server:
            client = ModernClient(server.port)
            client.call("echo", headers={"Origin": "http://evil.example"})
            client.call("echo", headers={"Host": "evil.example"})
            client.call("echo", {"message": "x" * 1000})
            client.post("{")
            client.post("{}", {f"X-{n}": "a" for n in range(120)})
            now = scrape(server)
            self.assertEqual({reason: now.value("mcp_rejected_total", reason=reason)
                              for reason in ("origin", "host", "size", "parse", "header", "rate", "overload")},
                             {"origin": 1, "host": 1, "size": 1, "parse": 1, "header": 1, "rate": 0, "overload": 0})
            self.assertEqual(now.value("mcp_requests_total"), 0)

    def test_refusals_on_standard_input_are_counted_too(self):
        with StdioServer(env={"METRICS_PORT": "0", "MAX_REQUEST_SIZE": "1000"}) as server:
            port = server.log.wait_for_event("listening", endpoint="private")["port"]
            for line in ("no JSON", '{"jsonrpc":"1.0","id":1,"method":"ping"}', "x" * 1001):
                server.send(line)
                self.assertIn("error", server.receive())
            with urllib.request.urlopen(f"http://localhost:{port}/metrics", timeout=PATIENCE) as answer:
                now = Scrape(answer.read().decode())
            self.assertEqual({reason: now.value("mcp_rejected_total", reason=reason) for reason in ("parse", "size")},
                             {"parse": 2, "size": 1})

    def test_open_connections_and_streams_are_gauges(self):
        with HttpServer() as server:
            client = ModernClient(server.port)
            stream = client.request("subscriptions/listen", {"notifications": {"toolsListChanged": True}})
            next(stream.messages())
            self.assertEqual(scrape(server).value("mcp_active_connections"), 1)
            self.assertEqual(scrape(server).value("mcp_subscriptions"), 1)
            stream.close()
            server.wait_for_metric("mcp_active_connections", lambda value: value == 0)
            server.wait_for_metric("mcp_subscriptions", lambda value: value == 0)

    def test_stdio_counts_under_its_endpoint(self):
        with StdioServer(env={"METRICS_PORT": "0"}) as server:
            port = server.log.wait_for_event("listening", endpoint="private")["port"]
            server.request("tools/list")
            now = scrape(HttpView(port))
            self.assertEqual(now.value("mcp_request_duration_seconds_count", method="tools/list", endpoint="stdio"), 1)
            self.assertEqual(now.value("mcp_active_connections"), 1)


class HttpView(HttpServer):
    """The private port of a server that was started otherwise."""

    def __init__(self, private_port):  # pylint: disable=super-init-not-called
        self.port = self.private_port = private_port


class Cache(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.demo = cls.enterClassContext(HttpServer())
        cls.bench = cls.enterClassContext(HttpServer(binary=WORKBENCH))

    def process(self, data, client=None):
        text = data if isinstance(data, str) else json.dumps(data)
        client = client or ModernClient(self.demo.port)
        result = client.call("process_data", {"data": json.loads(text), "operation": "transform"}).json()["result"]
        return result["structuredContent"]["cache_status"], result["structuredContent"]["result"]

    def test_the_second_time_is_a_hit_whatever_the_order_of_the_keys(self):
        before = scrape(self.demo)
        self.assertEqual(self.process('{"a": 1, "b": {"c": [1, 2], "d": "x"}}')[0], "miss")
        self.assertEqual(self.process('{"b": {"d": "x", "c": [1, 2]}, "a": 1}')[0], "hit")
        self.assertEqual(self.process('{"b": {"d": "x", "c": [2, 1]}, "a": 1}')[0], "miss")
        after = scrape(self.demo)
        for outcome, wanted in (("hit", 1), ("miss", 2), ("error", 0), ("bypass", 0)):
            self.assertEqual(after.value("mcp_cache_hits_total", type=outcome)
                             - before.value("mcp_cache_hits_total", type=outcome), wanted, outcome)

    def test_large_integers_are_not_folded(self):
        self.assertEqual(self.process('{"n": 9007199254740993}'), ("miss", {"n": 9007199254740993}))
        self.assertEqual(self.process('{"n": 9007199254740992}'), ("miss", {"n": 9007199254740992}))
        self.assertEqual(self.process('{"n": 9007199254740993}'), ("hit", {"n": 9007199254740993}))

    def test_types_are_not_folded(self):
        for data in ('{"n": 1}', '{"n": "1"}', '{"n": true}', '{"n": null}', '{"n": [1]}', '{"n": ""}'):
            self.assertEqual(self.process(data)[0], "miss", data)

    def test_two_eras_are_two_entries(self):
        data = '{"era": "both"}'
        self.assertEqual(self.process(data)[0], "miss")
        old = LegacyClient(self.demo.port)
        self.assertEqual(self.process(data, old)[0], "miss")
        self.assertEqual(self.process(data, old)[0], "hit")
        self.assertEqual(self.process(data)[0], "hit")

    def runs(self, number, **text):
        result = ModernClient(self.bench.port).call("count", {"number": number, **text}).json()["result"]
        self.assertFalse(result.get("isError"), result)
        return int(result["content"][0]["text"])

    def test_a_hit_does_not_run_the_tool(self):
        first = self.runs(1)
        self.assertEqual(self.runs(1), first)
        self.assertEqual(self.runs(2), first + 1)
        self.assertEqual(self.runs(1, text="a"), first + 2)
        self.assertEqual(self.runs(1, text="A"), first + 3)
        self.assertEqual(self.runs(2), first + 1)

    def test_errors_are_not_kept(self):
        before = scrape(self.demo).value("mcp_cache_hits_total", type="hit")
        for _ in range(2):
            answer = ModernClient(self.demo.port).call("process_data", {"data": "no object"}).json()
            self.assertTrue(answer["result"]["isError"])
        self.assertEqual(scrape(self.demo).value("mcp_cache_hits_total", type="hit"), before)

    def test_without_a_time_to_live_all_is_bypassed(self):
        with HttpServer(env={"CACHE_TTL": "0"}) as server:
            client = ModernClient(server.port)
            for _ in range(2):
                result = client.call("process_data", {"data": {"a": 1}}).json()["result"]
                self.assertEqual(result["structuredContent"]["cache_status"], "miss")
            now = scrape(server)
            self.assertEqual([now.value("mcp_cache_hits_total", type=outcome) for outcome in ("hit", "miss", "bypass")],
                             [0, 0, 2])


if __name__ == "__main__":
    unittest.main()
