#!/usr/bin/env python3
"""script/format --check fails for a file that it would change, and names it."""
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


class Format(unittest.TestCase):
    def check(self, source):
        with tempfile.TemporaryDirectory() as folder:
            tree = Path(folder)
            shutil.copytree(ROOT / "script", tree / "script")
            shutil.copy(ROOT / ".clang-format", tree)
            (tree / "one.cpp").write_text(source)
            subprocess.run(["git", "init", "-q", "."], cwd=tree, check=True)
            subprocess.run(["git", "add", "one.cpp"], cwd=tree, check=True)
            return subprocess.run([tree / "script/format", "--check"], capture_output=True, text=True)

    def test_a_file_in_form_passes(self):
        self.assertEqual(self.check("int one() { return 1; }\n").returncode, 0)

    def test_a_file_out_of_form_fails_and_is_named(self):
        run = self.check("int  one( ) {return 1;}\n")
        self.assertNotEqual(run.returncode, 0)
        self.assertIn("one.cpp", run.stderr)


if __name__ == "__main__":
    unittest.main()
