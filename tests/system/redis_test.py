"""The cache's Redis level, with a real redis-server: what processes share, what an outage costs, and who may ask."""
import concurrent.futures
import itertools
import json
import signal
import sys
import tempfile
import threading
import unittest
from pathlib import Path

from support.mcp import ModernClient, StdioServer
from support.metrics import scrape
from support.process import CHILD, PATIENCE, WORKBENCH, HttpServer, run
from support.redis import Redis

TTL = 300  # seconds, CACHE_TTL of these tests
FORMAT = "rampart-result-1\n"


def bench(redis, **env):
    """A process with the tool `count`, cacheable, which says how often it ran in that process."""
    return HttpServer("serve", binary=WORKBENCH, env={
        "REDIS_URL": redis if isinstance(redis, str) else redis.url, "CACHE_TTL": str(TTL), "RATE_LIMIT": "0",
        "LOG_LEVEL": "debug",
        # Where a test is not about time, a busy machine is no slow Redis.
        "RAMPART_REDIS_COMMAND_TIMEOUT": str(PATIENCE), **env})


def count(server, number):
    answer = ModernClient(server.port).call("count", {"number": number}).json()
    return answer["result"]["content"][0]["text"]


def cache(server):
    """hits, misses, errors"""
    page = scrape(server)
    return tuple(page.value("mcp_cache_hits_total", type=kind) for kind in ("hit", "miss", "error"))


def wait_for_redis(server, up=1):
    server.wait_for_metric("mcp_redis_up", lambda value: value == up)
    return server


def ready(server):
    status, _, body = server.get("/ready")
    answer = json.loads(body)
    return status, answer["checks"]["redis"], answer.get("degraded", False)


class Base(unittest.TestCase):
    def serve(self, redis=None, **env):
        return wait_for_redis(self.enterContext(bench(redis or self.redis, **env)))

    def only_key(self):
        """Of the one entry; it is written while the answer is on its way."""
        while not (keys := self.redis.keys()):
            pass
        self.assertEqual(len(keys), 1)
        return keys[0]

    def filled(self):
        """A process that answered 7 with "2", and its entry's key, the only one."""
        server = self.serve()
        count(server, 0)
        self.redis.cli("DEL", self.only_key())
        self.assertEqual(count(server, 7), "2")
        return server, self.only_key()


class Shared(Base):
    def setUp(self):
        self.redis = self.enterContext(Redis())

    def test_a_later_process_answers_from_what_an_earlier_one_found(self):
        self.filled()
        second = self.serve()
        self.assertEqual(count(second, 7), "2", "the first's second run")
        self.assertEqual(cache(second), (1, 0, 0))
        self.assertEqual(count(second, 7), "2")
        self.assertEqual(cache(second), (2, 0, 0))
        self.assertEqual(scrape(second).value("mcp_redis_command_duration_seconds_count", command="get"), 1,
                         "the second hit is memory's")
        self.assertEqual(count(second, 8), "1", "its own first run")
        self.assertEqual(ready(second), (200, True, False))

    def test_entries_in_redis_live_for_the_time_of_the_cache_or_a_little_less(self):
        server = self.serve()
        for number in range(20):
            count(server, number)
        server.wait_for_metric('mcp_redis_command_duration_seconds_count{command="set"}', lambda value: value == 20)
        keys = self.redis.keys()
        self.assertEqual(len(keys), 20)
        lives = [int(self.redis.cli("PTTL", key)) for key in keys]
        for life in lives:
            self.assertTrue(0 < life <= TTL * 1000, life)
        self.assertGreater(max(lives) - min(lives), 1000, "they do not end together")

    def test_memory_keeps_an_entry_no_longer_than_redis_does(self):
        _, key = self.filled()
        second = self.serve()
        self.redis.cli("PEXPIRE", key, 3000)
        self.assertEqual(count(second, 7), "2")
        while self.redis.cli("EXISTS", key) != "0":
            pass
        self.assertEqual(count(second, 7), "1", "memory has forgotten it too")

    def test_a_hundred_misses_at_once_are_one_run(self):
        server = self.serve()
        with concurrent.futures.ThreadPoolExecutor(100) as pool:
            answers = list(pool.map(lambda _: count(server, 7), range(100)))
        self.assertEqual(set(answers), {"1"})
        self.assertEqual(count(server, 8), "2")

    def test_bytes_of_another_format_or_damaged_ones_are_a_miss_and_are_replaced(self):
        _, key = self.filled()
        good = self.redis.cli("GET", key)
        self.assertTrue(good.startswith(FORMAT), good)
        for bytes_there in ("", "something else", good.replace("rampart-result-1", "rampart-result-0"),
                            FORMAT, FORMAT + "0\n0\n\"content\":", FORMAT + "0\n99999999999999999999\n",
                            FORMAT + "0\n5\nx"):
            with self.subTest(bytes_there), bench(self.redis) as server:
                wait_for_redis(server)
                self.redis.cli("SET", key, bytes_there, "PX", 100000)
                self.assertEqual(count(server, 7), "1")
                self.assertEqual(cache(server), (0, 1, 0))
                server.wait_for_metric('mcp_redis_command_duration_seconds_count{command="set"}', lambda value: value == 1)
                self.assertTrue(self.redis.cli("GET", key).startswith(FORMAT))

    def test_an_entry_without_an_end_is_a_miss(self):
        _, key = self.filled()
        self.redis.cli("PERSIST", key)
        self.assertEqual(count(self.serve(), 7), "1")

    def test_what_redis_refuses_is_counted_logged_once_and_costs_nobody_an_answer(self):
        _, key = self.filled()
        server = self.serve()
        self.redis.cli("DEL", key)
        self.redis.cli("RPUSH", key, "a list")
        self.assertEqual(count(server, 7), "1")
        self.assertEqual(cache(server), (0, 0, 1))
        self.redis.cli("CONFIG", "SET", "maxmemory", "1")
        for number in range(20, 25):
            count(server, number)
        server.wait_for_metric('mcp_redis_errors_total{reason="refused"}', lambda value: value == 6)
        said = server.log.events("redis_refuses")
        self.assertEqual([line["command"] for line in said], ["GETRANGE", "SET"], said)
        self.assertEqual(server.metrics()["mcp_redis_up"], 1)

    def test_a_process_that_serves_standard_input_shares_as_well(self):
        self.filled()
        with StdioServer("--stdio", binary=WORKBENCH, env={"REDIS_URL": self.redis.url, "LOG_FORMAT": "json",
                                                            "RAMPART_REDIS_COMMAND_TIMEOUT": str(PATIENCE)}) as server:
            server.log.wait_for_event("redis_up")
            answer, _ = server.request("tools/call", {"name": "count", "arguments": {"number": 7}})
            self.assertEqual(answer["result"]["content"][0]["text"], "2")


class Gateway(Base):
    def test_results_of_an_upstream_are_shared_by_gateways(self):
        self.redis = self.enterContext(Redis())
        home = Path(self.enterContext(tempfile.TemporaryDirectory()))
        config = home / "servers.json"
        config.write_text(json.dumps({"mcpServers": {"child": {
            "command": sys.executable, "args": [str(CHILD), "pid"], "tools": {"cacheable": ["pid"]}}}}))
        pids = []
        for _ in range(2):
            server = wait_for_redis(self.enterContext(HttpServer("serve", "--config", str(config), env={
                "REDIS_URL": self.redis.url, "RAMPART_REDIS_COMMAND_TIMEOUT": str(PATIENCE)})))
            server.wait_for_metric('mcp_dependency_up{dependency="mcp_servers"}', lambda value: value == 1)
            pids.append(ModernClient(server.port).call("pid").json()["result"]["content"][0]["text"])
            self.only_key()
        self.assertEqual(pids[0], pids[1])
        self.assertEqual(cache(server), (1, 0, 0))


class Outage(Base):
    def setUp(self):
        self.redis = self.enterContext(Redis())

    def test_the_demonstration_tells_whether_redis_is_connected(self):
        def told(server):
            return ModernClient(server.port).call("health_check").json()["result"]["structuredContent"]
        with HttpServer() as server:
            self.assertEqual(told(server)["redis"], "not_configured")
        with HttpServer(env={"REDIS_URL": self.redis.url, "RAMPART_REDIS_COMMAND_TIMEOUT": str(PATIENCE)}) as server:
            wait_for_redis(server)
            self.assertEqual((told(server)["redis"], told(server)["status"]), ("connected", "healthy"))
            self.redis.kill()
            wait_for_redis(server, up=0)
            self.assertEqual((told(server)["redis"], told(server)["status"]), ("disconnected", "degraded"))

    def test_a_redis_that_dies_and_returns_twice_costs_no_call(self):
        server = self.serve()
        numbers, ended, failed, calls = itertools.count(), threading.Event(), [], []

        def call():
            while not ended.is_set() or len(calls) < 1000:
                number = next(numbers)
                try:
                    int(count(server, number))
                    calls.append(number)
                except Exception as error:  # whatever it is, it is a failed call
                    failed.append(repr(error))
                    return
        callers = [threading.Thread(target=call) for _ in range(4)]
        for caller in callers:
            caller.start()
        seen = [server.metrics()["mcp_redis_up"]]
        for _ in range(2):
            self.redis.kill()
            seen.append(server.wait_for_metric("mcp_redis_up", lambda value: value == 0))
            self.redis.start()
            seen.append(server.wait_for_metric("mcp_redis_up", lambda value: value == 1))
        ended.set()
        for caller in callers:
            caller.join()
        self.assertEqual(failed, [])
        self.assertGreaterEqual(len(calls), 1000)
        self.assertEqual(seen, [1, 0, 1, 0, 1])
        self.assertEqual(len(server.log.events("redis_down")), 2)
        self.assertEqual(len(server.log.events("redis_up")), 3)
        self.assertGreaterEqual(server.metrics()["mcp_redis_reconnects_total"], 2)

    def test_a_redis_that_is_silent_is_asked_once_and_then_bypassed_until_it_answers(self):
        server = self.serve(RAMPART_SERVER_LOOPS="1", RAMPART_REDIS_COMMAND_TIMEOUT="0.05")
        self.redis.signal(signal.SIGSTOP)
        for number in range(100):
            count(server, number)
        hits, misses, errors = cache(server)
        self.assertEqual((hits, misses + errors), (0, 100))
        self.assertLessEqual(errors, 1, "calls that waited for the time limit")
        page = scrape(server)
        self.assertEqual(page.value("mcp_redis_up"), 0)
        self.assertEqual(ready(server), (200, False, True))
        self.assertIn("did not answer within 50 ms", server.log.wait_for_event("redis_down")["reason"])
        self.redis.signal(signal.SIGCONT)
        wait_for_redis(server)

    def test_a_redis_that_is_required_takes_the_process_out_of_service_while_it_is_away(self):
        server = self.serve(RAMPART_REDIS_REQUIRED="true")
        self.assertEqual(ready(server), (200, True, False))
        self.redis.kill()
        wait_for_redis(server, up=0)
        self.assertEqual(ready(server), (503, False, False))
        self.assertEqual(count(server, 1), "1", "whoever asks nevertheless is served")
        self.assertEqual(server.get("/health")[0], 200)

    def test_a_process_that_starts_without_redis_serves_says_so_once_and_finds_it_later(self):
        self.redis.kill()
        server = self.enterContext(bench(self.redis))
        line = server.log.wait_for_event("redis_down")
        self.assertEqual(line["level"], "warning")
        self.assertEqual(count(server, 1), "1")
        self.assertEqual(count(server, 1), "1")
        self.assertEqual(cache(server), (1, 1, 0))
        self.redis.start()
        wait_for_redis(server)
        count(server, 2)
        self.only_key()
        self.assertEqual(len(server.log.events("redis_down")), 1)


class Access(Base):
    PASSWORD = "correct horse/battery@staple"
    IN_URL = "correct%20horse%2Fbattery%40staple"
    RULES = ("on", "~rampart:cache:*", "+ping", "+select", "+pttl", "+getrange", "+set")

    def secured(self, *settings, **more):
        self.redis = self.enterContext(Redis(*settings, **more))
        self.redis.cli("ACL", "SETUSER", "app", *self.RULES, f">{self.PASSWORD}")
        self.redis.cli("CONFIG", "SET", "maxmemory", "0")
        return self.redis

    def test_tls_a_user_with_few_rights_and_a_database(self):
        redis = self.secured(tls=True)
        url = f"rediss://app:{self.IN_URL}@localhost:{redis.port}/2"
        trust = {"RAMPART_REDIS_CA_FILE": str(redis.ca)}
        first = self.serve(url, **trust)
        count(first, 0)
        self.assertEqual(count(first, 7), "2")
        first.wait_for_metric('mcp_redis_command_duration_seconds_count{command="set"}', lambda value: value == 2)
        second = self.serve(url, **trust)
        self.assertEqual(count(second, 7), "2")
        self.assertEqual(cache(second), (1, 0, 0))
        self.assertEqual(redis.keys(), [], "of database 0")
        self.assertEqual(redis.cli("-n", "2", "DBSIZE"), "2")
        self.assertEqual(second.metrics()['mcp_redis_errors_total{reason="refused"}'], 0)

    def test_a_certificate_that_nobody_vouches_for_is_refused(self):
        redis = self.secured(tls=True)
        server = self.enterContext(bench(f"rediss://localhost:{redis.port}"))
        self.assertIn("certificate", server.log.wait_for_event("redis_down")["reason"])
        self.assertEqual(count(server, 1), "1")

    def test_a_wrong_password_is_said_clearly_once_and_never_shown(self):
        redis = self.secured()
        wrong = "Tr0ub4dor&3"
        server = self.enterContext(bench(f"unix://app:Tr0ub4dor%263@{redis.socket}"))
        line = server.log.wait_for_event("redis_down")
        self.assertIn("'app'", line["reason"])
        self.assertIn("WRONGPASS", line["reason"])
        self.assertEqual(count(server, 1), "1")
        self.assertEqual(ready(server), (200, False, True))
        redis.cli("ACL", "SETUSER", "app", f">{wrong}")
        wait_for_redis(server)
        server.signal()
        self.assertEqual(server.wait(), 0)
        self.assertEqual(len(server.log.events("redis_down")), 1)
        for text in server.log.raw:
            self.assertNotIn("Tr0ub4dor", text)

    def test_a_url_that_cannot_be_is_refused_at_the_start_without_its_password(self):
        for url in ("redis://user@cache", "redis://u:hunter2@cache:0", "redis://u:hunter2@cache/x", "unix://u:hunter2@"):
            with self.subTest(url):
                done = run("check", env={"REDIS_URL": url})
                self.assertEqual(done.returncode, 2)
                self.assertIn("redis.url (env REDIS_URL)", done.stderr)
                self.assertNotIn("hunter2", done.stderr + done.stdout)


if __name__ == "__main__":
    unittest.main()
