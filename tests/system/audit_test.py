"""The audit log: what a line says, where it goes, and what happens when its disk is full."""
import hashlib
import json
import os
import signal
import tempfile
import time
import unittest
from pathlib import Path

from support.keys import ANNA, BOB, KeyedLegacy, KeysFile, bearer
from support.mcp import MODERN, ModernClient, StdioServer, modern_meta
from support.process import PATIENCE, WORKBENCH, HttpServer, run


class Audit(unittest.TestCase):
    """One line a request, in a file of its own."""

    def setUp(self):
        self.keys = KeysFile(self)
        self.path = self.keys.path.parent / "audit.log"
        self.server = self.enterContext(HttpServer(binary=WORKBENCH, env={
            "RAMPART_AUTH_KEYS_FILE": str(self.keys.path), "RAMPART_AUDIT": str(self.path), "RATE_LIMIT": "7"}))
        self.anna = ModernClient(self.server.port, headers=bearer(ANNA))

    def stop(self):
        """The lines of the whole life: a server that ends writes what is left."""
        self.server.signal()
        self.assertEqual(self.server.wait(), 0)
        return [json.loads(text) for text in self.path.read_text().splitlines()]

    def wait_for_line(self, path, request_id):
        """Lines leave within a moment; the file tells when."""
        end = time.monotonic() + PATIENCE
        while request_id not in (path.read_text() if path.exists() else ""):
            self.assertLess(time.monotonic(), end, f"{request_id} is not in {path}")
            time.sleep(0.01)

    def test_says_who_asked_for_what_and_how_it_ended(self):
        def call(tool, arguments, request_id, client=self.anna):
            return client.call(tool, arguments, headers={"X-Request-Id": request_id})
        call("open", {"key": "a"}, "fine")
        call("open", {"key": 1}, "wrong-arguments")
        call("no-such-tool", {}, "unknown-tool")
        call("throws", {"key": "secret-argument"}, "throws")
        self.anna.request("resources/read", {"uri": "memo:///1"}, headers={"X-Request-Id": "memo"})
        old = KeyedLegacy(self.server.port, ANNA)
        old.request("tools/list", headers={"X-Request-Id": "too-many"})
        call("open", {"key": "b"}, "too-many-2")
        call("open", {"key": "c"}, "no-key", ModernClient(self.server.port))
        call("open", {"key": "d"}, "of-bob", ModernClient(self.server.port, headers=bearer(BOB)))
        lines = {line["request_id"]: line for line in self.stop()}
        digest = hashlib.sha256(b'{"key":"a"}').hexdigest()
        self.assertEqual({key: value for key, value in lines["fine"].items()
                          if key not in ("timestamp", "duration_ms", "client_address", "trace_id")},
                         {"level": "info", "logger": "rampart.audit", "event": "call", "request_id": "fine", "client_id": "anna",
                          "method": "tools/call", "tool": "open", "arguments_sha256": digest, "outcome": "success", "code": 0})
        self.assertIn(lines["fine"]["client_address"], ("127.0.0.1", "::1"))
        for request_id, outcome in (("wrong-arguments", "tool_error"), ("throws", "error"), ("unknown-tool", "error"),
                                    ("memo", "success"), ("too-many-2", "rejected"), ("no-key", "rejected")):
            self.assertEqual(lines[request_id]["outcome"], outcome, request_id)
        self.assertEqual(lines["unknown-tool"]["tool"], "no-such-tool")
        self.assertEqual(lines["memo"]["uri"], "memo:///1")
        self.assertEqual(lines["too-many-2"]["code"], 429)
        self.assertEqual((lines["no-key"]["event"], lines["no-key"]["code"]), ("refused", 401))
        self.assertNotIn("client_id", lines["no-key"])
        self.assertEqual(lines["of-bob"]["client_id"], "bob")
        text = self.path.read_text()
        for hidden in (ANNA, BOB, "secret-argument", old.session):
            self.assertNotIn(hidden, text)
        self.assertEqual(self.path.stat().st_mode & 0o777, 0o600)

    def test_is_told_apart_by_arguments_not_by_how_they_were_written(self):
        for request_id, arguments in (("one", '{"number": 1, "text": "x"}'), ("two", '{"text":"\\u0078","number":1.0}'),
                                      ("three", '{"number": 2, "text": "x"}')):
            body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {
                "name": "count", "arguments": "HERE", "_meta": modern_meta()}}).replace('"HERE"', arguments)
            answer = self.anna.post(body, {"MCP-Protocol-Version": MODERN, "Mcp-Method": "tools/call", "Mcp-Name": "count",
                                           "X-Request-Id": request_id})
            self.assertEqual(answer.status, 200, answer.body)
        digests = {line["request_id"]: line["arguments_sha256"] for line in self.stop()}
        self.assertEqual(digests["one"], digests["two"])
        self.assertNotEqual(digests["one"], digests["three"])

    def test_goes_on_in_a_new_file_after_rotation(self):
        self.anna.request("tools/list", headers={"X-Request-Id": "before"})
        self.wait_for_line(self.path, "before")
        old = self.path.with_suffix(".1")
        self.path.rename(old)
        self.server.signal(signal.SIGHUP)
        self.server.log.wait_for_event("reloaded")
        self.anna.request("tools/list", headers={"X-Request-Id": "after"})
        self.assertEqual([line["request_id"] for line in self.stop()], ["after"])
        self.assertIn("before", old.read_text())

    def test_its_disk_is_looked_at(self):
        self.assertIs(json.loads(self.server.get("/ready")[2])["checks"]["disk_space"], True)
        self.assertEqual(self.server.metrics()["mcp_audit_lines_dropped_total"], 0)


class SmallDisk:
    """A file system of its own for one process: a tmpfs that is mounted where nobody else sees it. Fields: `launcher`, the
    words before a command that is to have it, and `path`, where that command finds it."""
    SIZE = 96 << 20

    def __init__(self, test):
        folder = tempfile.TemporaryDirectory()
        test.addCleanup(folder.cleanup)
        self.path = Path(folder.name)
        # Where "/" is no mount, as in a chroot, unshare cannot make it private.
        mounts = [row.split()[4] for row in Path("/proc/self/mountinfo").read_text().splitlines()]
        self.launcher = ("unshare", "--mount", "--propagation", "private" if "/" in mounts else "unchanged",
                         *(() if os.geteuid() == 0 else ("--map-root-user",)), "sh", "-c",
                         f'mount -t tmpfs -o size={self.SIZE},mode=700 tmpfs "{self.path}" && exec "$@"', "sh")

    def seen_through(self, process):
        """The same file system from here."""
        return Path(f"/proc/{process.pid}/root{self.path}")


class FullDisk(unittest.TestCase):
    """What happens when the audit log's file system fills up: 64 MiB are the mark, and then nothing is left."""

    def setUp(self):
        disk = SmallDisk(self)
        program, *words = (*disk.launcher, str(WORKBENCH))
        self.server = self.enterContext(HttpServer(*words, binary=program, env={
            "RATE_LIMIT": "0", "RAMPART_AUDIT": str(disk.path / "audit.log")}))
        self.client = ModernClient(self.server.port)
        self.disk = disk.seen_through(self.server.process)

    def take(self, size):
        with open(self.disk / "filling", "wb") as filling:
            os.posix_fallocate(filling.fileno(), 0, size)

    def take_all(self):
        disk = os.statvfs(self.disk)
        self.take(disk.f_bavail * disk.f_frsize)

    def free(self):
        (self.disk / "filling").unlink()

    def wait_until_ready_says(self, status):
        end = time.monotonic() + PATIENCE
        while (answer := self.server.get("/ready"))[0] != status:
            self.assertLess(time.monotonic(), end, answer)
            time.sleep(0.05)
        return json.loads(answer[2])["checks"]["disk_space"]

    def call(self, request_id=None):
        answer = self.client.call("open", {"key": "a"}, headers={"X-Request-Id": request_id})
        self.assertEqual(answer.status, 200, "calls are answered all the time")

    def dropped(self):
        return self.server.metrics()["mcp_audit_lines_dropped_total"]

    def test_it_is_not_ready_until_there_is_room_again(self):
        self.assertIs(self.wait_until_ready_says(200), True)
        self.take(40 << 20)
        self.assertIs(self.wait_until_ready_says(503), False)
        self.call("little-room")
        low = self.server.log.wait_for_event("disk_space_low")
        self.assertLess(low["free_bytes"], 64 << 20)
        self.assertEqual(self.server.get("/health")[0], 200, "a restart would not help")
        self.free()
        self.assertIs(self.wait_until_ready_says(200), True)
        self.server.log.wait_for_event("disk_space_back")
        self.assertEqual(self.dropped(), 0, "little room was room enough")

    def test_lines_that_find_no_room_are_counted_and_told_and_spoil_no_other(self):
        self.wait_until_ready_says(200)
        self.call("before")  # its page has room for a few more lines, and for the beginning of one
        audit, end = self.disk / "audit.log", time.monotonic() + PATIENCE
        while "before" not in audit.read_text():
            self.assertLess(time.monotonic(), end)
        self.take_all()
        self.assertIs(self.wait_until_ready_says(503), False)
        end = time.monotonic() + PATIENCE
        while self.dropped() == 0:
            self.assertLess(time.monotonic(), end)
            self.call()
        self.server.log.wait_for_event("audit_lines_dropped")
        self.free()
        self.assertIs(self.wait_until_ready_says(200), True)
        self.call("there-is-room")
        with open(audit, encoding="utf-8") as kept:  # gone with its last process
            self.server.signal()
            self.assertEqual(self.server.wait(), 0)
            lines = list(kept)
        half = [text for text in lines if not text.endswith("}\n")]
        self.assertLessEqual(len(half), 1, "where the room ended")
        whole = [json.loads(text) for text in lines if text not in half]
        self.assertEqual(whole[-1]["request_id"], "there-is-room")


class AuditElsewhere(unittest.TestCase):
    def test_stderr_takes_it_too_and_stdio_has_it(self):
        with StdioServer(env={"RAMPART_AUDIT": "stderr", "LOG_FORMAT": "json"}) as server:
            server.request("tools/call", {"name": "echo", "arguments": {"message": "a"}})
            self.assertEqual(server.end_input(), 0)
            (line,) = [line for line in server.log.lines if line.get("logger") == "rampart.audit"]
            self.assertEqual((line["client_id"], line["tool"], line["outcome"]), ("anonymous", "echo", "success"))

    def test_it_is_off_unless_asked_for(self):
        with HttpServer() as server:
            ModernClient(server.port).call("echo", {"message": "a"})
            server.signal()
            self.assertEqual(server.wait(), 0)
            self.assertEqual([line for line in server.log.lines if line.get("logger") == "rampart.audit"], [])

    def test_a_place_that_is_none_stops_the_start(self):
        self.assertIn("off, stderr, or a path", run("check", env={"RAMPART_AUDIT": "stdout"}).stderr)
        server = run("serve", env={"RAMPART_AUDIT": "/no/such/folder/audit.log", "PORT": "0", "METRICS_PORT": "0"})
        self.assertEqual(server.returncode, 1)
        self.assertIn("/no/such/folder/audit.log: No such file", server.stderr)


if __name__ == "__main__":
    unittest.main()
