"""/health and /ready, byte for byte what an orchestrator reads, and `rampart health` that asks for it."""
import contextlib
import http.client
import json
import re
import signal
import threading
import unittest

from support.mcp import ModernClient
from support.metrics import scrape
from support.process import WORKBENCH, HttpServer, run

TIMESTAMP = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?Z$")


def run_quietly(server):
    """A call that is never answered: the server ends before."""
    with contextlib.suppress(OSError, http.client.HTTPException):
        ModernClient(server.port).call("hold", {"number": 600_000})


class Probes(unittest.TestCase):
    def ready(self, server, port=None):
        status, headers, body = server.get("/ready", port)
        self.assertEqual(headers["Content-Type"], "application/json")
        answer = json.loads(body)
        self.assertRegex(answer.pop("timestamp"), TIMESTAMP)
        self.assertEqual(set(answer["checks"]), {"redis", "mcp_servers", "disk_space"})
        for name, value in answer["checks"].items():
            self.assertIsInstance(value, bool, name)
        return status, answer

    def wait_until_ready(self, server):
        server.wait_for_metric('mcp_dependency_up{dependency="mcp_servers"}', lambda value: value == 1)

    def test_health_is_two_members_on_both_ports(self):
        with HttpServer() as server:
            for port in (server.port, server.private_port):
                status, headers, body = server.get("/health", port)
                answer = json.loads(body)
                self.assertEqual((status, headers["Content-Type"]), (200, "application/json"))
                self.assertRegex(answer.pop("timestamp"), TIMESTAMP)
                self.assertEqual(answer, {"status": "healthy"})

    def test_ready_has_three_checks_a_status_and_a_timestamp_on_both_ports(self):
        with HttpServer() as server:
            self.wait_until_ready(server)
            for port in (server.port, server.private_port):
                self.assertEqual(self.ready(server, port), (200, {
                    "status": "ready", "checks": {"redis": True, "mcp_servers": True, "disk_space": True}}))

    def test_a_redis_that_is_away_degrades_and_warns_once(self):
        with HttpServer(env={"REDIS_URL": "redis://localhost:1"}) as server:
            self.wait_until_ready(server)
            server.log.wait_for_event("redis_down")
            for port in (server.port, server.private_port):
                self.assertEqual(self.ready(server, port), (200, {
                    "status": "ready", "degraded": True,
                    "checks": {"redis": False, "mcp_servers": True, "disk_space": True}}))
            self.assertEqual(json.loads(server.get("/health")[2])["status"], "healthy")
            self.assertEqual(scrape(server).value("mcp_dependency_up", dependency="redis"), 0)
            server.signal()
            self.assertEqual(server.wait(), 0)
            self.assertEqual(len([line for line in server.log.lines if line["level"] == "warning"]), 1)

    def test_a_loop_that_is_held_is_not_ready_for_long(self):
        with HttpServer(binary=WORKBENCH, env={"RAMPART_SERVER_LOOPS": "1"}) as server:
            self.wait_until_ready(server)
            threading.Thread(target=lambda: run_quietly(server), daemon=True).start()
            server.wait_for_metric('mcp_dependency_up{dependency="mcp_servers"}', lambda value: value == 0)
            status, answer = self.ready(server, server.private_port)
            self.assertEqual((status, answer["checks"]["mcp_servers"]), (503, False))

    def test_other_methods_and_paths_are_refused(self):
        with HttpServer() as server:
            self.assertEqual(server.get("/healthz")[0], 404)
            self.assertEqual(server.get("/metrics")[0], 404, "metrics are private")
            self.assertEqual(server.get("/mcp", server.private_port)[0], 404, "MCP is public")

    def test_while_draining_ready_says_503_and_health_stays_well(self):
        with HttpServer(env={"RAMPART_DRAIN_DELAY": "30"}) as server:
            self.wait_until_ready(server)
            server.signal()
            server.log.wait_for_event("draining")
            for port in (server.port, server.private_port):
                status, answer = self.ready(server, port)
                self.assertEqual((status, answer["status"]), (503, "not_ready"))
                self.assertEqual(server.get("/health", port)[0], 200)
            self.assertEqual(ModernClient(server.port).call("echo", {"message": "still here"}).status, 200)
            self.assertEqual(run("health", "--ready", f"http://localhost:{server.port}").returncode, 1)
            self.assertEqual(run("health", f"http://localhost:{server.port}").returncode, 0)
            server.signal(signal.SIGINT)
            server.wait()


class HealthCommand(unittest.TestCase):
    def test_asks_the_url_or_the_configured_port(self):
        with HttpServer() as server:
            server.wait_for_metric('mcp_dependency_up{dependency="mcp_servers"}', lambda value: value == 1)
            for arguments, env in (((f"http://localhost:{server.port}",), {}),
                                   (("--ready", f"http://127.0.0.1:{server.private_port}"), {}),
                                   (("--ready",), {"PORT": str(server.port)}),
                                   ((f"http://localhost:{server.port}/health",), {}),
                                   ((), {"PORT": str(server.port)})):
                with self.subTest(arguments, env=env):
                    done = run("health", *arguments, env=env)
                    self.assertEqual(done.returncode, 0, done.stderr)
                    self.assertEqual(json.loads(done.stdout)["status"], "ready" if "--ready" in arguments else "healthy")
            gone = f"http://localhost:{server.port}"
        done = run("health", gone)
        self.assertEqual(done.returncode, 1)
        self.assertIn("nothing answers", done.stderr)

    def test_asks_the_address_that_the_server_listens_on(self):
        with HttpServer(env={"RAMPART_SERVER_BIND": "127.0.0.2"}) as server:
            bind = {"PORT": str(server.port), "RAMPART_SERVER_BIND": "127.0.0.2"}
            for arguments, env in (((), bind), ((f"http://127.0.0.2:{server.port}?why",), {})):
                done = run("health", *arguments, env=env)
                self.assertEqual(done.returncode, 0, done.stderr)

    def test_refuses_what_it_cannot_ask(self):
        self.assertEqual(run("health", "https://localhost").returncode, 2)
        self.assertEqual(run("health", "http://localhost:1").returncode, 1)
        with HttpServer() as server:
            self.assertEqual(run("health", f"http://localhost:{server.port}/nothing").returncode, 1)


if __name__ == "__main__":
    unittest.main()
