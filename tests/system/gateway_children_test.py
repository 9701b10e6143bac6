"""What a wrapped server's process is started with, read from the kernel: the tool answers with its process's id."""
import json
import secrets
import sys
import tempfile
import unittest
from pathlib import Path

from support.mcp import ModernClient, StdioServer
from support.process import CHILD, HttpServer

SECRETS = {"AWS_SECRET_ACCESS_KEY": "not for children", "RAMPART_STATE_KEYS": secrets.token_hex(32), "LD_PRELOAD": "",
           "NODE_OPTIONS": "--no-warnings"}


def text_of(message):
    return message["result"]["content"][0]["text"]


def environ(pid):
    return dict(entry.split("=", 1) for entry in Path(f"/proc/{pid}/environ").read_text().split("\0") if "=" in entry)


class Children(unittest.TestCase):
    def test_get_an_environment_by_list_and_what_is_configured(self):
        with tempfile.TemporaryDirectory() as folder:
            config = Path(folder) / "servers.json"
            config.write_text(json.dumps({"mcpServers": {"child": {
                "command": sys.executable, "args": [str(CHILD), "pid"], "cwd": folder,
                "env": {"TOKEN": "${AWS_SECRET_ACCESS_KEY}", "HOME": "/nonexistent"}}}}))
            with HttpServer("serve", "--config", str(config), env={**SECRETS, "LANG": "C.UTF-8", "LC_ALL": "C"}) as server:
                server.log.wait_for_event("upstream_catalogue")
                pid = text_of(ModernClient(server.port).call("pid").json())
                found = environ(pid)
                self.assertEqual(str(Path(f"/proc/{pid}/cwd").resolve()), str(Path(folder).resolve()))
        self.assertEqual(found.keys() & SECRETS.keys(), set())
        self.assertEqual({name: found.get(name) for name in ("TOKEN", "HOME", "LANG", "LC_ALL")}, {
            "TOKEN": SECRETS["AWS_SECRET_ACCESS_KEY"], "HOME": "/nonexistent", "LANG": "C.UTF-8", "LC_ALL": "C"})
        self.assertIn("PATH", found)

    def test_are_served_over_stdio_too_and_end_with_it(self):
        with StdioServer("wrap", "--stdio", "--", sys.executable, str(CHILD), "pid", env=SECRETS) as server:
            pid = text_of(server.request("tools/call", {"name": "pid", "arguments": {}})[0])
            self.assertEqual(environ(pid).keys() & SECRETS.keys(), set())
            self.assertEqual(server.end_input(), 0)
        self.assertFalse(Path(f"/proc/{pid}").exists())

    def test_may_tell_no_secret_that_they_were_given_to_our_log(self):
        told = [sys.executable, "-c", "import os, sys; sys.exit('started with ' + os.environ['API_TOKEN'])"]
        with HttpServer("wrap", "--env", "API_TOKEN=not-for-any-log", "--", *told, env={"LOG_LEVEL": "debug"}) as server:
            server.log.wait_for(lambda line: "started with" in str(line))
            server.signal()
            self.assertEqual(server.wait(), 0)
        self.assertNotIn("not-for-any-log", "".join(server.log.raw))


class AnUrl(unittest.TestCase):
    def test_is_wrapped_as_a_command_is(self):
        with HttpServer() as behind, HttpServer("wrap", f"http://localhost:{behind.port}/mcp") as server:
            server.log.wait_for_event("upstream_catalogue", upstream="localhost")
            answer = ModernClient(server.port).call("echo", {"message": "through"}).json()
        self.assertEqual(text_of(answer), "through")


if __name__ == "__main__":
    unittest.main()
