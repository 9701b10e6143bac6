"""Every cell of docs/clients.md: the official clients drive the fixture in each era, transport and feature."""
import unittest

from support import clients


class Matrix(unittest.TestCase):
    maxDiff = None

    def test_every_cell(self):
        cells = list(clients.cells())
        self.assertGreater(len(cells), 100, "the matrix is read from docs/clients.md")
        with clients.fixture_server() as server:
            failed = {}
            for cell in cells:
                outcome = clients.run_cell(*cell, server.port)
                if not outcome.get("ok"):
                    failed[" ".join(cell)] = outcome
        self.assertEqual(failed, {}, f"{len(failed)} of {len(cells)} cells failed")


if __name__ == "__main__":
    unittest.main()
