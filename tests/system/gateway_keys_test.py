"""Two keys in front of a server that remembers: with `mode: per-principal` each has a process of its own behind it."""
import json
import tempfile
import unittest
from pathlib import Path

from support.clients import ROOT, node
from support.faulty import children_of
from support.keys import ANNA, BOB, KeyedLegacy, KeysFile, bearer
from support.mcp import HttpClient, ModernClient
from support.process import HttpServer

# Keeps what it is told in memory and says how much that is.
THINKING = ROOT / "build" / "peers" / "node_modules" / "@modelcontextprotocol" / "server-sequential-thinking" / "dist" / "index.js"


class PerPrincipal(unittest.TestCase):
    def setUp(self):
        self.serve("per-principal")

    def serve(self, mode):
        keys = KeysFile(self)
        config = Path(self.enterContext(tempfile.TemporaryDirectory())) / "servers.json"
        server = {"command": node(), "args": [str(THINKING)], "mode": mode}
        config.write_text(json.dumps({"mcpServers": {"thinking": server}}))
        self.server = self.enterContext(HttpServer("serve", "--config", str(config), env={
            "RATE_LIMIT": "0", "RAMPART_AUTH_KEYS_FILE": str(keys.path)}))
        self.number = 0

    def modern(self, key):
        return ModernClient(self.server.port, headers=bearer(key))

    def legacy(self, key):
        return KeyedLegacy(self.server.port, key)

    def think(self, client):
        """How many thoughts the process behind has been told, with this one. No two are alike, so none is cached."""
        self.number += 1
        result = client.call("sequentialthinking", {
            "thought": f"thought {self.number}", "nextThoughtNeeded": True, "thoughtNumber": 1,
            "totalThoughts": 9}).json()["result"]
        return json.loads(result["content"][0]["text"])["thoughtHistoryLength"]

    def processes(self):
        return {pid for pid, name in children_of(self.server.process.pid).items() if name.startswith("node")}

    def test_each_key_has_a_process_and_what_it_remembers_is_for_nobody_else(self):
        anna, bob = self.modern(ANNA), self.modern(BOB)
        self.assertEqual([self.think(anna) for _ in range(3)], [1, 2, 3])
        self.assertEqual(self.think(bob), 1)
        self.assertEqual((self.think(anna), self.think(bob)), (4, 2))
        self.assertEqual(len(self.processes()), 3, "theirs, and the one that was asked what there is")

    def test_a_key_has_the_same_process_in_every_era_and_session(self):
        self.assertEqual(self.think(self.modern(ANNA)), 1)
        self.assertEqual([self.think(self.legacy(ANNA)) for _ in range(2)], [2, 3])
        self.assertEqual(self.think(self.legacy(BOB)), 1)

    def test_a_stolen_session_leads_to_nobodys_process(self):
        theirs = self.legacy(ANNA)
        self.assertEqual(self.think(theirs), 1)
        thief = HttpClient(self.server.port, {**theirs.headers, **bearer(BOB)})
        params = {"name": "sequentialthinking", "arguments": {
            "thought": "mine now", "nextThoughtNeeded": False, "thoughtNumber": 1, "totalThoughts": 1}}
        self.assertEqual(thief.request("tools/call", params).status, 404)
        self.assertEqual(thief.delete().status, 404)
        self.assertEqual(self.think(theirs), 2, "it is still there, and heard nothing between")

    def test_without_the_mode_both_talk_to_one_process(self):
        self.serve("single")
        self.assertEqual((self.think(self.modern(ANNA)), self.think(self.modern(BOB))), (1, 2))


if __name__ == "__main__":
    unittest.main()
