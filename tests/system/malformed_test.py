"""A thousand broken requests of many shapes: served on, and nothing left behind."""
import json
import random
import socket
import unittest

from support.mcp import MODERN, ModernClient
from support.process import HttpServer
from support.raw import Raw, head, modern_headers, modern_request

GOOD = modern_request()


def broken_requests(seed):
    """Bytes that are not a proper request, each in its own way; the shapes are drawn at random, but always the same."""
    dice = random.Random(seed)
    headers = modern_headers()

    def post(body, **more):
        body = body if isinstance(body, bytes) else body.encode("utf-8", "surrogatepass")
        return head({**modern_headers(**more), "Content-Length": str(len(body))}).encode("latin-1") + body
    shapes = [
        lambda: dice.randbytes(dice.randrange(1, 300)),
        lambda: post(dice.randbytes(dice.randrange(1, 300))),
        lambda: post(GOOD[:dice.randrange(len(GOOD))]),
        lambda: post(GOOD)[:dice.randrange(len(GOOD))],
        lambda: post(GOOD.replace('"', dice.choice("'\\{}[]\x00\x1f"), dice.randrange(1, 9))),
        lambda: post("[" * dice.randrange(1, 5000)),
        lambda: post('{"a":' * dice.randrange(1, 2000)),
        lambda: post("[" + ",".join([GOOD] * dice.randrange(0, 5)) + "]"),
        lambda: post('{"jsonrpc":"2.0","id":%s,"method":"tools/list"}' % dice.choice(("null", "1.5", "{}", "[]", "true", "1e400"))),
        lambda: post('{"jsonrpc":"2.0","id":1,"id":2,"method":"ping"}'),
        lambda: post('{"jsonrpc":"%s","id":1,"method":"ping"}' % dice.choice(("1.0", "", "2", "3.0"))),
        lambda: post('{"jsonrpc":"2.0","id":1,"method":"tools/call","params":%s}' % dice.choice(("[]", "1", '"x"', "null"))),
        lambda: post(GOOD.replace("hello", "\ud800")),
        lambda: post(GOOD.replace("hello", "9" * 500)),
        lambda: post(GOOD, MCP_Protocol_Version=dice.choice(("", "x" * 100, "2026-07-29"))),
        lambda: post(GOOD, Mcp_Method=dice.choice((None, "", "=?base64?!!?=", "tools/list"))),
        lambda: post(GOOD, Mcp_Session_Id="x" * dice.randrange(1, 500)),
        lambda: post(GOOD, Content_Type=dice.choice((None, "text/plain", "application/json; charset=" + "u" * 300))),
        lambda: post(GOOD, Accept=dice.choice(("", "text/html", ";;;"))),
        lambda: post(GOOD, Host=dice.choice(("", "evil.example", "a b", "[::1", "localhost:99999999999"))),
        lambda: post(GOOD, Origin=dice.choice(("null", "http://", "http://evil.example", "://"))),
        lambda: head({**headers, "Content-Length": dice.choice(("-1", "1x", "99999999999999999999", "0x10", ""))}).encode() + GOOD.encode(),
        lambda: head({**headers, "Transfer-Encoding": dice.choice(("gzip", "chunked, chunked", "identity"))}).encode() + GOOD.encode(),
        lambda: head({**headers, "Transfer-Encoding": "chunked"}).encode() + dice.choice((b"zz\r\n", b"-1\r\n", b"5\r\nab", b"1\r\nab\r\n", b"f" * 40)),
        lambda: head({**headers, "Transfer-Encoding": "chunked", "Content-Length": "5"}).encode() + b"0\r\n\r\n",
        lambda: head({"X-" + "h" * dice.randrange(1, 40_000): "v"}).encode(),
        lambda: head([("X-Many", "v")] * dice.randrange(101, 400)).encode(),
        lambda: head(headers, verb=dice.choice(("GET", "DELETE", "PUT", "PATCH", "OPTIONS", "TRACE", "M-SEARCH", "CONNECT"))).encode(),
        lambda: head(headers, target=dice.choice(("*", "//", "/mcp/../..", "/mcp?" + "q" * 3000, "http://a/b", "\xff", "/%00"))).encode("latin-1"),
        lambda: post(GOOD).replace(b"HTTP/1.1", dice.choice((b"HTTP/0.9", b"HTTP/2.0", b"HTTP/1.10", b"http/1.1", b""))),
        lambda: post(GOOD).replace(b"\r\n", dice.choice((b"\n", b"\r", b"\r\r\n", b"\r\n ", b"\x00\r\n"))),
        lambda: b"\x16\x03\x01" + dice.randbytes(200),
        lambda: b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        lambda: b"\r\n" * dice.randrange(1, 2000),
        lambda: post(GOOD.replace("tools/call", "x" * dice.randrange(1, 5000))),
        lambda: post('{"jsonrpc":"2.0","id":"%s","method":"tools/list"}' % ("i" * dice.randrange(1, 20_000))),
        lambda: post(json.dumps({"jsonrpc": "2.0", "id": 1, "result": {}})),
        lambda: post(json.dumps({"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": dice.choice(([], None, 1))}})),
        lambda: post(json.dumps({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {"protocolVersion": dice.choice((1, None, "x"))}}),
                     MCP_Protocol_Version=dice.choice((None, MODERN))),
        lambda: post(json.dumps({f"k{n}": n for n in range(dice.randrange(1, 500))})),
    ]
    while True:
        yield dice.choice(shapes)()


class Malformed(unittest.TestCase):
    COUNT = 1000

    def throw(self, server, requests, count):
        statuses = {}
        for _ in range(count):
            data = next(requests)
            with Raw(server.port) as peer:
                peer.send(data)
                try:
                    peer.socket.shutdown(socket.SHUT_WR)
                except OSError:
                    pass
                status = peer.answer()[0]
            statuses[status] = statuses.get(status, 0) + 1
        return statuses

    def test_a_thousand_broken_requests_leave_nothing_behind(self):
        with HttpServer(env={"RATE_LIMIT": "0"}) as server:
            requests = broken_requests(20_260_728)
            client = ModernClient(server.port)
            self.throw(server, requests, 200)
            for _ in range(50):
                client.call("echo", {"message": "warm"})
            server.wait_for_metric("mcp_active_connections", lambda value: value == 0)
            descriptors = min(server.metrics()["process_open_fds"] for _ in range(5))  # each with its own connection
            memory = server.rss_bytes()

            statuses = self.throw(server, requests, self.COUNT)
            self.assertFalse({500, 502} & statuses.keys(), statuses)
            refused = sum(count for status, count in statuses.items() if 400 <= status < 500)
            self.assertGreater(refused, self.COUNT / 2, statuses)
            self.assertGreaterEqual(len(statuses), 7, statuses)

            self.assertEqual(client.call("echo", {"message": "alive"}).json()["result"]["content"][0]["text"], "alive")
            self.assertEqual(server.get("/health")[0], 200)
            server.wait_for_metric("mcp_active_connections", lambda value: value == 0)
            server.wait_for_metric("process_open_fds", lambda value: value <= descriptors)
            self.assertLessEqual(server.rss_bytes(), memory * 1.05 + (4 << 20))
            server.signal()
            self.assertEqual(server.wait(), 0)
            self.assertEqual(server.log.not_json(), [])
            self.assertEqual([line for line in server.log.lines if line["level"] == "error"], [])


if __name__ == "__main__":
    unittest.main()
