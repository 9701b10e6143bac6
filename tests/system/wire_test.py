"""Transcripts of what the official suite does not look at: precedence, eras, result shapes, ids, numbers, batches."""
import json
import unittest

from support.mcp import META, MODERN, LegacyClient, ModernClient, StdioServer, modern_meta
from support.process import WORKBENCH, HttpServer
from support.wire import OLD, WireCase


class Precedence(WireCase):
    """Which of several mistakes is told."""

    def send(self, header=MODERN, meta=None, method="tools/list", **headers):
        body = {"jsonrpc": "2.0", "id": 1, "method": method, "params": {"_meta": meta} if meta is not None else {}}
        return self.plain.post(body, {"MCP-Protocol-Version": header, "Mcp-Method": method, **headers})

    def test_a_modern_header_without_meta_is_about_the_meta(self):
        self.error(self.send(), -32602, 400)
        self.error(self.send(meta={}), -32602, 400)

    def test_incomplete_meta_goes_before_a_wrong_header(self):
        meta = {f"{META}protocolVersion": MODERN}
        self.assertIn("clientCapabilities", self.error(self.send("2025-11-25", meta), -32602, 400)["message"])

    def test_two_versions_that_differ_are_a_mismatch_even_if_one_is_unknown(self):
        self.error(self.send("v999.0.0", modern_meta()), -32020, 400)
        self.error(self.send(MODERN, modern_meta(version="v999.0.0")), -32020, 400)
        self.error(self.send(None, modern_meta()), -32020, 400)

    def test_one_unknown_version_is_unsupported_and_the_served_ones_are_named(self):
        error = self.error(self.send("v999.0.0", modern_meta(version="v999.0.0")), -32022, 400)
        self.assertEqual(error["data"], {"supported": [MODERN], "requested": "v999.0.0"})
        self.assertEqual(self.client.request("server/discover").json()["result"]["supportedVersions"], [MODERN])

    def test_a_legacy_version_is_no_version_of_a_modern_request(self):
        self.error(self.send("2025-11-25", modern_meta(version="2025-11-25")), -32022, 400)

    def test_an_unsupported_version_goes_before_the_method_header(self):
        self.error(self.send("v9", modern_meta(version="v9"), **{"Mcp-Method": "other"}), -32022, 400)

    def test_the_method_header_goes_before_the_unknown_method(self):
        self.error(self.send(MODERN, modern_meta(), "no/such", **{"Mcp-Method": "other"}), -32020, 400)
        self.error(self.send(MODERN, modern_meta(), "no/such"), -32601, 404)

    def test_the_name_header_goes_before_the_unknown_tool(self):
        self.error(self.client.call("no-such", headers={"Mcp-Name": "other"}), -32020, 400)
        self.error(self.client.call("no-such"), -32602, 200)

    def test_initialize_under_a_modern_header_is_a_mismatch(self):
        self.error(self.send(MODERN, None, "initialize"), -32020, 400)

    def test_the_media_types_go_before_the_message(self):
        self.assertEqual(self.plain.post("{", {"Content-Type": "text/plain"}).status, 415)
        self.assertEqual(self.plain.post("{", {"Accept": "text/html"}).status, 406)
        self.error(self.plain.post("{"), -32700, 400)


class Eras(WireCase):
    def test_unknown_methods_are_404_in_the_modern_era_only(self):
        for method in ("no/such", "initialize", "ping", "logging/setLevel", "resources/subscribe", "resources/unsubscribe"):
            with self.subTest(method):
                self.error(self.client.request(method), -32601, 404)
        for version in OLD:
            client = self.legacy(version)
            for method in ("no/such", "server/discover", "subscriptions/listen"):
                with self.subTest(method, version=version):
                    self.error(client.request(method), -32601, 200)

    def test_modern_answers_know_no_session(self):
        answer = self.client.request("tools/list", headers={"Mcp-Session-Id": "gone", "Last-Event-ID": "1-1"})
        self.assertEqual(answer.status, 200)
        self.assertIsNone(answer.headers.get("Mcp-Session-Id"))
        self.assertEqual(self.plain.open_stream().status, 405)
        self.assertEqual(self.plain.delete().status, 405)

    def test_notifications_are_taken_and_responses_are_not(self):
        for method in ("notifications/cancelled", "notifications/anything"):
            answer = self.plain.post({"jsonrpc": "2.0", "method": method, "params": {"_meta": modern_meta()}},
                                     {"MCP-Protocol-Version": MODERN})
            self.assertEqual((answer.status, answer.body), (202, ""))
        self.assertEqual(self.plain.post({"jsonrpc": "2.0", "id": 1, "result": {}}, {"MCP-Protocol-Version": MODERN}).status, 400)

    def test_a_session_is_asked_for_then_known_then_gone(self):
        self.assertEqual(self.plain.request("tools/list").status, 400)
        self.assertEqual(self.plain.request("tools/list", headers={"Mcp-Session-Id": "0" * 32}).status, 404)
        client = self.legacy()
        self.assertEqual(client.request("tools/list").status, 200)
        self.assertEqual(client.request("tools/list", headers={"MCP-Protocol-Version": None}).status, 200)
        self.assertEqual(client.request("tools/list", headers={"MCP-Protocol-Version": "1999-01-01"}).status, 400)
        self.assertRegex(client.session, r"^[\x21-\x7e]{22,}$")
        self.assertIn(client.delete().status, (200, 204))
        self.assertEqual(client.request("tools/list").status, 404)
        self.assertEqual(client.open_stream().status, 404)

    def test_initialize_settles_on_a_version_both_know(self):
        for offered in (*OLD, "2099-01-01", MODERN):
            self.assertEqual(self.legacy(offered).initialized["protocolVersion"], offered if offered in OLD else OLD[0])

    def test_both_eras_at_once_on_one_stdio(self):
        with StdioServer("--stdio", binary=WORKBENCH) as server:
            self.assertIn("result", server.request("server/discover")[0])
            initialize = {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "a", "version": "1"}}
            self.assertEqual(server.request("initialize", initialize, modern=False)[0]["result"]["protocolVersion"], "2025-06-18")
            self.assertEqual(server.request("ping", modern=False)[0]["result"], {})
            self.assertEqual(server.request("tools/list")[0]["result"]["resultType"], "complete")
            self.assertEqual(server.request("ping")[0]["error"]["code"], -32601)

    def test_lists_are_the_same_for_every_connection_and_era(self):
        names = {tuple(tool["name"] for tool in client.request("tools/list").json()["result"]["tools"])
                 for client in (self.client, ModernClient(self.server.port), *(self.legacy(version) for version in OLD))}
        self.assertEqual(len(names), 1)


class Shapes(WireCase):
    """What results carry, by version."""

    def test_acknowledgements_are_bare_in_the_old_eras(self):
        for version in OLD:
            client = self.legacy(version)
            for method, params in (("ping", None), ("logging/setLevel", {"level": "info"}),
                                   ("resources/subscribe", {"uri": "memo:///1"}), ("resources/unsubscribe", {"uri": "memo:///1"})):
                with self.subTest(method, version=version):
                    answer = client.request(method, params)
                    self.assertEqual(json.loads(answer.body)["result"], {})

    def test_modern_results_say_their_kind_and_how_long_they_last(self):
        for method, params in (("server/discover", {}), ("tools/list", {}), ("resources/list", {}), ("prompts/list", {}),
                               ("resources/templates/list", {}), ("resources/read", {"uri": "memo:///1"})):
            with self.subTest(method):
                result = self.client.request(method, params).json()["result"]
                self.assertEqual(result["resultType"], "complete")
                self.assertGreaterEqual(result["ttlMs"], 0)
                self.assertIn(result["cacheScope"], ("public", "private"))
        result = self.client.call("open", {"key": "z"}).json()["result"]
        self.assertEqual(result["resultType"], "complete")
        self.assertFalse({"ttlMs", "cacheScope"} & result.keys())

    def test_old_results_have_none_of_it(self):
        for version in OLD:
            client = self.legacy(version)
            for method, params in (("tools/list", {}), ("resources/list", {}), ("prompts/list", {}),
                                   ("resources/read", {"uri": "memo:///1"}), ("tools/call", {"name": "open", "arguments": {"key": "z"}})):
                with self.subTest(method, version=version):
                    result = client.request(method, params).json()["result"]
                    self.assertFalse({"resultType", "ttlMs", "cacheScope"} & result.keys(), result)
            self.assertFalse({"resultType", "ttlMs", "cacheScope"} & client.initialized.keys())

    def test_a_missing_resource_has_the_code_of_its_era(self):
        error = self.error(self.client.request("resources/read", {"uri": "memo:///none"}), -32602, 200)
        self.assertEqual(error["data"]["uri"], "memo:///none")
        for version in OLD:
            error = self.error(self.legacy(version).request("resources/read", {"uri": "memo:///none"}), -32002, 200)
            self.assertEqual(error["data"]["uri"], "memo:///none")

    def test_fields_are_sent_from_their_revision_on(self):
        with HttpServer() as demo:
            for version in OLD:
                with self.subTest(version):
                    client = LegacyClient(demo.port, version)
                    tool = next(tool for tool in client.request("tools/list").json()["result"]["tools"]
                                if tool["name"] == "process_data")
                    self.assertEqual("annotations" in tool, version >= "2025-03-26")
                    self.assertEqual("outputSchema" in tool, version >= "2025-06-18")
                    result = client.call("process_data", {"data": {"version": version}}).json()["result"]
                    self.assertEqual("structuredContent" in result, version >= "2025-06-18")
                    self.assertEqual(json.loads(result["content"][0]["text"])["result"], {"version": version.upper()})

    def test_arguments_that_fail_their_schema_are_a_result_in_every_era(self):
        for client in (self.client, *(self.legacy(version) for version in OLD)):
            result = client.call("open", {"key": 5}).json()["result"]
            self.assertTrue(result["isError"])
            self.assertIn("key", result["content"][0]["text"])


class Ids(WireCase):
    def modern(self, text, headers=None):
        return self.plain.post(text, {"MCP-Protocol-Version": MODERN, "Mcp-Method": "tools/list", **(headers or {})})

    def message(self, **members):
        fixed = {"jsonrpc": '"2.0"', "id": "1", "method": '"tools/list"',
                 "params": json.dumps({"_meta": modern_meta()}), **members}
        return "{" + ",".join(f'"{key}":{value}' for key, value in fixed.items() if value is not None) + "}"

    def test_come_back_as_they_were(self):
        for request_id in (0, -1, 7, "7", "", "a b", "ü\u0000\"", 9007199254740993, 2**63 - 1, -2**63, "x" * 1000):
            with self.subTest(request_id):
                answer = self.modern(self.message(id=json.dumps(request_id)))
                self.assertEqual(answer.json()["id"], request_id)
                self.assertIs(type(answer.json()["id"]), type(request_id))

    def test_null_fractions_and_other_types_are_no_ids(self):
        for bad in ("null", "1.5", "1e300", "true", "{}", "[]", "[1]"):
            with self.subTest(bad):
                answer = self.modern(self.message(id=bad))
                self.error(answer, -32600, 400)
                self.assertNotIn("id", answer.json())

    def test_a_key_that_comes_twice_is_refused_wherever_it_steers(self):
        meta = json.dumps(modern_meta())
        twice = {
            "id": self.message()[:-1] + ',"id":2}',
            "method": self.message()[:-1] + ',"method":"tools/call"}',
            "escaped": self.message()[:-1] + ',"\\u006dethod":"tools/call"}',
            "jsonrpc": self.message()[:-1] + ',"jsonrpc":"2.0"}',
            "params": self.message()[:-1] + ',"params":{}}',
            "name": self.message(params='{"name":"open","name":"wait","_meta":%s}' % meta),
            "meta": self.message(params='{"_meta":%s,"_meta":{}}' % meta),
            "version": self.message(params='{"_meta":%s}' % (meta[:-1] + f',"{META}protocolVersion":"2025-11-25"}}')),
        }
        for name, text in twice.items():
            with self.subTest(name):
                self.error(self.modern(text), -32600, 400)
        with StdioServer("--stdio", binary=WORKBENCH) as server:
            for name, text in twice.items():
                with self.subTest(name, over="stdio"):
                    server.send(text)
                    self.assertEqual(server.receive()["error"]["code"], -32600)

    def test_two_connections_may_use_one_id_at_the_same_time(self):
        first = self.client.call("wait", {"key": "twin-a"}, meta={"progressToken": 1}, id="same")
        second = self.client.call("wait", {"key": "twin-b"}, meta={"progressToken": 2}, id="same")
        next(first.messages()), next(second.messages())
        self.client.call("open", {"key": "twin-a"})
        self.assertEqual(first.json()["result"]["content"][0]["text"], "went through twin-a")
        self.client.call("open", {"key": "twin-b"})
        self.assertEqual(second.json()["result"]["content"][0]["text"], "went through twin-b")


class Values(WireCase):
    def call(self, data):
        body = '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"count","arguments":%s,"_meta":%s}}'
        return self.client.post(body % (data, json.dumps(modern_meta())),
                                {"MCP-Protocol-Version": MODERN, "Mcp-Method": "tools/call", "Mcp-Name": "count"})

    def test_numbers_beyond_range_are_named_by_their_path(self):
        for number in ("1e400", "-1e999", "9" * 400):
            with self.subTest(number[:8]):
                error = self.error(self.call('{"number":1,"more":[{"deep":%s}]}' % number), -32602, None)
                self.assertIn("params.arguments.more[0].deep", error["message"])
        with StdioServer("--stdio", binary=WORKBENCH) as server:
            server.send('{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"arguments":{"number":1e400}}}')
            error = server.receive()["error"]
            self.assertEqual(error["code"], -32602)
            self.assertIn("params.arguments.number", error["message"])

    def test_deep_nesting_is_refused_and_a_little_is_not(self):
        deepest = 128 - 3  # the message, its params and the arguments are three levels
        self.assertIn("result", self.call('{"number":1,"more":%s}' % ("[" * deepest + "1" + "]" * deepest)).json())
        for depth in (deepest + 1, 2_000, 200_000):
            with self.subTest(depth):
                answer = self.call('{"number":1,"more":%s}' % ("[" * depth + "1" + "]" * depth))
                self.assertEqual(answer.status, 400)
                self.assertIn(answer.json()["error"]["code"], (-32700, -32600, -32602))
        self.assertEqual(self.server.get("/health")[0], 200)

    def test_what_is_not_utf8_is_not_json(self):
        for bad in (b"\xff", b"\xc0\xaf", b"\xed\xa0\x80", b"\xf5\x80\x80\x80"):
            body = b'{"jsonrpc":"2.0","id":1,"method":"' + bad + b'"}'
            self.error(self.plain.post(body), -32700, 400)


class Batches(WireCase):
    BATCH = [{"jsonrpc": "2.0", "id": 1, "method": "ping"}, {"jsonrpc": "2.0", "method": "notifications/roots/list_changed"},
             {"jsonrpc": "2.0", "id": "two", "method": "tools/list"}, {"jsonrpc": "2.0", "id": 3, "method": "no/such"}]

    def test_exist_in_two_revisions_only(self):
        for version in OLD:
            with self.subTest(version):
                answer = self.legacy(version).post(self.BATCH)
                if version in ("2025-03-26", "2024-11-05"):
                    answers = {message["id"]: message for message in answer.json()}
                    self.assertEqual(set(answers), {1, "two", 3})
                    self.assertEqual(answers[1]["result"], {})
                    self.assertEqual(answers[3]["error"]["code"], -32601)
                else:
                    self.error(answer, -32600, 400)
        self.error(self.plain.post(self.BATCH), -32600, 400)
        self.error(self.plain.post(self.BATCH, {"MCP-Protocol-Version": MODERN}), -32600, 400)

    def test_may_hold_notifications_alone_but_not_nothing_and_no_initialize(self):
        client = self.legacy("2025-03-26")
        self.assertEqual(client.post(self.BATCH[1:2]).status, 202)
        self.error(client.post([]), -32600, 400)
        answers = client.post([self.BATCH[0], {"jsonrpc": "2.0", "id": 9, "method": "initialize", "params": {}}, 5]).json()
        self.assertEqual(sorted(answer.get("error", {}).get("code", 0) for answer in answers), [-32600, -32600, 0])

    def test_on_stdio_as_well(self):
        for version in (None, *OLD):
            with self.subTest(version), StdioServer("--stdio", binary=WORKBENCH) as server:
                if version:
                    server.request("initialize", {"protocolVersion": version, "capabilities": {},
                                                  "clientInfo": {"name": "a", "version": "1"}}, modern=False)
                server.send(self.BATCH)
                answer = server.receive()
                if version in ("2025-03-26", "2024-11-05"):
                    self.assertEqual({message["id"] for message in answer}, {1, "two", 3})
                else:
                    self.assertEqual(answer["error"]["code"], -32600)


if __name__ == "__main__":
    unittest.main()
