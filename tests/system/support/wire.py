"""What the transcripts share: one server with the waiting tools, a client of each era, and the look at an error."""
import unittest

from .mcp import HttpClient, LegacyClient, ModernClient
from .process import WORKBENCH, HttpServer

OLD = ("2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05")


class WireCase(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = cls.enterClassContext(HttpServer(binary=WORKBENCH, env={"RATE_LIMIT": "0"}))
        cls.client = ModernClient(cls.server.port)
        cls.plain = HttpClient(cls.server.port)

    def legacy(self, version="2025-11-25", **more):
        return LegacyClient(self.server.port, version, **more)

    def error(self, answer, code, status=None):
        error = answer.json()["error"]
        self.assertEqual(error["code"], code, error)
        if status is not None:
            self.assertEqual(answer.status, status, error)
        return error
