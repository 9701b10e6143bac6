"""docs/tutorial as a newcomer walks it: every command runs, in a clean directory, and prints what the page shows."""
import contextlib
import socket
import tempfile
import unittest
from pathlib import Path

from support.tutorial import ROOT, Shell, blocks, pattern

PORTS = ("8080", "8081", "9090", "9091", "9093")


def free_ports():
    """A free port for each of the page's."""
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in PORTS]
        for one in sockets:
            one.bind(("localhost", 0))
        return {name: one.getsockname()[1] for name, one in zip(PORTS, sockets)}


class Tutorial(unittest.TestCase):
    maxDiff = None

    def walk(self, page, at_least, engine=0):
        """Runs the page; `engine` blocks are for people with a container engine."""
        directory = Path(self.enterContext(tempfile.TemporaryDirectory()))
        # The later pages go on with the first one's prototype.
        for kind, name, text in blocks("1-production-setup.md"):
            if kind == "python":
                (directory / name).write_text(text)
        checked = left_out = 0
        said, skipped = None, False
        with Shell(directory, free_ports(), {"RAMPART": str(ROOT)}) as shell:
            for kind, argument, text in blocks(page):
                if kind == "output" and not skipped:
                    self.assertIsNotNone(said, f"output without a command: {text}")
                    if not pattern(text).fullmatch(said):
                        self.assertEqual(said, text)
                    checked += 1
                    said = None
                elif kind == "sh":
                    skipped = argument == "engine"
                    left_out += skipped
                    if skipped:
                        continue
                    self.assertFalse(said, f"{page} does not show what a block prints, before {text}")
                    status, said = shell.run(text)
                    self.assertEqual(status, 0, f"{text}\n{said}")
                elif argument:
                    shell.write(argument, text)
        self.assertFalse(said)
        self.assertGreaterEqual(checked, at_least)
        self.assertEqual(left_out, engine)

    def test_a_prototype_in_production_form(self):
        self.walk("1-production-setup.md", at_least=13)

    def test_watched(self):
        self.walk("3-monitoring.md", at_least=7)


if __name__ == "__main__":
    unittest.main()
