"""Every bound a peer can push against, at its value and one past it."""
import http.client
import json
import unittest

from support.mcp import HttpClient, LegacyClient, ModernClient, StdioServer
from support.process import PATIENCE, WORKBENCH, HttpServer
from support.raw import Raw, head, modern_headers, modern_request


class Body(unittest.TestCase):
    LIMIT = 2000

    @classmethod
    def setUpClass(cls):
        cls.server = cls.enterClassContext(HttpServer(env={"MAX_REQUEST_SIZE": str(cls.LIMIT)}))

    def body(self, size):
        empty = len(modern_request(params={"name": "echo", "arguments": {"message": ""}}))
        text = modern_request(params={"name": "echo", "arguments": {"message": "x" * (size - empty)}})
        self.assertEqual(len(text), size)
        return text

    def test_exactly_the_limit_passes_and_one_byte_more_does_not(self):
        for size, status in ((self.LIMIT, 200), (self.LIMIT + 1, 413)):
            with self.subTest(size), Raw(self.server.port) as peer:
                peer.send(head(modern_headers(Content_Length=str(size))) + self.body(size))
                self.assertEqual(peer.answer()[0], status)

    def test_in_chunks_of_any_size(self):
        for size, status in ((self.LIMIT, 200), (self.LIMIT + 1, 413)):
            for chunk in (1, 7, 1000, self.LIMIT + 1):
                with self.subTest(size, chunk=chunk), Raw(self.server.port) as peer:
                    body = self.body(size)
                    parts = [body[at:at + chunk] for at in range(0, size, chunk)]
                    peer.send(head(modern_headers(Transfer_Encoding="chunked"))
                              + "".join(f"{len(part):x}\r\n{part}\r\n" for part in parts) + "0\r\n\r\n")
                    self.assertEqual(peer.answer()[0], status)

    def test_a_peer_that_asks_first_is_told_before_it_sends(self):
        with Raw(self.server.port) as peer:
            peer.send(head(modern_headers(Content_Length=str(self.LIMIT), Expect="100-continue")))
            self.assertEqual((peer.line(), peer.line()), (b"HTTP/1.1 100 Continue\r\n", b"\r\n"))
            peer.send(self.body(self.LIMIT))
            self.assertEqual(peer.answer()[0], 200)
        with Raw(self.server.port) as peer:
            peer.send(head(modern_headers(Content_Length=str(self.LIMIT + 1), Expect="100-continue")))
            self.assertIn(b" 413 ", peer.line())

    def test_the_refusal_is_json_that_names_the_key(self):
        with Raw(self.server.port) as peer:
            peer.send(head(modern_headers(Content_Length="999999999999")))
            status, _, body = peer.answer()
            self.assertEqual(status, 413)
            self.assertIn("MAX_REQUEST_SIZE", json.loads(body)["error"]["message"])

    def test_a_longer_line_on_stdio_is_refused_and_the_next_one_served(self):
        with StdioServer(env={"MAX_REQUEST_SIZE": str(self.LIMIT)}) as server:
            server.send(self.body(self.LIMIT))
            self.assertIn("result", server.receive())
            server.send(self.body(self.LIMIT + 1))
            self.assertEqual(server.receive()["error"]["code"], -32600)
            server.send(self.body(self.LIMIT))
            self.assertIn("result", server.receive())


class Headers(unittest.TestCase):
    def status(self, server, headers):
        body = modern_request()
        with Raw(server.port) as peer:
            peer.send(head([*headers, ("Content-Length", str(len(body)))]) + body)
            return peer.answer()[0]

    def test_bytes(self):
        limit = 1000
        with HttpServer(env={"RAMPART_SERVER_HEADER_BYTES": str(limit)}) as server:
            plain = list(modern_headers().items())
            used = len(head([*plain, ("Content-Length", str(len(modern_request()))), ("X-Fill", "")]))
            for size, status in ((limit, 200), (limit + 1, 431)):
                with self.subTest(size):
                    self.assertEqual(self.status(server, [*plain, ("X-Fill", "f" * (size - used))]), status)

    def test_count(self):
        limit = 20
        with HttpServer(env={"RAMPART_SERVER_HEADER_COUNT": str(limit)}) as server:
            plain = list(modern_headers().items())
            for count, status in ((limit, 200), (limit + 1, 431)):
                with self.subTest(count):
                    more = [(f"X-{n}", "a") for n in range(count - len(plain) - 1)]
                    self.assertEqual(self.status(server, [*plain, *more]), status)

    def test_names_of_hosts_and_origins(self):
        with HttpServer() as server:
            client = ModernClient(server.port)

            def status(**headers):
                return client.call("echo", {"message": "a"}, headers=headers).status
            for host in ("localhost", f"localhost:{server.port}", "LOCALHOST", "127.0.0.1:1", "[::1]:99"):
                self.assertEqual(status(Host=host), 200, host)
            for host in ("evil.example", "localhost.evil.example", "127.0.0.1.nip.io", "localhost:80x", "10.0.0.1"):
                self.assertEqual(status(Host=host), 403, host)
            for origin in ("http://localhost:3000", "https://127.0.0.1", "http://[::1]:1"):
                self.assertEqual(status(Origin=origin), 200, origin)
            for origin in ("http://evil.example", "null", "http://localhost.evil.example", "file://", "localhost", ""):
                self.assertEqual(status(Origin=origin), 403, origin)
        with HttpServer(env={"RAMPART_ALLOWED_ORIGINS": "https://app.example"}) as server:
            client = LegacyClient(server.port)
            for origin, status in (("https://app.example", 200), ("http://app.example", 403)):
                self.assertEqual(client.request("ping", headers={"Origin": origin}).status, status)
                self.assertEqual(client.open_stream(headers={"Origin": origin}).status, status)


class Rate(unittest.TestCase):
    def test_a_burst_passes_and_one_more_is_told_when_to_come_back(self):
        with HttpServer(env={"RATE_LIMIT": "3"}) as server:
            client = ModernClient(server.port)
            answers = [client.call("echo", {"message": "a"}) for _ in range(4)]
            self.assertEqual([answer.status for answer in answers], [200, 200, 200, 429])
            error = answers[3].json()["error"]
            self.assertEqual(error["code"], 429)
            self.assertTrue(0 < error["data"]["retryAfterMs"] <= 20_000, error)
            self.assertEqual(int(answers[3].headers["Retry-After"]), -(-error["data"]["retryAfterMs"] // 1000))
            for path in ("/health", "/ready"):
                self.assertNotEqual(server.get(path)[0], 429)

            elsewhere = http.client.HTTPConnection("localhost", server.port, timeout=PATIENCE,
                                                   source_address=("127.0.0.2", 0))
            elsewhere.request("POST", "/mcp", modern_request(), modern_headers())
            self.assertEqual(elsewhere.getresponse().status, 200, "another address has its own")
            elsewhere.close()

    def test_the_same_error_on_stdio(self):
        with StdioServer(env={"RATE_LIMIT": "3"}) as server:
            answers = [server.request("tools/list")[0] for _ in range(4)]
            self.assertEqual(["result" in answer for answer in answers], [True, True, True, False])
            error = answers[3]["error"]
            self.assertEqual((error["code"], set(error["data"])), (429, {"retryAfterMs"}))
            self.assertTrue(0 < error["data"]["retryAfterMs"] <= 20_000, error)

    def test_a_batch_costs_its_size_and_notifications_nothing(self):
        with HttpServer(env={"RATE_LIMIT": "4"}) as server:
            client = LegacyClient(server.port, "2025-03-26")  # 1
            for _ in range(10):
                self.assertEqual(client.notify("notifications/roots/list_changed").status, 202)
            batch = [{"jsonrpc": "2.0", "id": n, "method": "ping"} for n in range(5)]
            answers = client.post(batch).json()
            self.assertEqual(len(answers), 5)
            self.assertEqual(sorted("result" in answer for answer in answers), [False, False, True, True, True])
            self.assertEqual({answer["error"]["code"] for answer in answers if "error" in answer}, {429})

    def test_zero_turns_it_off(self):
        with HttpServer(env={"RATE_LIMIT": "0"}) as server:
            client = ModernClient(server.port)
            self.assertEqual({client.call("echo", {"message": "a"}).status for _ in range(150)}, {200})


class Numbers(unittest.TestCase):
    """Of sessions, subscriptions, calls, connections."""

    def waiting(self, server, key):
        """A call that has begun to wait."""
        answer = ModernClient(server.port).call("wait", {"key": key}, meta={"progressToken": key})
        next(answer.messages())
        return answer

    def refused(self, answer):
        self.assertEqual(answer.status, 503)
        self.assertGreaterEqual(int(answer.headers["Retry-After"]), 1)
        self.assertEqual(json.loads(answer.body)["error"]["code"], 503)

    def test_sessions(self):
        with HttpServer(env={"RAMPART_SESSIONS_MAX": "2"}) as server:
            first, second = LegacyClient(server.port), LegacyClient(server.port)
            initialize = {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "a", "version": "1"}}
            self.refused(HttpClient(server.port).request("initialize", initialize))
            self.assertEqual(second.request("ping").status, 200)
            self.assertIn(first.delete().status, (200, 204))
            self.assertEqual(first.request("ping").status, 404)
            self.assertEqual(HttpClient(server.port).request("initialize", initialize).status, 200)

    def test_sessions_that_nobody_uses_end(self):
        with HttpServer(env={"RAMPART_SESSIONS_IDLE": "1"}) as server:
            client = LegacyClient(server.port)
            server.wait_for_metric("mcp_sessions", lambda value: value == 0)
            self.assertEqual(client.request("ping").status, 404)

    def test_subscription_streams_and_subscribed_resources(self):
        with HttpServer(binary=WORKBENCH, env={"RAMPART_SUBSCRIPTIONS_MAX": "2"}) as server:
            client = ModernClient(server.port)

            def listen():
                return client.request("subscriptions/listen", {"notifications": {"toolsListChanged": True}})
            streams = [listen(), listen()]
            for stream in streams:
                self.assertEqual(next(stream.messages())["method"], "notifications/subscriptions/acknowledged")
            self.refused(listen())
            streams[0].close()
            server.wait_for_metric("mcp_subscriptions", lambda value: value == 1)
            again = listen()
            self.assertTrue(again.is_stream)
            again.close()
            streams[1].close()

            legacy = LegacyClient(server.port)
            for uri, good in (("memo:///1", True), ("memo:///2", True), ("memo:///3", False), ("memo:///1", True)):
                answer = legacy.request("resources/subscribe", {"uri": uri})
                self.assertEqual("result" in answer.json(), good, uri)

    def test_concurrent_requests(self):
        with HttpServer(binary=WORKBENCH, env={"RAMPART_SERVER_MAX_CONCURRENT_REQUESTS": "2"}) as server:
            first, second = self.waiting(server, "a"), self.waiting(server, "b")
            self.refused(ModernClient(server.port).call("open", {"key": "a"}))
            second.close()
            server.wait_for_metric('mcp_requests_total{method="tools/call",status="cancelled",client_id="anonymous",'
                                   'version="2026-07-28"}', lambda value: value == 1)
            self.assertEqual(ModernClient(server.port).call("open", {"key": "a"}).status, 200)
            self.assertEqual(first.json()["result"]["content"][0]["text"], "went through a")

    def test_calls_that_wait_for_a_worker(self):
        with HttpServer(binary=WORKBENCH, env={"RAMPART_WORKERS_THREADS": "1", "RAMPART_WORKERS_QUEUE": "1"}) as server:
            first = self.waiting(server, "a")
            with Raw(server.port) as queued:
                body = modern_request(params={"name": "wait", "arguments": {"key": "a"}})
                queued.send(head(modern_headers(name="wait", Content_Length=str(len(body)))) + body)
                server.wait_for_metric("mcp_worker_queue", lambda value: value == 1)
                self.refused(ModernClient(server.port).call("wait", {"key": "a"}))
                self.assertEqual(ModernClient(server.port).call("open", {"key": "a"}).status, 200, "quick tools need none")
                self.assertEqual(queued.answer()[0], 200)
            self.assertIn("result", first.json())

    def test_connections(self):
        with HttpServer(env={"RAMPART_SERVER_MAX_CONNECTIONS": "2"}) as server:
            with Raw(server.port) as first, Raw(server.port) as second, Raw(server.port) as third:
                body = modern_request()
                for peer, status in ((first, 200), (second, 200), (third, 503)):
                    peer.send(head(modern_headers(Content_Length=str(len(body)))) + body)
                    self.assertEqual(peer.answer()[0], status)
            server.wait_for_metric("mcp_active_connections", lambda value: value == 0)
            self.assertEqual(ModernClient(server.port).call("echo", {"message": "a"}).status, 200)


class Time(unittest.TestCase):
    def test_slow_peers_are_ended_and_others_served(self):
        with HttpServer(env={"RAMPART_SERVER_HEAD_TIMEOUT": "1", "RAMPART_SERVER_BODY_TIMEOUT": "1",
                             "RAMPART_SERVER_IDLE_TIMEOUT": "1"}) as server:
            body = modern_request()
            with Raw(server.port) as slow_head, Raw(server.port) as slow_body, Raw(server.port) as idle:
                slow_head.send("POST /mcp HTTP/1.1\r\nHost: loc")
                slow_body.send(head(modern_headers(Content_Length=str(len(body)))) + body[:10])
                idle.send(head(modern_headers(Content_Length=str(len(body)))) + body)
                self.assertEqual(idle.answer()[0], 200)
                self.assertEqual(ModernClient(server.port).call("echo", {"message": "a"}).status, 200)
                self.assertEqual(slow_head.answer()[0], 408)
                self.assertEqual(slow_body.answer()[0], 408)
                self.assertTrue(idle.ended())

    def test_a_call_past_its_deadline_gets_an_error(self):
        with HttpServer(binary=WORKBENCH, env={"RAMPART_SERVER_REQUEST_TIMEOUT": "1"}) as server:
            answer = ModernClient(server.port).call("wait", {"key": "never"})
            self.assertEqual(answer.json()["error"]["code"], 504)
            server.wait_for_metric("mcp_workers_abandoned_total", lambda value: value == 1)

    def test_a_quiet_answer_becomes_a_stream_with_comments(self):
        with HttpServer(binary=WORKBENCH, env={"RAMPART_SERVER_SSE_AFTER": "0", "RAMPART_SERVER_SSE_KEEPALIVE": "1"}) as server:
            client = ModernClient(server.port)
            answer = client.call("wait", {"key": "a"})
            self.assertTrue(answer.is_stream)
            self.assertTrue(answer.response.readline().startswith(b":"))
            client.call("open", {"key": "a"})
            self.assertEqual(answer.json()["result"]["content"][0]["text"], "went through a")


if __name__ == "__main__":
    unittest.main()
