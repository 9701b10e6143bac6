"""What the self-tests of the checks share: a throw-away tree, and the tool's findings on it."""
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

TOOLS = Path(__file__).resolve().parents[2] / "tools"


class TreeTest(unittest.TestCase):
    tool = ""
    tree = {}  # path -> text: a small tree without findings

    def run_tool(self, changes):
        """(exit code, stdout) of the tool on the tree with `changes` (path -> text) written over it."""
        with tempfile.TemporaryDirectory() as folder:
            for path, text in {**self.tree, **changes}.items():
                file = Path(folder) / path
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(text)
            done = subprocess.run([sys.executable, TOOLS / self.tool, folder],
                                  capture_output=True, text=True, check=False)
            self.assertNotIn("Traceback", done.stderr)
            return done.returncode, done.stdout

    def findings(self, changes):
        """The tool's lines; that it exits with 1 exactly if there are any is asserted."""
        status, found = self.run_tool(changes)
        self.assertEqual(status, 1 if found.strip() else 0, found)
        return found

    def assert_found(self, changes, words):
        found = self.findings(changes)
        self.assertIn(words, found)
        self.assertEqual(len(found.splitlines()), 1, found)
