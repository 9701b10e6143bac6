"""What an upstream on the official SDK lets us keep, and what is answered when it is gone, by what reached it."""
import json
import os
import signal
import tempfile
import threading
import unittest
from pathlib import Path

from support.clients import ROOT, node
from support.faulty import children_of, wait_until
from support.mcp import ModernClient
from support.metrics import scrape
from support.process import HttpServer

PEER = ROOT / "tests" / "peers" / "cached_v2.mjs"
MODULES = ROOT / "build" / "peers" / "node_modules"


class Cached(unittest.TestCase):
    def setUp(self):
        # The SDK is found beside the file that imports it.
        self.folder = Path(self.enterContext(tempfile.TemporaryDirectory()))
        (self.folder / "node_modules").symlink_to(MODULES)
        peer = self.folder / "peer.mjs"
        peer.write_text(PEER.read_text())
        config = self.folder / "servers.json"
        config.write_text(json.dumps({"mcpServers": {"kept": {
            "command": node(), "args": [str(peer), str(self.folder)], "tools": {"cacheable": ["search"]},
            "timeouts": {"call": 1}, "cache": {"stale_if_error": 3600}}}}))
        self.server = self.enterContext(HttpServer("serve", "--config", str(config), env={
            "RATE_LIMIT": "0", "CACHE_TTL": "1"}))

    def reached(self, name):
        path = self.folder / name
        return path.stat().st_size if path.exists() else 0

    def counted(self, family, **labels):
        return scrape(self.server).value(family, **labels)

    def ask(self, method, params=None):
        return ModernClient(self.server.port).request(method, params).json()["result"]

    def read(self):
        return self.ask("resources/read", {"uri": "file:///page"})

    def test_reads_are_one_read_upstream_and_say_what_is_left_of_their_time(self):
        answers = []
        threads = [threading.Thread(target=lambda: answers.append(self.read())) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        later = self.read()
        self.assertEqual(len(answers), 8)
        for answer in [*answers, later]:
            self.assertEqual(answer["contents"][0]["text"], "the page")
            self.assertEqual(answer["cacheScope"], "public")
        self.assertTrue(0 < later["ttlMs"] < 600_000, later["ttlMs"])
        self.assertEqual(self.reached("reads"), 1)
        hits, misses = (self.counted("mcp_cache_hits_total", type=kind) for kind in ("hit", "miss"))
        self.assertEqual(hits + misses, 9)
        self.assertGreaterEqual(hits, 1)

    def test_a_list_says_what_is_left_of_the_upstreams_time(self):
        told = self.ask("tools/list")
        self.assertEqual((told["cacheScope"], 0 < told["ttlMs"] < 600_000), ("public", True))

    def test_a_lost_upstreams_old_answer_is_given_and_marked(self):
        first = self.ask("tools/call", {"name": "search", "arguments": {}})
        self.assertNotIn("rampart/stale", first["_meta"])
        (self.folder / "down").touch()
        for pid, name in children_of(self.server.process.pid).items():
            if name.startswith("node"):
                os.kill(pid, signal.SIGKILL)

        def stale():
            answer = self.ask("tools/call", {"name": "search", "arguments": {}})
            self.assertEqual(answer["content"], first["content"])
            return answer["_meta"].get("rampart/stale")
        mark = wait_until(stale, "an old answer")
        self.assertGreaterEqual(mark["ageMs"], 1000)
        self.assertIn("kept", mark["reason"])
        self.assertEqual(self.reached("runs"), 1)
        self.assertEqual(self.counted("mcp_cache_stale_total", reason="error"), 1)


if __name__ == "__main__":
    unittest.main()
