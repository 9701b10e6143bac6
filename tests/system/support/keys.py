"""Bearer keys for tests: a file with those of Anna and Bob, and clients that send one. Eve's is in no file at first."""
import hashlib
import tempfile
from pathlib import Path

from .mcp import LegacyClient

ANNA, BOB, EVE = "rmp_key-of-anna-0123456789", "rmp_key-of-bob-0123456789", "rmp_key-of-eve-0123456789"


def bearer(key):
    return {"Authorization": f"Bearer {key}"}


def line(name, key):
    return f"{name}:{hashlib.sha256(key.encode()).hexdigest()}\n"


class KeysFile:
    """A file that is replaced as a whole, as careful people do it."""

    def __init__(self, test):
        folder = tempfile.TemporaryDirectory()
        test.addClassCleanup(folder.cleanup) if isinstance(test, type) else test.addCleanup(folder.cleanup)
        self.path = Path(folder.name) / "keys"
        self.write(line("anna", ANNA) + "# a comment\n\n" + line("bob", BOB))

    def write(self, text):
        following = self.path.with_suffix(".next")
        following.touch(0o600)
        following.write_text(text)
        following.rename(self.path)


class KeyedLegacy(LegacyClient):
    def __init__(self, port, key, version="2025-11-25"):
        self.key = key
        super().__init__(port, version, {"elicitation": {}})

    def _send(self, method, body, headers):
        return super()._send(method, body, {**bearer(self.key), **headers})
