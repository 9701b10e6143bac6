"""Transcripts over several messages: disconnects, cancellation, resumption, subscriptions, sealed state."""
import json
import unittest

from support.mcp import META, MODERN, LegacyClient, ModernClient, StdioServer, modern_meta
from support.process import WORKBENCH, HttpServer
from support.raw import Raw, head, modern_headers, modern_request
from support.wire import OLD, WireCase

CANCELLED = 'mcp_requests_total{method="tools/call",status="cancelled",client_id="anonymous",version="%s"}'


class Disconnects(WireCase):
    def cancelled(self, version):
        return self.server.metrics().get(CANCELLED % version, 0)

    def test_cancel_a_modern_call_that_streams(self):
        before = self.cancelled(MODERN)
        call = self.client.call("wait", {"key": "never"}, meta={"progressToken": 1})
        self.assertEqual(next(call.messages())["method"], "notifications/progress")
        call.close()
        self.server.wait_for_metric(CANCELLED % MODERN, lambda value: value == before + 1)

    def test_cancel_a_modern_call_that_has_not_said_anything(self):
        before = self.cancelled(MODERN)
        body = modern_request(params={"name": "wait", "arguments": {"key": "never"}})
        with Raw(self.server.port) as peer, Raw(self.server.port) as other:
            peer.send(head(modern_headers(name="wait", Content_Length=str(len(body)))) + body)
            # Answered on the same server: the first has been read by now, or will be, and then cancelled.
            other.send(head(modern_headers(name="open", Content_Length=str(len(body)))) + body)
            self.assertEqual(other.answer()[0], 400)
        self.server.wait_for_metric(CANCELLED % MODERN, lambda value: value == before + 1)

    def test_do_not_cancel_a_legacy_call_and_its_answer_can_be_fetched(self):
        for version in OLD[:3]:
            with self.subTest(version):
                before = self.cancelled(version)
                client = self.legacy(version)
                call = client.call("wait", {"key": f"door-{version}"}, _meta={"progressToken": 1})
                events = call.events()
                event = next(event for event in events if "id" in event)
                if version == "2025-11-25":
                    self.assertEqual(event.get("data", ""), "", "the stream begins with a priming event")
                    self.assertGreater(int(event["retry"]), 0, "and says how soon to come back")
                    event = next(events)
                self.assertEqual(json.loads(event["data"])["method"], "notifications/progress")
                call.close()
                self.server.wait_for_metric("mcp_active_connections", lambda value: value == 0)
                self.assertEqual(client.call("open", {"key": f"door-{version}"}).status, 200)
                resumed = client.open_stream({"Last-Event-ID": event["id"]})
                answer = resumed.json()
                self.assertEqual(answer["result"]["content"][0]["text"], f"went through door-{version}")
                self.assertEqual(self.cancelled(version), before)

    def test_a_quiet_stream_may_end_early_and_its_client_comes_back_for_the_answer(self):
        env = {"RAMPART_SERVER_SSE_RELEASE": "50ms"}
        with HttpServer(binary=WORKBENCH, env=env) as server:
            client = LegacyClient(server.port)
            events = list(client.call("wait", {"key": "door"}).events())
            self.assertEqual(events[0].get("data", ""), "")
            self.assertEqual(events[-1].keys(), {"retry"}, "it ends without an answer and says when to come back")
            last = events[0]["id"]
            again = client.open_stream({"Last-Event-ID": last})
            self.assertEqual([event for event in again.events() if event.get("data")], [], "and again")
            self.assertEqual(client.call("open", {"key": "door"}).status, 200)
            answer = client.open_stream({"Last-Event-ID": last}).json()
            self.assertEqual(answer["result"]["content"][0]["text"], "went through door")

    def test_no_stream_ends_early_for_clients_that_would_not_come_back(self):
        env = {"RAMPART_SERVER_SSE_RELEASE": "50ms", "RAMPART_SERVER_SSE_AFTER": "0", "RAMPART_SERVER_SSE_KEEPALIVE": "1"}
        with HttpServer(binary=WORKBENCH, env=env) as server:
            for key, client in (("old", LegacyClient(server.port, "2025-06-18")), ("new", ModernClient(server.port))):
                call = client.call("wait", {"key": key})
                self.assertTrue(call.response.readline().startswith(b":"), "a second has passed")
                client.call("open", {"key": key})
                self.assertEqual(call.json()["result"]["content"][0]["text"], f"went through {key}")

    def test_a_notification_cancels_a_legacy_call_and_nothing_answers_it(self):
        client = self.legacy()
        before = self.cancelled("2025-11-25")
        call = client.call("wait", {"key": "never"}, _meta={"progressToken": 1})
        events = call.events()
        while not next(events).get("data"):
            pass
        self.assertEqual(client.notify("notifications/cancelled", {"requestId": 10**6}).status, 202)
        self.assertEqual(client.notify("notifications/cancelled", {"requestId": 2}).status, 202)
        self.assertEqual([json.loads(event["data"]) for event in events if event.get("data")], [])
        self.server.wait_for_metric(CANCELLED % "2025-11-25", lambda value: value == before + 1)

    def test_a_notification_cancels_on_stdio_in_both_eras(self):
        with StdioServer("--stdio", binary=WORKBENCH) as server:
            server.send({"jsonrpc": "2.0", "id": "w", "method": "tools/call", "params": {
                "name": "wait", "arguments": {"key": "never"}, "_meta": {**modern_meta(), "progressToken": 1}}})
            self.assertEqual(server.receive()["method"], "notifications/progress")
            server.send({"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": "w", "_meta": modern_meta()}})
            self.assertIn("result", server.request("tools/list")[0])
            self.assertEqual(server.end_input(), 0)
            self.assertEqual(sorted(line["status"] for line in server.log.events("request")), ["cancelled", "success"])


class Listening(WireCase):
    def listen(self, request_id, **filters):
        stream = self.client.request("subscriptions/listen", {"notifications": filters}, id=request_id)
        self.addCleanup(stream.close)
        return stream.messages()

    def test_the_acknowledgement_comes_first_and_names_the_id_as_it_was(self):
        for request_id in (7, "7", "a b", -5, 9007199254740993):
            with self.subTest(request_id):
                ack = next(self.listen(request_id, toolsListChanged=True, promptsListChanged=True,
                                       resourceSubscriptions=["memo:///1"]))
                self.assertEqual(ack["method"], "notifications/subscriptions/acknowledged")
                self.assertNotIn("id", ack)
                given = ack["params"]["_meta"][f"{META}subscriptionId"]
                self.assertEqual((given, type(given)), (request_id, type(request_id)))
                self.assertEqual(ack["params"]["notifications"],
                                 {"toolsListChanged": True, "resourceSubscriptions": ["memo:///1"]},
                                 "there are no prompts here")

    def test_only_what_was_asked_for_arrives_marked_with_its_subscription(self):
        wanted, other = self.listen("w", resourceSubscriptions=["memo:///1"]), self.listen("o", toolsListChanged=True)
        next(wanted), next(other)
        self.client.call("change")
        message = next(wanted)
        self.assertEqual(message["method"], "notifications/resources/updated")
        self.assertEqual(message["params"]["uri"], "memo:///1")
        self.assertEqual(message["params"]["_meta"][f"{META}subscriptionId"], "w")

    def test_needs_a_stream_and_a_filter(self):
        answer = self.client.request("subscriptions/listen", {"notifications": {}}, headers={"Accept": "application/json"})
        self.assertEqual(answer.status, 406)
        self.error(self.client.request("subscriptions/listen"), -32602)
        self.error(self.client.request("subscriptions/listen", {"notifications": {"toolsListChanged": "yes"}}), -32602)


class SealedState(WireCase):
    KEYS = ("11" * 31 + "aa", "22" * 31 + "bb")
    ANSWER = {"name": {"action": "accept", "content": {"name": "Ada"}}}

    def client_of(self, server):
        return ModernClient(server.port, capabilities={"elicitation": {}})

    def ask(self, client, key="front"):
        result = client.call("ask", {"key": key}).json()["result"]
        self.assertEqual(result["resultType"], "input_required")
        self.assertEqual(result["inputRequests"]["name"]["method"], "elicitation/create")
        return result["requestState"]

    def again(self, client, state, key="front", tool="ask"):
        return client.request("tools/call", {"name": tool, "arguments": {"key": key}, "requestState": state,
                                             "inputResponses": self.ANSWER})

    def test_opens_for_the_same_call_only(self):
        client = self.client_of(self.server)
        state = self.ask(client)
        result = self.again(client, state).json()["result"]
        self.assertEqual(result["content"][0]["text"], "Ada is at door front")
        middle = len(state) // 2
        spoiled = {"other arguments": (state, "back", "ask"), "other tool": (state, "front", "open"),
                   "garbage": ("garbage", "front", "ask"), "empty": ("", "front", "ask"), "cut": (state[:-4], "front", "ask"),
                   "longer": (state + "AAAA", "front", "ask")}
        for at in (0, 1, middle, len(state) - 2):
            other = "A" if state[at] != "A" else "B"
            spoiled[f"changed at {at}"] = (state[:at] + other + state[at + 1:], "front", "ask")
        for name, (text, key, tool) in spoiled.items():
            with self.subTest(name):
                error = self.error(self.again(client, text, key, tool), -32602, 200)
                self.assertEqual(error["data"]["reason"], "invalid_request_state")
        self.assertNotIn("front", state)
        self.assertIn("result", self.again(client, state).json(), "spoiled tries spoil nothing")

    def test_of_another_process_is_refused_unless_they_share_a_key(self):
        first, second = self.KEYS
        with HttpServer(binary=WORKBENCH) as alone, \
                HttpServer(binary=WORKBENCH, env={"RAMPART_STATE_KEYS": first}) as old, \
                HttpServer(binary=WORKBENCH, env={"RAMPART_STATE_KEYS": f"{second},{first}"}) as rotated:
            client = {server: self.client_of(server) for server in (alone, old, rotated)}
            self.error(self.again(client[alone], self.ask(client[old])), -32602)
            self.error(self.again(client[old], self.ask(client[alone])), -32602)
            self.assertIn("result", self.again(client[rotated], self.ask(client[old])).json(), "the older key still opens")
            self.error(self.again(client[old], self.ask(client[rotated])), -32602)

    def test_a_client_that_cannot_be_asked_is_told_what_it_lacks(self):
        error = self.error(self.client.call("ask", {"key": "front"}), -32021, 400)
        self.assertEqual(error["data"]["requiredCapabilities"], {"elicitation": {}})

    def test_an_old_client_is_asked_on_its_stream(self):
        client = self.legacy(capabilities={"elicitation": {}})
        call = client.call("ask", {"key": "front"})
        messages = call.messages()
        request = next(messages)
        self.assertEqual(request["method"], "elicitation/create")
        self.assertEqual(client.post({"jsonrpc": "2.0", "id": request["id"], "result": self.ANSWER["name"]}).status, 202)
        self.assertEqual(next(messages)["result"]["content"][0]["text"], "Ada is at door front")
        error = self.error(self.legacy().call("ask", {"key": "front"}), -32600)
        self.assertIn("elicitation", error["message"])


if __name__ == "__main__":
    unittest.main()
