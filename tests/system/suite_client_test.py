"""The client side of the official suite against Rampart's own client: every scenario without OAuth and extensions."""
import json
import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from support.clients import ROOT, node
from support.process import BUILD

SUITE = ROOT / "build" / "peers" / "node_modules" / "@modelcontextprotocol" / "conformance" / "dist" / "index.js"
DRIVER = Path(__file__).with_name("suite_client_driver.py")
HANG = 120  # seconds until a scenario is taken for hung
# scenario -> checks that must pass, at least
SCENARIOS = {
    "initialize": 1, "tools_call": 2, "request-metadata": 5, "sse-retry": 3, "elicitation-sep1034-client-defaults": 5,
    "http-standard-headers": 11, "http-custom-headers": 18, "http-invalid-tool-headers": 12,
    "sep-2322-client-request-state": 5, "json-schema-ref-no-deref": 1, "json-schema-2020-12-preservation": 9}


class SuiteClient(unittest.TestCase):
    def run_scenario(self, name):
        """The checks of one scenario."""
        with tempfile.TemporaryDirectory() as home:
            env = {**{key: value for key, value in os.environ.items() if not key.startswith("RAMPART_")},
                   "RAMPART_BUILD": str(BUILD), "PYTHONDONTWRITEBYTECODE": "1"}
            done = subprocess.run(
                [node(), str(SUITE), "client", "--command", f"{sys.executable} -W ignore {DRIVER}", "--scenario", name,
                 "--output-dir", home, "--timeout", "60000"],
                capture_output=True, text=True, timeout=HANG, check=False, env=env)
            found = [json.loads(path.read_text()) for path in Path(home).rglob("checks.json")]
            words = "".join(path.read_text()[-3000:] for path in Path(home).rglob("stderr.txt"))
        self.assertEqual(len(found), 1, done.stdout + done.stderr)
        self.assertEqual(done.returncode, 0, f"{done.stdout[-3000:]}\n{words}")
        return found[0]

    def test_passes_without_failure_or_warning(self):
        for name, least in SCENARIOS.items():
            with self.subTest(name):
                checks = self.run_scenario(name)
                bad = [check for check in checks if check["status"] in ("FAILURE", "WARNING")]
                self.assertEqual(bad, [])
                self.assertGreaterEqual(sum(check["status"] == "SUCCESS" for check in checks), least)


if __name__ == "__main__":
    unittest.main()
