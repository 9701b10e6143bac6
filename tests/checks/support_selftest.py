"""The harness of the system tests sees what a server does, and fails when it does not come."""
import stat
import sys
import tempfile
import textwrap
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "system"))
from support import clients, process  # noqa: E402
from support.mcp import HttpClient, LegacyClient, ModernClient, StdioServer  # noqa: E402

FAKE = f"#!{sys.executable}" + textwrap.dedent(r'''
    import http.server, json, signal, sys
    def log(**line): print(json.dumps(line), file=sys.stderr, flush=True)
    class Handler(http.server.BaseHTTPRequestHandler):
        def log_message(self, *_): pass
        def answer(self, status, body, kind="application/json", **headers):
            self.send_response(status)
            for key, value in {"Content-Type": kind, "Content-Length": len(body), **headers}.items():
                self.send_header(key.replace("_", "-"), value)
            self.end_headers()
            self.wfile.write(body.encode())
        def do_GET(self):
            self.answer(200, '# HELP a b\na{b="c d"} 2\n', "text/plain")
        def do_POST(self):
            message = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            method = message["method"]
            if method == "notifications/initialized": return self.answer(202, "")
            if method == "initialize":
                return self.answer(200, json.dumps({"result": {"protocolVersion": "2025-06-18"}}), Mcp_Session_Id="s1")
            result = {"id": message["id"], "result": {"params": message["params"], "headers": dict(self.headers)}}
            if method == "stream":
                return self.answer(200, 'id: 1\ndata:\n\n: hello\ndata: {"method":"x"}\n\nid: 2\ndata: '
                                   + json.dumps(result) + "\n\n", "text/event-stream")
            self.answer(200, json.dumps(result))
    if "--stdio" in sys.argv:
        for line in sys.stdin:
            message = json.loads(line)
            print(json.dumps({"method": "notice"}), flush=True)
            print(json.dumps({"id": message["id"], "result": message["params"]}), flush=True)
        sys.exit(3)
    signal.signal(signal.SIGTERM, lambda *_: (log(event="end"), sys.exit(7)))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    log(event="listening", endpoint="mcp", port=server.server_port)
    log(event="listening", endpoint="private", port=server.server_port)
    print("no json", file=sys.stderr, flush=True)
    server.serve_forever()
''')


class Support(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.fake = Path(folder.name) / "fake"
        self.fake.write_text(FAKE)
        self.fake.chmod(self.fake.stat().st_mode | stat.S_IXUSR)

    def test_ports_come_from_the_log_and_the_exit_code_from_the_process(self):
        with process.HttpServer(binary=self.fake) as server:
            self.assertEqual(server.metrics(), {'a{b="c d"}': 2.0})
            self.assertEqual(server.wait_for_metric('a{b="c d"}', lambda value: value == 2), 2)
            server.signal()
            self.assertEqual(server.wait(), 7)
            self.assertEqual(len(server.log.events("end")), 1)
            self.assertEqual(server.log.not_json(), ["no json"])

    def test_a_line_that_does_not_come_fails_with_the_log(self):
        with process.HttpServer(binary=self.fake) as server:
            with self.assertRaisesRegex(AssertionError, "no json"):
                server.log.wait_for(lambda line: False, timeout=1)
            server.signal()
            with self.assertRaisesRegex(AssertionError, "event gone"):
                server.log.wait_for_event("gone")

    def test_the_clients_send_what_their_era_needs(self):
        with process.HttpServer(binary=self.fake) as server:
            result = ModernClient(server.port).call("echo", {"a": 1}).json()["result"]
            self.assertEqual(result["headers"]["Mcp-Name"], "echo")
            self.assertEqual(result["params"]["_meta"]["io.modelcontextprotocol/protocolVersion"], "2026-07-28")
            result = LegacyClient(server.port, "2025-06-18").call("echo").json()["result"]
            self.assertEqual(result["headers"]["Mcp-Session-Id"], "s1")
            self.assertNotIn("_meta", result["params"])

    def test_event_streams_are_read_event_by_event(self):
        with process.HttpServer(binary=self.fake) as server:
            answer = HttpClient(server.port).request("stream", {})
            self.assertTrue(answer.is_stream)
            self.assertEqual([event.get("id") for event in answer.events()], ["1", None, "2"])
            self.assertEqual(HttpClient(server.port).request("stream", {}).json()["id"], 1)

    def test_stdio_gives_the_answer_and_what_came_before(self):
        with StdioServer("--stdio", binary=self.fake) as server:
            answer, before = server.request("echo", {"a": 1}, modern=False)
            self.assertEqual((answer["result"], before), ({"a": 1}, [{"method": "notice"}]))
            self.assertEqual(server.end_input(), 3)

    def test_the_matrix_has_its_cells(self):
        cells = set(clients.cells())
        self.assertIn(("v2", "2026-07-28", "stdio", "elicitation"), cells)
        self.assertIn(("v1", "2024-11-05", "stdio", "call"), cells)
        for cell in [("v1", "2024-11-05", "http", "call"), ("v2", "2026-07-28", "http", "resume"),
                     ("v1", "2025-03-26", "http", "elicitation"), ("v1", "2026-07-28", "http", "call")]:
            self.assertNotIn(cell, cells)


if __name__ == "__main__":
    unittest.main()
