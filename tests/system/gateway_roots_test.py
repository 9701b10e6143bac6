"""Roots behind a server that many clients share: a published file server takes them for what it may touch."""
import json
import tempfile
import unittest
from pathlib import Path

from support.clients import ROOT, node
from support.mcp import LegacyClient, ModernClient
from support.process import HttpServer

FILE_SERVER = ROOT / "build" / "peers" / "node_modules" / "@modelcontextprotocol" / "server-filesystem" / "dist" / "index.js"

MANY = 400  # folders that a call looks through


class Roots(unittest.TestCase):
    def setUp(self):
        home = Path(self.enterContext(tempfile.TemporaryDirectory())).resolve()
        self.served, self.elsewhere = home / "served", home / "elsewhere"
        for folder in (self.served, self.elsewhere):
            folder.mkdir()
            (folder / "note.txt").write_text(f"from {folder.name}")
        for number in range(MANY):
            (self.served / str(number)).mkdir()
        self.config = home / "servers.json"

    def serve(self, **options):
        files = {"command": node(), "args": [str(FILE_SERVER), str(self.served)], **options}
        self.config.write_text(json.dumps({"mcpServers": {"files": files}}))
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
        """(what it read, how often it was asked). The server asks after its start, whatever is called: only a call
        that takes a while is still there to carry the question."""
        asked = self.call(client, "directory_tree", self.served, roots)[1]
        said, more = self.call(client, "read_text_file", folder / "note.txt", roots)
        return said, asked + more

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
        self.assert_denied(self.read(self.legacy(roots={}), self.elsewhere, roots=self.served)[0])
        # No session: nobody knows whether it is the same client.
        self.assert_denied(self.read(ModernClient(self.server.port, {"roots": {}}), self.elsewhere)[0])

    def test_are_shared_where_the_operator_says_so(self):
        self.serve(share_roots=True)
        self.assertEqual(self.read(self.legacy(roots={}), self.elsewhere, roots=self.elsewhere), ("from elsewhere", 1))
        self.assertEqual(self.read(self.legacy(roots={}), self.elsewhere), ("from elsewhere", 0))


if __name__ == "__main__":
    unittest.main()
