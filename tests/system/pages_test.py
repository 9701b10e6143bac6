"""What a page in a browser meets (the Fetch standard's CORS protocol), and whoever asks for the wrong URL."""
import http.client
import unittest

from support.keys import ANNA, KeysFile, bearer
from support.mcp import ModernClient
from support.process import PATIENCE, HttpServer

PAGE = "https://app.example"
ASKS = {"Origin": PAGE, "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization,content-type,mcp-method,mcp-param-city"}


def ask(server, method, path="/mcp", headers=None, body=None):
    connection = http.client.HTTPConnection("localhost", server.port, timeout=PATIENCE)
    try:
        connection.request(method, path, body, headers or {})
        response = connection.getresponse()
        return response.status, response.headers, response.read().decode()
    finally:
        connection.close()


class Pages(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = cls.enterClassContext(HttpServer(env={
            "RAMPART_ALLOWED_ORIGINS": PAGE, "RAMPART_AUTH_KEYS_FILE": str(KeysFile(cls).path)}))

    def test_that_are_allowed_may_ask_without_a_key_what_they_may_send(self):
        status, headers, body = ask(self.server, "OPTIONS", headers=ASKS)
        self.assertEqual((status, body), (204, ""))
        self.assertEqual(headers["Access-Control-Allow-Origin"], PAGE)
        self.assertEqual(headers["Access-Control-Allow-Methods"], "GET, POST, DELETE")
        self.assertEqual(headers["Access-Control-Allow-Headers"], ASKS["Access-Control-Request-Headers"])
        self.assertEqual(headers["Vary"], "Origin")

    def test_that_are_not_allowed_are_told_nothing(self):
        status, headers, _ = ask(self.server, "OPTIONS", headers={**ASKS, "Origin": "https://other.example"})
        self.assertEqual((status, headers["Access-Control-Allow-Origin"]), (403, None))

    def test_may_read_answers_of_every_kind(self):
        page = {"Origin": PAGE}
        client = ModernClient(self.server.port, headers={**page, **bearer(ANNA)})
        answers = {"result": client.call("echo", {"message": "hi"}), "refused": client.request("no/such"),
                   "stream": client.request("subscriptions/listen", {"notifications": {"toolsListChanged": True}})}
        for name, answer in answers.items():
            with self.subTest(name):
                self.assertEqual(answer.headers["Access-Control-Allow-Origin"], PAGE)
                self.assertIn("Mcp-Session-Id", answer.headers["Access-Control-Expose-Headers"])
        self.assertTrue(answers["stream"].is_stream)
        answers["stream"].close()
        status, headers, _ = ask(self.server, "POST", headers=page)
        self.assertEqual((status, headers["Access-Control-Allow-Origin"]), (401, PAGE))

    def test_nobody_else_sees_any_of_it(self):
        headers = ModernClient(self.server.port, headers=bearer(ANNA)).call("echo", {"message": "hi"}).headers
        self.assertEqual([name for name in headers if name.startswith("Access-Control") or name == "Vary"], [])

    def test_an_options_request_that_asks_nothing_is_a_wrong_method(self):
        status, headers, _ = ask(self.server, "OPTIONS", headers=bearer(ANNA))
        self.assertEqual((status, headers["Allow"]), (405, "POST, GET, DELETE"))


class Proxies(unittest.TestCase):
    """A proxy in front is the peer of every connection: whom it speaks for decides."""

    def call(self, server, said):
        headers = {"X-Forwarded-For": said} if said else {}
        return ModernClient(server.port, headers=headers).call("echo", {"message": "hi"}).status

    def test_that_are_trusted_tell_whose_rate_it_is_and_who_is_logged(self):
        env = {"RATE_LIMIT": "2", "RAMPART_TRUSTED_PROXIES": "127.0.0.1, ::1", "RAMPART_AUDIT": "stderr"}
        with HttpServer(env=env) as server:
            for said, wanted in (("192.0.2.1", [200, 200, 429]), ("spoofed, 192.0.2.2", [200, 200, 429]),
                                 ("2001:db8::1", [200]), ("2001:db8::2", [200, 429]), (None, [200, 200, 429])):
                self.assertEqual([self.call(server, said) for _ in wanted], wanted, said)
            server.signal()
            self.assertEqual(server.wait(), 0)
            addresses = {line["client_address"] for line in server.log.lines if "client_address" in line}
        self.assertLessEqual({"192.0.2.1", "192.0.2.2", "2001:db8::1", "2001:db8::2"}, addresses)

    def test_that_are_not_are_not_believed(self):
        with HttpServer(env={"RATE_LIMIT": "2"}) as server:
            self.assertEqual([self.call(server, f"192.0.2.{i}") for i in range(3)], [200, 200, 429])


class Urls(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = cls.enterClassContext(HttpServer())

    def test_that_are_wrong_are_answered_with_the_right_ones_whatever_is_sent(self):
        for method, body in (("GET", None), ("POST", "{}"), ("POST", "x" * 5000)):
            for path in ("/", "/mcp/", "/mcp2", "/%6dcp"):
                with self.subTest(method=method, path=path):
                    status, _, said = ask(self.server, method, path, body=body)
                    self.assertEqual((status, said), (404, "MCP is served at /mcp; probes at /health and /ready\n"))

    def test_may_be_whole_whose_host_is_the_one_that_counts(self):
        whole = f"http://localhost:{self.server.port}/health?x"
        self.assertEqual(ask(self.server, "GET", whole, {"Host": "anything"})[0], 200)
        self.assertEqual(ask(self.server, "DELETE", "http://localhost/mcp", {"Host": "evil.example"})[0], 405)
        self.assertEqual(ask(self.server, "DELETE", "http://evil.example/mcp", {"Host": "localhost"})[0], 403)
        self.assertEqual(ask(self.server, "GET", "http://localhost")[0], 404)


if __name__ == "__main__":
    unittest.main()
