"""What an upstream can do wrong, one row a fault: each call's end is asserted, and that the gateway is as before.

While the faults happen, other callers use the same server without pause: theirs are the calls in flight.
RAMPART_SOAK_SECONDS repeats all rows for so long, with more faults each (script/soak).
"""
import json
import os
import signal
import tempfile
import threading
import time
import unittest
from pathlib import Path

from support.faulty import MIB, Caller, Callers, Gateway, http_upstream, interrupt, marked, wait_until

SOAK = int(os.environ.get("RAMPART_SOAK_SECONDS", "0"))
FAULTS = 16 if SOAK else 4
BESIDE = 4     # other callers
WARM = 400     # calls before the first look at the gateway's memory
CALL_LIMIT = 2  # seconds; of the calls that get no answer, and of those that wait for a child to start
CHILDREN = {"node": ["well"], "npx": ["parent"]}


# --- how calls end -----------------------------------------------------------------------------

def result(outcome):
    return outcome.kind == "result"


def unknown(outcome):
    return outcome.delivery_unknown


def too_late(outcome):
    return outcome.code == 504 and "time limit" in outcome.text


class Row:
    """`fault`: how its own calls end; `beside`: how the calls beside it may end, besides with a result."""

    def __init__(self, kind, fault, beside=None, restarts=0, noise=0, lines=0):
        self.kind, self.fault, self.beside = kind, fault, beside or (lambda outcome: False)
        self.restarts, self.noise, self.lines = restarts, noise, lines  # of each fault: deaths, dropped messages, stderr


STDIO = [Row("hang", too_late),
         Row("noise", result, noise=4102),
         Row("stderr", result, lines=4096),
         Row("half a line", unknown, beside=unknown, restarts=1, noise=1),
         Row("malformed", too_late, noise=1),
         Row("no result", unknown),
         Row("late", too_late, noise=1),
         Row("double", result, noise=2),
         Row("wrong id", too_late, noise=8),
         Row("exit", unknown, beside=unknown, restarts=1),
         Row("close stdout", unknown, beside=unknown, restarts=1)]
HTTP = [Row("reset", unknown), Row("close", unknown), Row("hang", too_late), Row("stall", too_late),
        Row("cut", unknown), Row("500", unknown), Row("503", unknown), Row("html", unknown),
        Row("redirect", unknown), Row("malformed", unknown, noise=1), Row("cut stream", unknown),
        Row("cut event", unknown), Row("wrong id", unknown, noise=2), Row("double", result)]


def report(name, **figures):
    if path := os.environ.get("RAMPART_SOAK_REPORT"):
        with Path(path).open("a") as file:
            print(json.dumps({"test": name, **figures}), file=file)


class Matrix(unittest.TestCase):
    def gateway(self, upstream):
        timeouts = {"call": CALL_LIMIT}
        return Gateway({"faulty": {**upstream, "timeouts": timeouts}}, env={"LOG_LEVEL": "debug"})

    def warm_up(self, gateway):
        with Callers(gateway.port, BESIDE) as callers:
            callers.wait_for(WARM)
            callers.finish()
        self.rest(gateway)
        return gateway.resting_state(), gateway.rss_bytes()

    def rest(self, gateway):
        """What an upstream keeps open between calls is closed."""

    def inject(self, gateway, row, beside):
        """One fault after the other, those without an answer all at once; between them the others are served."""
        outcomes = []

        def one(number):
            caller = Caller(gateway.port)
            text = f"fault {number}"
            outcome = caller.call("fault", kind=row.kind, text=text, ms=CALL_LIMIT * 1500)
            outcomes.append(outcome)
            self.assertIn(outcome.text if outcome.kind == "result" else text, text)
            caller.close()
        if row.fault is too_late:
            for first in range(0, FAULTS, 4):
                threads = [threading.Thread(target=one, args=(n,)) for n in range(first, first + 4)]
                for thread in threads:
                    thread.start()
                for thread in threads:
                    thread.join()
                beside.wait_for(2 * BESIDE)
            return outcomes
        for number in range(FAULTS):
            one(number)
            beside.wait_for(2 * BESIDE)
        return outcomes

    def row(self, name, row, gateway):
        before, rss = self.warm_up(gateway)
        with Callers(gateway.port, BESIDE, ms=2) as beside:
            outcomes = self.inject(gateway, row, beside)
            others = beside.finish()
        self.assertEqual(len(outcomes), FAULTS)
        self.assertEqual([outcome for outcome in outcomes if not row.fault(outcome)], [])
        self.assertEqual([o for o in others if not result(o) and not row.beside(o)], [])
        self.assertEqual(beside.swapped, [])
        self.wait_for_noise(gateway, row)
        self.rest(gateway)
        gateway.wait_for_state(before)
        self.check_metrics(gateway, row)
        after = gateway.rss_bytes()
        report(name, faults=FAULTS, calls=len(others), results=sum(map(result, others)), rss_before=rss, rss_after=after)
        self.assertLessEqual(after, rss * 1.05 + 4 * MIB)

    def wait_for_noise(self, gateway, row):
        """Each line was seen; a log that is read too slowly loses some, and says how many."""
        for event, each in (("upstream_noise", row.noise), ("upstream_stderr", row.lines)):
            def logged(event=event):
                return len(gateway.log.events(event))
            if each:
                wait_until(lambda logged=logged, each=each: logged() + gateway.scrape().value("mcp_log_lines_dropped_total")
                           >= each * FAULTS, f"{each * FAULTS} of {event}")
                self.assertLessEqual(logged(), each * FAULTS)

    def check_metrics(self, gateway, row):
        scrape = gateway.scrape()
        self.assertEqual(scrape.value("mcp_upstream_restarts_total"), row.restarts * FAULTS)
        self.assertEqual(scrape.value("circuit_breaker_state"), 0)
        self.assertEqual(scrape.value("mcp_upstream_in_flight"), 0)
        self.assertEqual(scrape.value("mcp_upstream_queue_depth"), 0)
        self.assertEqual(scrape.value("mcp_upstream_children"), 1)


class Children(Matrix):
    def test_every_fault_ends_its_own_call_and_leaves_nothing_behind(self):
        end = time.monotonic() + SOAK
        while True:
            for shape, run in CHILDREN.items():
                for row in STDIO:
                    with self.subTest(row.kind, children=shape), self.gateway({"run": run}) as gateway:
                        self.row(f"{row.kind} ({shape})", row, gateway)
            if time.monotonic() >= end:
                break


class Servers(Matrix):
    def rest(self, gateway):
        self.upstream.refuse(0)

    def test_every_fault_of_an_http_server_ends_its_own_call_and_leaves_nothing_behind(self):
        end = time.monotonic() + SOAK
        while True:
            for row in HTTP:
                with (self.subTest(row.kind), http_upstream() as self.upstream,
                      self.gateway({"url": self.upstream.url}) as gateway):
                    self.row(f"{row.kind} (http)", row, gateway)
                    self.assertEqual(self.upstream.count("/elsewhere"), 0, "a redirect was followed")
            if time.monotonic() >= end:
                break


class Starts(unittest.TestCase):
    def test_a_crash_loop_is_told_at_once_with_a_time_and_bounded(self):
        with tempfile.TemporaryDirectory() as folder:
            broken = Path(folder) / "broken"
            with Gateway({"faulty": ["exits while", str(broken)]}) as gateway:
                caller = Caller(gateway.port)
                self.assertTrue(result(caller.call(text="well")))
                wait_until(lambda: gateway.ready()[0] == 200, "readiness")
                broken.touch()
                for leader in gateway.leaders():
                    interrupt(leader)
                gateway.log.wait_for_event("upstream_crash_loop")
                for _ in range(50):
                    outcome = caller.call(text="lost")
                    self.assertEqual((outcome.code, outcome.status), (503, 503), outcome)
                    self.assertIn("exit status 3", outcome.text)
                    self.assertTrue(0 < int(outcome.headers["Retry-After"]) <= 60, outcome.headers)
                wait_until(lambda: gateway.ready()[0] == 503, "the end of readiness")
                scrape = gateway.scrape()
                self.assertEqual(scrape.value("mcp_upstream_restarts_total", reason="exit"), 1)
                self.assertEqual(scrape.value("mcp_upstream_restarts_total", reason="failed_start"), 5)
                self.assertEqual(scrape.value("mcp_server_availability"), 0)
                self.assertEqual(scrape.value("circuit_breaker_requests_total", outcome="failure"), 0, "nobody was called")
                self.assertEqual(gateway.children(), {})
                caller.close()

    def test_one_that_cannot_start_is_no_matter_to_the_others(self):
        with Gateway({"bad": {"run": ["exits at start"], "required": False}, "good": ["well"]}) as gateway:
            caller = Caller(gateway.port)
            self.assertTrue(result(caller.call("good_echo", text="a")))
            wait_until(lambda: gateway.ready()[0] == 200, "readiness")
            self.assertIs(gateway.ready()[1]["degraded"], True)
            self.assertEqual(gateway.log.wait_for_event("upstream_stderr")["line"], "cannot read the settings")
            gateway.log.wait_for_event("upstream_crash_loop")
            self.assertEqual(gateway.scrape().value("mcp_upstream_restarts_total", server="bad"), 5)
            caller.close()

    def test_a_required_one_that_cannot_start_is_not_ready(self):
        with Gateway(["exits at start"]) as gateway:
            gateway.log.wait_for_event("upstream_crash_loop")
            self.assertEqual(gateway.ready()[0], 503)

    def test_one_that_dies_of_what_it_does_not_know_is_asked_less(self):
        with Gateway(["dies of the unknown"]) as gateway:
            caller = Caller(gateway.port)
            self.assertTrue(result(caller.call(text="a")))
            self.assertEqual(gateway.scrape().value("mcp_upstream_restarts_total"), 0, "that was no crash")
            for leader in gateway.leaders():
                interrupt(leader)
            self.assertTrue(result(caller.call(text="b")) or result(caller.call(text="c")))
            self.assertEqual(gateway.log.events("upstream_failed_to_start"), [])
            caller.close()

    def test_one_of_both_eras_that_starts_slowly_is_not_taken_for_an_older_one(self):
        with tempfile.TemporaryDirectory() as folder:
            slow = {"run": ["starts slowly", str(Path(folder) / "started")], "timeouts": {"probe": 0.2}}
            with Gateway({"slow": slow}) as gateway:
                caller = Caller(gateway.port)
                self.assertTrue(result(caller.call(text="a")))
                self.assertEqual(gateway.log.wait_for_event("upstream_ready")["protocol_version"], "2026-07-28")
                self.assertEqual(gateway.scrape().value("mcp_upstream_restarts_total"), 0, "that was no crash")
                self.assertEqual(len(gateway.leaders()), 1)
                caller.close()


class Ends(unittest.TestCase):
    def test_of_the_gateway_lose_no_call_that_was_accepted(self):
        for shape, run in CHILDREN.items():
            with self.subTest(children=shape), Gateway(run, env={"RAMPART_DRAIN_DELAY": "1"}) as gateway:
                def leaves(outcome):
                    return outcome.headers.get("Connection") == "close"
                with Callers(gateway.port, 8, until=leaves, ms=20) as quick, \
                        Callers(gateway.port, 4, until=leaves, ms=700) as slow:
                    gateway.signal()
                    outcomes = quick.wait_for_end() + slow.wait_for_end()
                self.assertEqual([outcome for outcome in outcomes if not result(outcome)], [])
                self.assertGreaterEqual(sum(map(leaves, outcomes)), 12, "each was told to go elsewhere")
                self.assertEqual(gateway.wait(), 0)
                self.assertEqual(marked(gateway.token), set())
                self.assertEqual(gateway.log.events("drain_timeout"), [])

    def test_children_that_ignore_everything_are_killed(self):
        for run in (["deaf"], ["parent", "deaf"]):
            with self.subTest(run), Gateway(run) as gateway:
                self.assertTrue(result(Caller(gateway.port).call(text="a")))
                gateway.signal()
                self.assertEqual(gateway.wait(), 0)
                self.assertEqual(marked(gateway.token), set())

    def test_a_gateway_that_is_killed_leaves_nobody(self):
        for run in (["well"], ["parent"], ["deaf"], ["parent", "deaf"]):
            with self.subTest(run), Gateway(run) as gateway, Callers(gateway.port, 4, until=lambda o: o.kind == "lost", ms=5) as callers:
                self.assertGreaterEqual(len(marked(gateway.token)), 3)
                gateway.signal(signal.SIGKILL)
                wait_until(lambda gateway=gateway: not marked(gateway.token), "the end of all children", timeout=5)
                self.assertTrue(all(result(outcome) or outcome.kind == "lost" for outcome in callers.wait_for_end()))


if __name__ == "__main__":
    unittest.main()
