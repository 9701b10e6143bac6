"""The transport of 2024-11-05: off unless asked for; then a stream that names where to post, and carries every answer."""
import json
import unittest
import urllib.error
import urllib.request

from support.process import HttpServer


def stream(port):
    return urllib.request.urlopen(f"http://localhost:{port}/sse", timeout=30)


def event(lines):
    """(type, data) of the next event; comments are skipped."""
    kind = data = None
    for raw in lines:
        line = raw.decode().rstrip("\n")
        if line.startswith("event: "):
            kind = line.removeprefix("event: ")
        elif line.startswith("data: "):
            data = line.removeprefix("data: ")
        elif not line and data is not None:
            return kind, data
    raise AssertionError("the stream ended")


def post(port, path, body):
    request = urllib.request.Request(f"http://localhost:{port}{path}", json.dumps(body).encode(),
                                     {"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code


class Pair(unittest.TestCase):
    def test_it_is_off_by_default(self):
        with HttpServer() as server:
            with self.assertRaises(urllib.error.HTTPError) as refused:
                stream(server.port)
            self.assertEqual(refused.exception.code, 404)

    def test_answers_come_on_the_stream(self):
        with HttpServer(env={"RAMPART_SERVER_LEGACY_SSE": "true"}) as server, stream(server.port) as lines:
            kind, where = event(lines)
            self.assertEqual(kind, "endpoint")
            self.assertRegex(where, r"^/messages\?sessionId=[0-9a-f]{32}$")
            call = {"jsonrpc": "2.0", "id": "x", "method": "tools/call",
                    "params": {"name": "echo", "arguments": {"message": "hello"}}}
            self.assertEqual(post(server.port, where, call), 400, "initialize comes first")
            hello = {"jsonrpc": "2.0", "id": 1, "method": "initialize",
                     "params": {"protocolVersion": "2024-11-05", "capabilities": {},
                                "clientInfo": {"name": "test", "version": "1"}}}
            self.assertEqual(post(server.port, where, hello), 202)
            self.assertEqual(json.loads(event(lines)[1])["result"]["protocolVersion"], "2024-11-05")
            self.assertEqual(post(server.port, where, hello), 400, "once is enough")
            self.assertEqual(post(server.port, where, call), 202)
            answer = json.loads(event(lines)[1])
            self.assertEqual((answer["id"], answer["result"]["content"][0]["text"]), ("x", "hello"))
            self.assertEqual(post(server.port, where[:-1] + "!", call), 404)


if __name__ == "__main__":
    unittest.main()
