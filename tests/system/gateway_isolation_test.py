"""One upstream's trouble is its own: full bulkheads, open circuits, deaths, and what probes and metrics say of them."""
import signal
import tempfile
import threading
import unittest
from pathlib import Path

from support.faulty import MIB, Caller, Callers, Gateway, http_upstream, interrupt, wait_until

PLACES = 4
QUEUE = 2


class Slow:
    """Calls that end only when their upstream does, each in a thread of its own."""

    def __init__(self, gateway, tool, number):
        self.gateway, self.tool, self.outcomes = gateway, tool, []
        self.threads = [threading.Thread(target=self.one, daemon=True) for _ in range(number)]
        for thread in self.threads:
            thread.start()

    def one(self):
        caller = Caller(self.gateway.port, patience=120)
        self.outcomes.append(caller.call(self.tool, kind="hang", text="slow"))
        caller.close()

    def join(self):
        for thread in self.threads:
            thread.join(60)
            assert not thread.is_alive(), "a call hangs"
        return self.outcomes


class Bulkhead(unittest.TestCase):
    def test_a_full_one_holds_up_nobody_else_and_refuses_at_once(self):
        limits = {"max_in_flight": PLACES, "queue": QUEUE}
        with Gateway({"slow": {"run": ["slow one"], "limits": limits}, "quick": ["well"]}) as gateway:
            wait_until(lambda: gateway.ready()[0] == 200, "readiness")
            slow = Slow(gateway, "slow_fault", PLACES + QUEUE)
            wait_until(lambda: gateway.scrape().value("mcp_upstream_in_flight", server="slow") == PLACES, "full places")
            wait_until(lambda: gateway.scrape().value("mcp_upstream_queue_depth", server="slow") == QUEUE, "a full queue")
            caller = Caller(gateway.port)
            for number in range(100):
                outcome = caller.call("quick_echo", text=f"quick {number}")
                self.assertEqual((outcome.kind, outcome.text), ("result", f"quick {number}"))
            for _ in range(10):
                outcome = caller.call("slow_echo", text="too many")
                self.assertEqual((outcome.status, outcome.code), (503, 503), outcome)
                self.assertGreaterEqual(int(outcome.headers["Retry-After"]), 1)
                self.assertIn("slow", outcome.text)
            self.assertEqual(slow.outcomes, [], "all of them are still pending")
            self.assertEqual(gateway.ready()[0], 200)
            scrape = gateway.scrape()
            self.assertEqual(scrape.value("mcp_upstream_in_flight", server="slow"), PLACES)
            self.assertEqual(scrape.value("mcp_upstream_queue_depth", server="slow"), QUEUE)
            self.assertEqual(scrape.value("circuit_breaker_requests_total", circuit_name="quick", outcome="success"), 100)
            self.end(gateway, slow)
            self.assertEqual(caller.call("slow_echo", text="again").kind, "result", "there is room again")
            caller.close()

    def test_an_adaptive_one_lets_fewer_in_when_calls_time_out(self):
        keys = {"limits": {"adaptive": True}, "timeouts": {"call": 1}}
        with Gateway({"slow": {"run": ["well"], **keys}}) as gateway:
            caller = Caller(gateway.port)
            self.assertEqual(caller.call(text="well").kind, "result")
            self.assertEqual(gateway.scrape().value("mcp_upstream_concurrency_limit", server="slow"), 20)
            self.assertIn("time limit", caller.call("fault", kind="hang", text="slow").text)
            self.assertEqual(gateway.scrape().value("mcp_upstream_concurrency_limit", server="slow"), 14)
            caller.close()

    def end(self, gateway, slow):
        """The slow one dies twice: once under those in flight, once under those that waited for a place."""
        for begun in (PLACES, PLACES + QUEUE):
            wait_until(lambda begun=begun: len(gateway.log.events("upstream_stderr")) == begun, "the calls at the server")
            interrupt(gateway.leader_with("slow one"))
        self.assertTrue(all(outcome.delivery_unknown for outcome in slow.join()), slow.outcomes)


class Breaker(unittest.TestCase):
    KEYS = {"recovery": 1, "recovery_max": 1}

    def circuit(self, gateway):
        return gateway.scrape().value("circuit_breaker_state", circuit_name="faulty")

    def total(self, gateway, **labels):
        return gateway.scrape().value("circuit_breaker_requests_total", circuit_name="faulty", **labels)

    def test_opens_answers_at_once_probes_and_closes(self):
        with http_upstream() as upstream, Gateway({"faulty": {"url": upstream.url, "breaker": self.KEYS}}) as gateway:
            caller = Caller(gateway.port)
            self.assertEqual(caller.call(text="well").kind, "result")
            for number in range(5):
                self.assertEqual(self.circuit(gateway), 0, number)
                self.assertTrue(caller.call("fault", kind="reset", text="lost").delivery_unknown)
            self.assertEqual(self.circuit(gateway), 1)
            self.assertAlmostEqual(gateway.scrape().value("circuit_breaker_failure_rate"), 500 / 6, places=3)
            reached = upstream.count("/mcp")
            refused = caller.call(text="refused")
            self.assertEqual((refused.status, refused.code), (503, 503), refused)
            self.assertEqual(int(refused.headers["Retry-After"]), 1)
            self.assertEqual(upstream.count("/mcp"), reached, "it was not asked")
            wait_until(lambda: self.circuit(gateway) == 2, "half open")
            for number in range(3):
                self.assertEqual(self.circuit(gateway), 2, number)
                self.assertEqual(caller.call(text="probe").kind, "result")
            self.assertEqual(self.circuit(gateway), 0)
            self.assertEqual(gateway.scrape().value("circuit_breaker_failure_rate"), 0)
            self.assertEqual(self.total(gateway, state="closed", outcome="success"), 1)
            self.assertEqual(self.total(gateway, state="closed", outcome="failure"), 5)
            self.assertEqual(self.total(gateway, state="open", outcome="blocked"), 1)
            self.assertEqual(self.total(gateway, state="half_open", outcome="success"), 3)
            caller.close()

    def test_a_failed_probe_opens_it_again(self):
        with http_upstream() as upstream, Gateway({"faulty": {"url": upstream.url, "breaker": self.KEYS}}) as gateway:
            caller = Caller(gateway.port)
            for _ in range(5):
                caller.call("fault", kind="500", text="lost")
            wait_until(lambda: self.circuit(gateway) == 2, "half open")
            self.assertTrue(caller.call("fault", kind="500", text="lost").delivery_unknown)
            self.assertEqual(self.circuit(gateway), 1)
            caller.close()

    def test_a_broken_tool_with_a_circuit_of_its_own_stops_alone(self):
        overrides = {"fault": {"breaker": {"failures": 2}, "timeouts": {"call": 30}}, "no_such": {"timeouts": {"call": 1}}}
        with http_upstream() as upstream, Gateway({"faulty": {"url": upstream.url, "overrides": overrides}}) as gateway:
            caller = Caller(gateway.port)
            for _ in range(2):
                self.assertTrue(caller.call("fault", kind="reset", text="lost").delivery_unknown)
            refused = caller.call("fault", kind="reset", text="refused")
            self.assertEqual((refused.status, refused.code), (503, 503), refused)
            self.assertIn("tool fault of upstream faulty", refused.text)
            self.assertEqual(caller.call(text="well").kind, "result")
            self.assertEqual(self.circuit(gateway), 0)
            self.assertEqual(gateway.scrape().value("circuit_breaker_state", circuit_name="faulty/fault"), 1)
            warned = gateway.log.wait_for_event("upstream_entry", entry="no_such")
            self.assertIn("overrides", warned["reason"])
            caller.close()

    def test_only_one_probe_at_once(self):
        keys = {"breaker": {**self.KEYS, "successes": 1}, "timeouts": {"call": 60}}
        with http_upstream() as upstream, Gateway({"faulty": {"url": upstream.url, **keys}}) as gateway:
            caller = Caller(gateway.port)
            for _ in range(5):
                caller.call("fault", kind="reset", text="lost")
            wait_until(lambda: self.circuit(gateway) == 2, "half open")
            probe = Slow(gateway, "fault", 1)
            wait_until(lambda: gateway.scrape().value("mcp_upstream_in_flight", server="faulty") == 1, "the probe")
            refused = caller.call(text="refused")
            self.assertEqual((refused.status, refused.code), (503, 503), refused)
            self.assertEqual(probe.outcomes, [])
            upstream.refuse(0)  # ends the probe
            self.assertTrue(probe.join()[0].delivery_unknown)
            self.assertEqual(self.circuit(gateway), 1)
            caller.close()

    def test_wrong_requests_do_not_open_it(self):
        with Gateway(["well"]) as gateway:
            caller = Caller(gateway.port)
            for _ in range(30):
                self.assertEqual(caller.call("fault", kind="no such kind", text="wrong").code, -32602)
            self.assertEqual(gateway.scrape().value("circuit_breaker_state"), 0)
            self.assertEqual(gateway.scrape().value("circuit_breaker_requests_total", outcome="failure"), 0)
            caller.close()


class AccessLines(unittest.TestCase):
    def test_say_which_upstream_was_asked(self):
        with Gateway({"one": ["well"], "two": ["well"]}) as gateway:
            wait_until(lambda: gateway.ready()[0] == 200, "readiness")
            caller = Caller(gateway.port)
            for tool in ("one_echo", "two_echo", "two_fault", "no_such"):
                caller.call(tool, kind="no such kind", text="a")
            caller.close()
            lines = {tool: gateway.log.wait_for_event("request", tool=tool) for tool in ("one_echo", "two_echo", "two_fault")}
            self.assertEqual({tool: line.get("upstream") for tool, line in lines.items()},
                             {"one_echo": "one", "two_echo": "two", "two_fault": "two"})
            others = [line for line in gateway.log.events("request") if "tool" not in line]
            self.assertTrue(others, "the call of an unknown tool has its line too")
            self.assertFalse([line for line in others if "upstream" in line])


class Memory(unittest.TestCase):
    def test_a_child_beyond_its_limit_is_replaced_and_no_call_is_lost(self):
        with Gateway({"greedy": {"run": ["well greedy"], "limits": {"memory": 300 * MIB}}, "other": ["well"]}) as gateway:
            wait_until(lambda: gateway.ready()[0] == 200, "readiness")
            first, caller = gateway.leader_with("well greedy"), Caller(gateway.port)
            self.assertEqual(caller.call("greedy_fault", kind="grow", ms=100, text="a little").kind, "result")

            def recycled():
                return gateway.scrape().value("mcp_upstream_restarts_total", server="greedy", reason="recycle")
            self.assertEqual(recycled(), 0)
            with Callers(gateway.port, 4, tool="greedy_echo", ms=3) as callers:
                self.assertEqual(caller.call("greedy_fault", kind="grow", ms=400, text="too much").kind, "result")
                wait_until(lambda: recycled() == 1, "a replacement")
                callers.wait_for(20)
                outcomes = callers.finish()
            self.assertEqual({outcome.kind for outcome in outcomes}, {"result"})
            wait_until(lambda: first not in gateway.children(), "the end of the large one")
            self.assertEqual(recycled(), 1, "its successor is small")
            caller.close()


class Health(unittest.TestCase):
    HEALTH = {"health": {"interval": 1}, "timeouts": {"probe": 1, "handshake": 2}}

    def check(self, gateway, status, degraded):
        def look():
            found, body = gateway.ready()
            return found == status and body.get("degraded", False) is degraded
        wait_until(look, f"{status} with degraded {degraded}")

    def test_an_optional_one_that_dies_degrades_and_a_required_one_is_waited_for(self):
        for required in (False, True):
            with self.subTest(required=required), tempfile.TemporaryDirectory() as folder:
                stuck = Path(folder) / "stuck"
                mortal = {"run": ["stuck while", str(stuck)], "required": required, **self.HEALTH}
                with Gateway({"mortal": mortal, "other": ["well"]}) as gateway:
                    self.check(gateway, 200, False)
                    caller = Caller(gateway.port)
                    self.assertEqual(caller.call("mortal_echo", text="a").kind, "result")
                    self.assertEqual(gateway.scrape().value("mcp_server_availability", server="mortal"), 1)
                    stuck.touch()
                    interrupt(gateway.leader_with("stuck while"))
                    self.check(gateway, 503 if required else 200, True)
                    self.assertEqual(gateway.scrape().value("mcp_server_availability", server="mortal"), 0)
                    self.assertEqual(gateway.scrape().value("mcp_upstream_up", server="mortal"), 0)
                    self.assertEqual(caller.call("other_echo", text="b").kind, "result")
                    stuck.unlink()
                    self.check(gateway, 200, False)
                    self.assertEqual(caller.call("mortal_echo", text="c").kind, "result")
                    self.assertEqual(gateway.scrape().value("mcp_server_availability", server="mortal"), 1)
                    caller.close()

    def test_probes_count_by_how_they_end_and_replace_a_child_that_answers_none(self):
        with Gateway({"faulty": {"run": ["well"], **self.HEALTH}}) as gateway:
            def checks(status):
                return gateway.scrape().value("mcp_health_checks_total", server="faulty", status=status)
            wait_until(lambda: checks("success") >= 2, "two probes")
            self.assertGreaterEqual(gateway.scrape().value("mcp_response_time_seconds_count", server="faulty", method="ping"), 2)
            self.assertEqual(gateway.scrape().buckets_of("mcp_response_time_seconds"), [0.1, 0.5, 1, 2, 5, 10, float("inf")])
            stopped = gateway.leaders()[0]
            interrupt(stopped, signal.SIGSTOP)  # alive, and silent
            wait_until(lambda: checks("timeout") >= 1, "a probe without an answer")
            wait_until(lambda: gateway.scrape().value("mcp_consecutive_failures", server="faulty") >= 2, "a second")
            self.assertEqual(gateway.scrape().value("mcp_server_availability", server="faulty"), 0)
            wait_until(lambda: gateway.scrape().value("mcp_server_availability", server="faulty") == 1, "a new child")
            self.assertNotIn(stopped, gateway.children())
            self.assertEqual(gateway.scrape().value("mcp_upstream_restarts_total", server="faulty", reason="unhealthy"), 1)
            self.assertEqual(gateway.scrape().value("mcp_consecutive_failures", server="faulty"), 0)
            self.assertEqual(Caller(gateway.port).call(text="a").kind, "result")


if __name__ == "__main__":
    unittest.main()
