"""Roots behind a server that many clients share: a published file server takes them for what it may touch."""
import json
import os
import subprocess
import tempfile
import time
import unittest
from pathlib import Path

from support.clients import DRIVERS, ROOT, node
from support.mcp import LegacyClient, ModernClient
from support.process import BINARY, PATIENCE, HttpServer

FILE_SERVER = ROOT / "build" / "peers" / "node_modules" / "@modelcontextprotocol" / "server-filesystem" / "dist" / "index.js"

HANG = 180  # seconds until a client is taken for hung; generous, for a busy machine


class Roots(unittest.TestCase):
    def setUp(self):
        home = Path(self.enterContext(tempfile.TemporaryDirectory())).resolve()
        self.served, self.elsewhere = home / "served", home / "elsewhere"
        for folder in (self.served, self.elsewhere):
            folder.mkdir()
            (folder / "note.txt").write_text(f"from {folder.name}")
        self.config = home / "servers.json"

    def configure(self, **options):
        files = {"command": node(), "args": [str(FILE_SERVER), str(self.served)], **options}
        self.config.write_text(json.dumps({"mcpServers": {"files": files}}))

    def serve(self, **options):
        self.configure(**options)
        self.server = self.enterContext(HttpServer("serve", "--config", str(self.config), env={"RATE_LIMIT": "0"}))

    def legacy(self, **capabilities):
        return LegacyClient(self.server.port, capabilities=capabilities)

    def call(self, client, tool, path, roots):
        """(what the tool said, how often the client was asked for roots); it answers with the folder `roots`."""
        call = client.call(tool, {"path": str(path)})
        streams = call.headers["Content-Type"].startswith("text/event-stream")
        asked = 0
        for message in call.messages() if streams else [call.json()]:
            if message.get("method") == "roots/list":
                asked += 1
                client.post({"jsonrpc": "2.0", "id": message["id"], "result": {"roots": [{"uri": roots.as_uri()}]}})
            elif "result" in message:
                return message["result"]["content"][0]["text"], asked
        raise AssertionError("no result")

    def read(self, client, folder, roots=None):
        """(what it read, how often it was asked)"""
        said, asked = self.call(client, "read_text_file", folder / "note.txt", roots)
        # How long the server takes to look at what it was told is its own affair.
        until = time.monotonic() + PATIENCE
        while asked and said.startswith("Access denied") and time.monotonic() < until:
            said, more = self.call(client, "read_text_file", folder / "note.txt", roots)
            asked += more
        return said, asked

    def drive(self, client, *folders, url=None):
        """(what an official client read in each folder and in the one before, how often it was asked)"""
        where = ["--url", url] if url else ["--stdio", str(BINARY), "serve", "--config", str(self.config), "--stdio"]
        env = {name: value for name, value in os.environ.items() if not name.startswith("RAMPART_")}
        done = subprocess.run(
            [node(), "--preserve-symlinks", "--preserve-symlinks-main", DRIVERS / f"{client}.mjs", "roots-changed",
             "--arguments", json.dumps({"folders": list(map(str, folders))}), *where],
            capture_output=True, text=True, timeout=HANG, check=False, env={**env, "RATE_LIMIT": "0"})
        said = json.loads(done.stdout.splitlines()[-1])
        self.assertTrue(said["ok"], said.get("error"))
        return [text.split(" - ")[0] for text in said["said"]], said["asked"]

    def assert_denied(self, said):
        self.assertIn("Access denied", said)

    def test_of_one_client_open_nothing_to_others(self):
        self.serve()
        said, asked = self.read(self.legacy(roots={}), self.elsewhere, roots=self.elsewhere)
        self.assert_denied(said)
        self.assertEqual(asked, 0, "the server does not hear of roots that others would share")
        self.assert_denied(self.read(self.legacy(roots={}), self.elsewhere, roots=self.elsewhere)[0])
        self.assert_denied(self.read(ModernClient(self.server.port, {"roots": {}}), self.elsewhere)[0])
        self.assertEqual(self.read(self.legacy(), self.served)[0], "from served")

    def test_reach_a_server_of_their_own(self):
        self.serve(mode="per-session")
        own = self.legacy(roots={})
        self.assertEqual(self.read(own, self.elsewhere, roots=self.elsewhere), ("from elsewhere", 1))
        self.assert_denied(self.call(self.legacy(roots={}), "read_text_file", self.elsewhere / "note.txt", self.served)[0])
        # No session: nobody knows whether it is the same client.
        self.assert_denied(self.read(ModernClient(self.server.port, {"roots": {}}), self.elsewhere)[0])

    def test_are_shared_where_the_operator_says_so(self):
        self.serve(share_roots=True)
        self.assertEqual(self.read(self.legacy(roots={}), self.elsewhere, roots=self.elsewhere), ("from elsewhere", 1))
        self.assertEqual(self.read(self.legacy(roots={}), self.elsewhere), ("from elsewhere", 0))

    def test_that_changed_reach_the_server_of_their_client_alone(self):
        self.serve(mode="per-session")
        one, other = (self.legacy(roots={"listChanged": True}) for _ in range(2))
        for client in (one, other):
            self.assertEqual(self.read(client, self.served, roots=self.served), ("from served", 1))
        one.notify("notifications/roots/list_changed")
        self.assertEqual(self.read(one, self.elsewhere, roots=self.elsewhere), ("from elsewhere", 1))
        self.assert_denied(self.read(one, self.served)[0])
        self.assertEqual(self.read(other, self.served), ("from served", 0))
        self.assert_denied(self.read(other, self.elsewhere)[0])

    def test_of_the_one_client_on_stdio_are_known_before_its_first_call_and_follow_its_changes(self):
        changed = ["from elsewhere", "from served", "Access denied"]
        for mode in ("auto", "single"):
            self.configure(mode=mode)
            with self.subTest(mode=mode, client="legacy"):
                self.assertEqual(self.drive("v1", self.elsewhere, self.served), (changed, 2))
            with self.subTest(mode=mode, client="modern"):
                self.assertEqual(self.drive("v2", self.elsewhere), (["from elsewhere"], 1))

    def test_of_an_official_client_over_http_follow_its_changes(self):
        self.serve(mode="per-session")
        self.assertEqual(self.drive("v1", self.elsewhere, self.served, url=self.server.url),
                         (["from elsewhere", "from served", "Access denied"], 2))


if __name__ == "__main__":
    unittest.main()
