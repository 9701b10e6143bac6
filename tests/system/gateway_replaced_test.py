"""Behind one URL, a server is replaced by one of the other protocol era while clients go on calling."""
import json
import tempfile
import unittest
from pathlib import Path

from support.clients import fixture_over_http
from support.faulty import wait_until
from support.mcp import LegacyClient, ModernClient
from support.ports import free_ports
from support.process import HttpServer

# The official SDKs: what each speaks, in the order in which they follow one another.
SERVERS = (("v2", "--modern-only"), ("v1",), ("v2", "--modern-only"), ("v1",), ("v2",))
ERAS = ("2026-07-28", "2025-11-25", "2026-07-28", "2025-11-25")


class Replaced(unittest.TestCase):
    def test_calls_are_answered_by_the_new_server_in_its_era(self):
        """The first call after the first replacement; later ones soon, for servers are opened anew every few seconds."""
        (port,), folder = free_ports(1), self.enterContext(tempfile.TemporaryDirectory())
        config = Path(folder) / "servers.json"
        config.write_text(json.dumps({"mcpServers": {"one": {"url": f"http://127.0.0.1:{port}/mcp"}}}))
        server = clients = None
        for number, (sdk, *arguments) in enumerate(SERVERS):
            with fixture_over_http(sdk, port, *arguments):
                if not server:
                    server = self.enterContext(HttpServer("serve", "--config", str(config)))
                    server.log.wait_for_event("upstream_catalogue")
                    clients = ModernClient(server.port), LegacyClient(server.port)
                for client in clients:
                    answers = []

                    def answered(client=client, answers=answers):
                        answers.append(json.dumps(client.call("test_simple_text").json()))
                        return "This is a simple text" in answers[-1]
                    wait_until(answered, f"an answer of server {number} to {type(client).__name__}")
                    if number < 2:
                        self.assertEqual(len(answers), 1, answers)
        found = [line["protocol_version"] for line in server.log.events("upstream_ready")]
        self.assertEqual([era for era, before in zip(found, [None, *found]) if era != before], list(ERAS), found)


if __name__ == "__main__":
    unittest.main()
