"""Every cell of the table in docs/bridge.md: official clients of both eras, through Rampart, to servers of both eras on
the official SDKs, over each pair of transports."""
import itertools
import json
import os
import re
import subprocess
import tempfile
import unittest
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from support.clients import DRIVERS, LINKED, ROOT, fixture_over_http, node
from support.faulty import wait_until
from support.mcp import LegacyClient, ModernClient
from support.process import BINARY, HttpServer, environment

PAIRS = {"modern → modern": ("v2", "v2"), "modern → legacy": ("v2", "v1"),
         "legacy → modern": ("v1", "v2"), "legacy → legacy": ("v1", "v1")}
TRANSPORTS = tuple(itertools.product(("http", "stdio"), ("http", "stdio")))  # in front, behind
OURS = ("cancellation", "disconnect")  # rows that the drivers alone cannot judge
FEATURE = {"progress": "progress-in-step"}  # of a row, where it has another name
HANG = 180  # seconds until a client is taken for hung; generous, for a busy machine


def table():
    """{pair: [rows marked ●]} of docs/bridge.md."""
    text = (ROOT / "docs" / "bridge.md").read_text()
    header, _, *rows = [[cell.strip() for cell in line.strip("|").split("|")]
                        for line in re.findall(r"^\|.+\|$", text[text.index("\n| feature |"):].split("\n\n")[0], re.M)]
    return {pair: [row[0] for row in rows if row[header.index(pair)] == "●"] for pair in PAIRS}


class Bridge(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.home = Path(cls.enterClassContext(tempfile.TemporaryDirectory()))
        cls.configs, cls.fronts = {}, {}
        for sdk in ("v1", "v2"):
            for behind, entry in (
                    ("http", {"url": cls.enterClassContext(fixture_over_http(sdk))}),
                    ("stdio", {"command": node(), "args": [*LINKED, str(DRIVERS / f"fixture_{sdk}.mjs")]})):
                config = cls.home / f"{sdk}-{behind}.json"
                config.write_text(json.dumps({"mcpServers": {"fixture": {
                    # On a busy machine node starts slowly; who is silent for too long counts as of an old revision.
                    **entry, "share_roots": True, "timeouts": {"probe": 60}}}}))
                cls.configs[sdk, behind] = config
                cls.fronts[sdk, behind] = cls.enterClassContext(
                    HttpServer("serve", "--config", str(config), env={"RATE_LIMIT": "0"}))

    def drive(self, client, upstream, front, behind, features, *more):
        """{feature: what its driver found wrong}"""
        where = (["--url", self.fronts[upstream, behind].url] if front == "http" else
                 ["--stdio", str(BINARY), "serve", "--config", str(self.configs[upstream, behind]), "--stdio"])
        # Over stdio Rampart inherits the driver's environment, and refuses RAMPART_ names that it does not know.
        env = {name: value for name, value in os.environ.items() if not name.startswith("RAMPART_")}
        done = subprocess.run([node(), *LINKED, DRIVERS / f"{client}.mjs", *features, *more, *where], capture_output=True,
                              text=True, timeout=HANG, check=False, env={**env, "RATE_LIMIT": "0"})
        lines = {line.get("feature"): line for line in map(json.loads, done.stdout.splitlines())}
        return {feature: lines.get(feature, {}).get("error", done.stderr[-2000:]) for feature in features
                if not lines.get(feature, {}).get("ok")}

    def cancel(self, client, upstream, front, behind):
        """A call is withdrawn by its client: its server hears of it."""
        said = self.home / f"cancel-{client}-{upstream}-{front}-{behind}"
        wrong = self.drive(client, upstream, front, behind, ["cancellation"], "--tool", "test_wait",
                           "--arguments", json.dumps({"file": str(said)}))
        if not wrong:
            wait_until(said.exists, f"the cancellation at the server ({said.name})")
        return wrong

    def test_every_cell(self):
        marked = table()
        self.assertGreater(sum(map(len, marked.values())), 40, "the table is read from docs/bridge.md")
        features = {pair: [FEATURE.get(row, row) for row in rows if row not in OURS] for pair, rows in marked.items()}

        def run(cell):
            pair, (front, behind) = cell
            wrong = self.drive(*PAIRS[pair], front, behind, features[pair])
            if "cancellation" in marked[pair]:
                wrong |= self.cancel(*PAIRS[pair], front, behind)
            return {f"{pair}, {front} in front, {behind} behind: {name}": why for name, why in wrong.items()}
        with ThreadPoolExecutor(2) as pool:
            outcomes = list(pool.map(run, itertools.product(PAIRS, TRANSPORTS)))
        self.assertEqual({name: why for wrong in outcomes for name, why in wrong.items()}, {})

    def test_a_modern_client_that_disconnects_withdraws_its_call(self):
        for pair, behind in itertools.product(PAIRS, ("http", "stdio")):
            if "disconnect" not in table()[pair] or PAIRS[pair][0] != "v2":
                continue
            said = self.home / f"leave-{pair[-6:]}-{behind}"
            client = ModernClient(self.fronts[PAIRS[pair][1], behind].port)
            call = client.call("test_wait", {"file": str(said)}, meta={"progressToken": "p"})
            self.assertEqual(next(call.messages())["method"], "notifications/progress")
            call.close()
            wait_until(said.exists, f"the end of the call at the server ({said.name})")

    def test_a_legacy_client_that_disconnects_comes_back_for_its_answer(self):
        for pair, behind in itertools.product(PAIRS, ("http", "stdio")):
            if "disconnect" not in table()[pair] or PAIRS[pair][0] != "v1":
                continue
            client = LegacyClient(self.fronts[PAIRS[pair][1], behind].port)
            call = client.call("test_tool_with_progress", _meta={"progressToken": "p"})
            first = next(event for event in call.events() if event.get("id"))
            call.close()
            back = client.open_stream({"Last-Event-ID": first["id"]})
            answer = next(message for message in back.messages() if "result" in message)
            back.close()
            self.assertEqual(answer["result"]["content"][0]["text"], "Progress was reported three times.", (pair, behind))


if __name__ == "__main__":
    unittest.main()
