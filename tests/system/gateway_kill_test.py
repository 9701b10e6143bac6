"""Children die under load, again and again: what the callers notice, how soon they are served again, who is left.

RAMPART_SOAK_SECONDS makes the kills go on for so long (script/soak); RAMPART_SOAK_REPORT names a file for figures.
"""
import json
import os
import statistics
import time
import unittest
from pathlib import Path

from support.faulty import Callers, Gateway, interrupt, marked, start_time, wait_until

KILLS = int(os.environ.get("RAMPART_SOAK_SECONDS", "20"))
CALLERS = 8
PAUSE = 1.0  # seconds from kill to kill, at least
# Results from kill to kill, at least. A death may cost each caller its call in flight: 8 of 208 are under 5 %, however few
# calls a starved machine does in a second. A quiet one does over a thousand, so there the pause alone decides.
RESULTS = 25 * CALLERS


def report(name, **figures):
    if path := os.environ.get("RAMPART_SOAK_REPORT"):
        with Path(path).open("a") as file:
            print(json.dumps({"test": name, **figures}), file=file)


class Killer:
    """Kills the child that the gateway started, once a second, and notes when and how many calls were under way."""

    def __init__(self, gateway, callers):
        self.gateway, self.callers = gateway, callers
        self.times, self.in_flight = [], []

    def run(self, kills):
        begin = time.monotonic()
        while len(self.times) < kills:
            leader = wait_until(self.gateway.leaders, "a child", timeout=60)[0]
            in_flight, now = self.callers.in_flight, time.monotonic()
            if interrupt(leader):
                self.times.append(now)
                self.in_flight.append(in_flight)
            self.wait_for_successor()
            time.sleep(max(0.0, begin + len(self.times) * PAUSE - time.monotonic()))

    def wait_for_successor(self):
        """On a busy machine a start takes longer than the pause. A child that dies before its first answer counts as one
        that cannot start, and five of them as a crash loop with a pause of its own: only who serves is killed."""
        def noticed():
            return self.gateway.scrape().value("mcp_upstream_restarts_total") == len(self.times)
        wait_until(noticed, "the restart", timeout=60)  # until then, what the dead one had started may still answer
        moment = time.monotonic()
        wait_until(lambda: self.callers.served_since(moment), "a call after the restart", timeout=60)
        self.callers.wait_for(RESULTS)

    def served_again(self, outcomes):
        """For each kill the seconds to the first result of a call that was made after it."""
        results = sorted((outcome.ended, outcome.began) for outcome in outcomes if outcome.kind == "result")
        return [next(ended - killed for ended, began in results if began >= killed) for killed in self.times]


class Kills(unittest.TestCase):
    def kill(self, command, kills, name):
        own_start = start_time()
        with Gateway(command) as gateway:
            before = gateway.resting_state()
            with Callers(gateway.port, CALLERS, ms=3) as callers:
                killer = Killer(gateway, callers)
                killer.run(kills)
                callers.wait_for(CALLERS)
                outcomes = callers.finish()
            answered = sum(outcome.kind == "result" for outcome in outcomes)
            rest = [outcome for outcome in outcomes if outcome.kind != "result"]
            again = killer.served_again(outcomes)
            report(name, kills=kills, calls=len(outcomes), results=answered, share=answered / len(outcomes),
                   unknown=sum(o.delivery_unknown for o in rest), own_start=own_start,
                   again_median=statistics.median(again), again_max=max(again))
            self.assertEqual(callers.swapped, [])
            self.assertLessEqual(len(rest), CALLERS * kills, "more were lost than were in flight")
            self.assertGreaterEqual(answered / len(outcomes), 0.95, (answered, len(outcomes)))
            # Over HTTP every one of them is an answer, and says what happened.
            self.assertEqual([o for o in rest if not o.delivery_unknown and o.code != 503], [])
            self.assertGreaterEqual(sum(n > 0 for n in killer.in_flight), kills * 50 / 60, killer.in_flight)
            self.assertTrue(any(o.delivery_unknown for o in rest), "no call was under way at any death")
            self.assertLessEqual(max(again), own_start + 1, again)
            self.check_metrics(gateway, kills, len(outcomes))
            gateway.wait_for_state(before)
            gateway.signal()
            self.assertEqual(gateway.wait(), 0)
            wait_until(lambda: not marked(gateway.token), "the end of all children", timeout=5)

    def check_metrics(self, gateway, kills, calls):
        scrape = gateway.scrape()
        self.assertEqual(scrape.value("circuit_breaker_state"), 0)
        self.assertEqual(scrape.value("circuit_breaker_requests_total", outcome="blocked"), 0)
        self.assertEqual(scrape.value("mcp_upstream_restarts_total"), kills)
        self.assertEqual(scrape.value("mcp_upstream_children"), 1)
        self.assertEqual(scrape.value("mcp_upstream_up"), 1)
        self.assertEqual(scrape.value("mcp_upstream_in_flight"), 0)

    def test_of_a_node_server_cost_few_calls_and_leave_nobody(self):
        self.kill(["well"], KILLS, "node")

    def test_of_a_shell_that_waits_for_the_server(self):
        self.kill(["sh", "-c", "FAULTY; true"], max(5, KILLS // 4), "shell")

    def test_of_a_parent_that_waits_for_the_server(self):
        self.kill(["parent"], max(5, KILLS // 4), "parent")

    def test_of_children_that_have_not_answered_yet_cost_no_call(self):
        """The one that is killed is the successor, in its start: who waits for it waits for the next one."""
        with Gateway(["well"]) as gateway, Callers(gateway.port, CALLERS, ms=3) as callers:
            for _ in range(3):
                served = gateway.leaders()
                self.assertTrue(all(map(interrupt, served)))
                successor = wait_until(lambda served=served: set(gateway.leaders()) - set(served), "a successor")
                early = all(map(interrupt, successor))
                callers.wait_for(3 * CALLERS)
                self.assertTrue(early)
            rest = [outcome for outcome in callers.finish() if outcome.kind != "result"]
            self.assertEqual([outcome for outcome in rest if not outcome.delivery_unknown], [])
            self.assertLessEqual(len(rest), 3 * CALLERS)
            self.assertEqual(gateway.scrape().value("mcp_upstream_restarts_total"), 6)
            self.assertEqual(gateway.scrape().value("circuit_breaker_state"), 0)


if __name__ == "__main__":
    unittest.main()
