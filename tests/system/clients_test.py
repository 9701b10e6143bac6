"""Every cell of docs/clients.md: the official clients drive the fixture in each era, transport and feature."""
import unittest

from support import clients

# The cells of the table with their revisions. A row that is lost is a test that is lost.
CELLS = 148


def cancel(cell, server):
    """A call that ends by its cancellation only; the client stays until the server says that it heard of it."""
    return clients.run_cell(*cell, server.port, arguments={"key": " ".join(cell), "told": "test_withdrawn"}, tool="test_wait")


class Matrix(unittest.TestCase):
    maxDiff = None

    def test_every_cell(self):
        cells = list(clients.cells())
        self.assertEqual(len(cells), CELLS, "the matrix is read from docs/clients.md")
        with clients.fixture_server(RAMPART_SERVER_LEGACY_SSE="true") as server:
            failed = {}
            for cell in cells:
                outcome = cancel(cell, server) if cell[3] == "cancellation" else clients.run_cell(*cell, server.port)
                if not outcome.get("ok"):
                    failed[" ".join(cell)] = outcome
        self.assertEqual(failed, {}, f"{len(failed)} of {len(cells)} cells failed")


if __name__ == "__main__":
    unittest.main()
