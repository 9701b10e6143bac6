"""Transcripts of obligations that are easily missed: mirrored headers, log messages, pages, answers without a stream."""
import base64
import unittest

from support.mcp import META, ModernClient
from support.process import FIXTURE, WORKBENCH, HttpServer
from support.wire import OLD, WireCase


def encoded(text):
    return f"=?base64?{base64.b64encode(text.encode()).decode()}?="


class MirroredHeaders(WireCase):
    """Mcp-Param-*: each names an argument of any depth, and is looked at before the tool is."""

    PLACE = {"place": {"city": "Oslo", "district": 42}, "urgent": True}
    HEADERS = {"Mcp-Param-City": "Oslo", "Mcp-Param-District": "42", "Mcp-Param-Urgent": "true"}

    def send(self, arguments=None, **headers):
        lines = {**self.HEADERS, **{f"Mcp-Param-{key}": value for key, value in headers.items()}}
        return self.client.call("deliver", self.PLACE if arguments is None else arguments,
                                headers={key: value for key, value in lines.items() if value is not None})

    def accepted(self, answer):
        self.assertEqual(answer.status, 200, answer.body)
        result = answer.json()["result"]
        self.assertFalse(result.get("isError"), result)

    def test_are_checked_at_every_depth_before_the_call(self):
        self.accepted(self.send())
        for headers in ({"City": None}, {"District": None}, {"Urgent": None}, {"City": "Bergen"}, {"City": "oslo"},
                        {"District": "43"}, {"District": "forty-two"}, {"Urgent": "false"}, {"Urgent": "True"}):
            with self.subTest(headers):
                self.error(self.send(**headers), -32020, 400)
        self.error(self.send({"place": {"city": 5}}, City="Oslo"), -32020, 400)

    def test_of_absent_or_null_arguments_are_not_expected_and_not_allowed(self):
        nobody = {key: None for key in ("City", "District", "Urgent")}
        for arguments in ({}, {"place": {}}, {"urgent": None, "place": {"city": None}}):
            with self.subTest(arguments):
                self.assertEqual(self.send(arguments, **nobody).status, 200)
                self.error(self.send(arguments, **{**nobody, "City": "Oslo"}), -32020, 400)

    def test_compare_numbers_as_numbers(self):
        for same in ("42", "42.0", "4.2e1"):
            self.accepted(self.send(District=same))

    def test_are_decoded_strictly(self):
        place = {"place": {"city": "Tromsø", "district": 42}, "urgent": True}
        self.accepted(self.send(place, City=encoded("Tromsø")))
        self.accepted(self.send(City=encoded("Oslo")))
        for bad in (encoded("Tromsø").replace("=?=", "?="), "=?base64?T$s=?=", "=?base64?T2 Nsbw==?=", "=?BASE64?T3Nsbw==?=",
                    "=?base64?T3Nsbw==", "T3Nsbw=="):
            with self.subTest(bad):
                self.error(self.send(City=bad), -32020, 400)

    def test_that_nobody_declared_are_ignored(self):
        self.accepted(self.send(Whatever="x"))


class LogMessages(unittest.TestCase):
    """notifications/message: only for who asked, only as severe as asked for, only on the request's own stream."""

    def setUp(self):
        self.server = self.enterContext(HttpServer(binary=FIXTURE))
        self.client = ModernClient(self.server.port)

    def logs(self, level=None, **more):
        answer = self.client.call("test_logging_tool", meta={f"{META}logLevel": level} if level else {}, **more)
        messages = list(answer.messages()) if answer.is_stream else [answer.json()]
        self.assertIn("result", messages[-1])
        return [message["params"]["level"] for message in messages[:-1]]

    def test_come_to_nobody_who_did_not_ask(self):
        self.assertEqual(self.logs(), [])
        self.assertEqual(self.logs("info"), ["info"])
        self.assertEqual(self.logs(), [], "what one request asked for is not remembered for the next")

    def test_are_as_severe_as_asked_for_at_least(self):
        for level, expected in (("debug", ["info"]), ("info", ["info"]), ("notice", []), ("emergency", [])):
            with self.subTest(level):
                self.assertEqual(self.logs(level), expected)

    def test_come_on_the_stream_of_their_request_alone(self):
        other = self.client.request("subscriptions/listen", {"notifications": {"toolsListChanged": True}},
                                    meta={f"{META}logLevel": "debug"})
        self.addCleanup(other.close)
        messages = other.messages()
        next(messages)
        self.assertEqual(self.logs("debug"), ["info"])
        self.server.signal()
        self.assertEqual([message.get("method") for message in messages], [None], "its result only")

    def test_a_level_that_is_none_is_refused(self):
        answer = self.client.call("test_logging_tool", meta={f"{META}logLevel": "loud"})
        self.assertEqual(answer.json()["error"]["code"], -32602)


class Pages(unittest.TestCase):
    def test_go_through_everything_once_with_one_scope_in_every_era(self):
        with HttpServer(binary=WORKBENCH, env={"RAMPART_PAGE_SIZE": "2", "RATE_LIMIT": "0"}) as server:
            listed, scopes, cursor = [], set(), None
            client = ModernClient(server.port)
            while True:
                result = client.request("tools/list", {"cursor": cursor} if cursor else {}).json()["result"]
                self.assertLessEqual(len(result["tools"]), 2)
                listed += [tool["name"] for tool in result["tools"]]
                scopes.add(result["cacheScope"])
                cursor = result.get("nextCursor")
                if cursor is None:
                    break
                self.assertNotEqual(cursor, "")
            self.assertEqual(len(set(listed)), len(listed))
            self.assertGreater(len(listed), 4)
            self.assertEqual(len(scopes), 1)
            again = client.request("tools/list").json()["result"]["tools"]
            self.assertEqual([tool["name"] for tool in again], listed[:2], "the order is the same each time")
            for bad in ("", "x", "MTA", "-1"):
                error = client.request("tools/list", {"cursor": bad}).json()["error"]
                self.assertEqual(error["code"], -32602, bad)


class WithoutAStream(WireCase):
    """A client that takes JSON only gets one JSON body, whatever the tool has to say meanwhile."""

    JSON_ONLY = {"Accept": "application/json"}

    def test_progress_is_left_out_in_every_era(self):
        self.client.call("open", {"key": "quiet"})
        answer = self.client.call("wait", {"key": "quiet"}, meta={"progressToken": 1}, headers=self.JSON_ONLY)
        self.assertEqual((answer.is_stream, answer.json()["result"]["content"][0]["text"]), (False, "went through quiet"))
        for version in OLD:
            with self.subTest(version):
                answer = self.legacy(version).request("tools/call", {"name": "wait", "arguments": {"key": "quiet"},
                                                                     "_meta": {"progressToken": 1}}, headers=self.JSON_ONLY)
                self.assertEqual(answer.json()["result"]["content"][0]["text"], "went through quiet")

    def test_a_tool_that_must_ask_says_what_is_missing(self):
        client = self.legacy(capabilities={"elicitation": {}})
        answer = client.request("tools/call", {"name": "ask", "arguments": {"key": "front"}}, headers=self.JSON_ONLY)
        self.assertFalse(answer.is_stream)
        self.assertIn("text/event-stream", answer.json()["error"]["message"])

    def test_the_modern_era_asks_in_the_body(self):
        client = ModernClient(self.server.port, capabilities={"elicitation": {}})
        answer = client.call("ask", {"key": "front"}, headers=self.JSON_ONLY)
        self.assertEqual(answer.json()["result"]["resultType"], "input_required")


class Capabilities(WireCase):
    def test_are_those_of_the_request_and_never_remembered(self):
        able = ModernClient(self.server.port, capabilities={"elicitation": {}})
        self.assertEqual(able.call("ask", {"key": "front"}).json()["result"]["resultType"], "input_required")
        able.capabilities = {}
        self.error(able.call("ask", {"key": "front"}), -32021, 400)
        able.capabilities = {"elicitation": {"url": {}}, "sampling": {}, "roots": {}}
        self.error(able.call("ask", {"key": "front"}), -32021, 400)


if __name__ == "__main__":
    unittest.main()
