"""Published servers behind one Rampart, from the file their users have, used for real: by the official clients of
both eras and by the MCP inspector's command line, over HTTP and over stdio."""
import json
import os
import subprocess
import tempfile
import unittest
from pathlib import Path

from support.clients import DRIVERS, ROOT, node
from support.process import BINARY, HttpServer

PACKAGES = ROOT / "build" / "peers" / "node_modules" / "@modelcontextprotocol"
INSPECTOR = PACKAGES.parent / ".bin" / "mcp-inspector"
LINKED = ("--preserve-symlinks", "--preserve-symlinks-main")
# client -> what it speaks
CLIENTS = {"v1": "2025-11-25", "v2": "2026-07-28"}
HANG = 120  # seconds until a client is taken for hung; generous, for a busy machine
# What each server must offer, of what it offers.
TOOLS = {"everything": {"echo", "get-sum", "trigger-elicitation-request", "trigger-sampling-request", "get-roots-list"},
         "files": {"read_text_file", "write_file", "list_directory"},
         "memory": {"create_entities", "search_nodes", "read_graph"},
         "thinking": {"sequentialthinking"},
         "old": {"test_simple_text", "test_elicitation"}, "new": {"test_simple_text", "test_elicitation"}}


def package(name, *arguments, **more):
    return {"command": node(), "args": [str(PACKAGES / name / "dist" / "index.js"), *arguments], **more}


def fixture(sdk):
    return {"command": node(), "args": [*LINKED, str(DRIVERS / f"fixture_{sdk}.mjs")]}


class Servers(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.home = Path(cls.enterClassContext(tempfile.TemporaryDirectory())).resolve()
        cls.files = cls.home / "files"
        cls.files.mkdir()
        cls.graph = cls.home / "memory.jsonl"
        cls.config = cls.home / "servers.json"
        cls.config.write_text(json.dumps({"mcpServers": {
            # What it does with roots is not for others to see: a test's server has one client at a time.
            "everything": package("server-everything", share_roots=True),
            "files": package("server-filesystem", str(cls.files)),
            "memory": package("server-memory", env={"MEMORY_FILE_PATH": str(cls.graph)}),
            # Its thoughts are in its process: one process for all.
            "thinking": package("server-sequential-thinking", mode="single"),
            "old": {**fixture("v1"), "share_roots": True},
            # On a busy machine node starts slowly; a server that is silent for too long counts as one of an old revision.
            "new": {**fixture("v2"), "timeouts": {"probe": 60}}}}))
        cls.server = cls.enterClassContext(
            HttpServer("serve", "--config", str(cls.config), env={"RATE_LIMIT": "0"}))

    def drive(self, client, feature, stdio=False, **arguments):
        """What the driver found; fails with its words when it is not what must come."""
        where = (["--stdio", str(BINARY), "serve", "--config", str(self.config), "--stdio"] if stdio
                 else ["--url", self.server.url])
        # Over stdio Rampart inherits the driver's environment, and refuses RAMPART_ names that it does not know.
        env = {name: value for name, value in os.environ.items() if not name.startswith("RAMPART_")}
        done = subprocess.run(
            [node(), *LINKED, DRIVERS / f"{client}.mjs", feature, "--version", CLIENTS[client],
             "--arguments", json.dumps(arguments), *where],
            capture_output=True, text=True, timeout=HANG, check=False, env={**env, "RATE_LIMIT": "0"})
        try:
            facts = json.loads(done.stdout.splitlines()[-1])
        except (IndexError, ValueError):
            facts = {"ok": False, "error": f"the driver said {done.stdout!r}"}
        if not facts["ok"]:
            self.fail(f"{client} {feature}: {facts['error']}\n{done.stderr[-3000:]}")
        return facts

    def inspect(self, era, method, *more, code=0):
        """What the inspector prints; it exits with 5 for a tool that failed."""
        done = subprocess.run(
            [node(), INSPECTOR, "--cli", self.server.url, "--transport", "http", "--protocol-era", era, "--quiet",
             "--method", method, *more],
            capture_output=True, text=True, timeout=HANG, check=False, env={**os.environ, "HOME": str(self.home)})
        self.assertEqual(done.returncode, code, done.stderr)
        return json.loads(done.stdout)

    def assert_offers_all(self, tools):
        for server, expected in TOOLS.items():
            self.assertLessEqual({f"{server}_{tool}" for tool in expected}, set(tools), server)
        self.assertEqual(len(tools), len(set(tools)), "no name stands for two tools")

    def test_every_server_is_in_the_lists(self):
        seen = {}
        for client in CLIENTS:
            seen[client] = self.drive(client, "gateway-list")
            self.assert_offers_all(seen[client]["tools"])
            self.assertIn("demo://resource/static/document/features.md", seen[client]["resources"])
            self.assertIn("memory://knowledge-graph", seen[client]["resources"])
            self.assertIn("demo://resource/dynamic/text/{resourceId}", seen[client]["templates"])
            self.assertLessEqual({"everything_simple-prompt", "old_test_simple_prompt", "new_test_simple_prompt"},
                                 set(seen[client]["prompts"]))
        for kind in ("tools", "resources", "templates", "prompts"):
            self.assertEqual(seen["v1"][kind], seen["v2"][kind], f"both eras see the same {kind} in the same order")

    def test_clients_use_every_server(self):
        for client in CLIENTS:
            self.drive(client, "gateway-use", folder=str(self.files), name=f"{client}-http")
            self.assert_left_its_traces(f"{client}-http")

    def test_clients_use_every_server_over_stdio(self):
        for client in CLIENTS:
            self.drive(client, "gateway-use", stdio=True, folder=str(self.files), name=f"{client}-stdio")
            self.assert_left_its_traces(f"{client}-stdio")

    def assert_left_its_traces(self, name):
        """What the client did is there for everybody to see, not only for the client."""
        self.assertEqual((self.files / f"{name}.txt").read_text(), f"written by {name}\n")
        self.assertIn(name, [json.loads(line)["name"] for line in self.graph.read_text().splitlines()])

    def test_servers_of_both_eras_ask_clients_of_both(self):
        for client in CLIENTS:
            for stdio in (False, True):
                asked = self.drive(client, "gateway-ask", stdio=stdio)
                self.assertEqual(sorted(set(asked["elicit"])), [
                    "Please provide inputs for the following fields:", "What is your favorite color?",
                    "What is your name?", "Who are you?"], f"{client} stdio={stdio}")
                self.assertEqual((len(asked["elicit"]), len(asked["sample"])), (9, 5), "nothing is asked twice")

    def test_a_client_that_cannot_be_asked_hears_which_capability_it_lacks(self):
        for client in CLIENTS:
            self.drive(client, "gateway-silent")

    def test_the_inspector_works_in_both_eras(self):
        for era in ("legacy", "modern"):
            self.assert_offers_all([tool["name"] for tool in self.inspect(era, "tools/list")["tools"]])
            total = self.inspect(era, "tools/call", "--tool-name", "everything_get-sum", "--tool-arg", "a=2", "b=3")
            self.assertEqual(total["content"][0]["text"], "The sum of 2 and 3 is 5.")
            path = self.files / f"inspected-{era}.txt"
            self.inspect(era, "tools/call", "--tool-name", "files_write_file", "--tool-args-json",
                         json.dumps({"path": str(path), "content": era}))
            self.assertEqual(path.read_text(), era)
            denied = self.inspect(era, "tools/call", "--tool-name", "files_read_text_file",
                                  "--tool-arg", "path=/etc/hostname", code=5)
            self.assertTrue(denied["isError"])
            uri = "demo://resource/static/document/features.md"
            self.assertEqual(self.inspect(era, "resources/read", "--uri", uri)["contents"][0]["uri"], uri)
            prompt = self.inspect(era, "prompts/get", "--prompt-name", "everything_args-prompt",
                                  "--prompt-args", "city=Paris")
            self.assertEqual(prompt["messages"][0]["content"]["text"], "What's weather in Paris?")
            self.assertTrue(self.inspect(era, "resources/templates/list")["resourceTemplates"])


if __name__ == "__main__":
    unittest.main()
