"""The image with Node: a server from npm is fetched by npx, wrapped and served, on a read-only root."""
import json
import os
import time
import unittest

from engine import NODE_IMAGE, PATIENCE, ROOT, Container
from image_test import ALLOWED, drive, outcome
from support.ports import free_ports

VERSION = json.loads((ROOT / "tests/peers/package.json").read_text())["dependencies"]["@modelcontextprotocol/server-everything"]


def certificates():
    """Where this machine trusts further authorities (a proxy that looks into TLS), npx must as well."""
    bundle = os.environ.get("NODE_EXTRA_CA_CERTS")
    if not bundle:
        return ()
    inside = "/etc/ssl/certs/extra.pem"
    return ("--volume", f"{bundle}:{inside}:ro", "--env", f"NODE_EXTRA_CA_CERTS={inside}")


class WrappedServer(unittest.TestCase):
    def test_an_npx_server_serves_from_a_read_only_root_with_its_cache_on_a_tmpfs(self):
        options = (*certificates(), "--tmpfs", "/home/mcpuser/.npm:exec,mode=1777,size=256m")
        for attempt in (1, 2, 3):  # as downloads are
            port, private = free_ports(2)
            with Container("wrap", "--", "npx", "-y", f"@modelcontextprotocol/server-everything@{VERSION}",
                           image=NODE_IMAGE, network="host", options=options,
                           env={**ALLOWED, "PORT": port, "METRICS_PORT": private}) as container:
                end = time.monotonic() + 2 * PATIENCE  # longer than Rampart gives npx
                while container.run("rampart", "health", "--ready")[0] != 0:
                    self.assertLess(time.monotonic(), end, container.log()[-4000:])
                    if "upstream_failed_to_start" in container.events():
                        break
                    time.sleep(0.2)
                else:
                    return self.check(container, port)
        self.fail(f"npx could not fetch the server in {attempt} attempts")

    def check(self, container, port):
        self.assertIn("ro", container.mount_options("/"))
        called = outcome(container.inside(*drive(
            "v2", "call", "--url", f"http://localhost:{port}/mcp", "--tool", "echo",
            "--arguments", json.dumps({"message": "hello"}))))
        self.assertTrue(called["ok"], called)
        self.assertIn("hello", called["text"])


if __name__ == "__main__":
    unittest.main()
