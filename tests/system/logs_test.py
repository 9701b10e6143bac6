"""The log: one JSON object a line, one id a request, no secrets, and what ENVIRONMENT changes of it."""
import json
import re
import time
import unittest

from support.mcp import HttpClient, LegacyClient, ModernClient, StdioServer
from support.process import WORKBENCH, HttpServer, Process, run

ENVIRONMENTS = ("development", "staging", "production")
TIMESTAMP = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$")
PIPED = {"LOG_FORMAT": ""}  # not chosen: what a process manager gets


def every_line(case, log):
    """Each raw line as the object it must be."""
    for text in log.raw:
        try:
            line = json.loads(text)
        except ValueError:
            case.fail(f"not JSON: {text!r}")
        case.assertIsInstance(line, dict)
        case.assertRegex(line["timestamp"], TIMESTAMP)
        case.assertIn(line["level"], ("debug", "info", "warning", "error"))
        case.assertTrue(line["logger"] and line["event"], text)
        yield line


def access_line(server, request_id):
    return server.log.wait_for(lambda line: line.get("request_id") == request_id
                               and line["event"] in ("request", "rejected"), f"the access line of {request_id}")


class EveryLineIsJson(unittest.TestCase):
    def test_over_http_in_every_environment_from_start_to_exit(self):
        for environment in ENVIRONMENTS:
            with self.subTest(environment), HttpServer(
                    binary=WORKBENCH, env={**PIPED, "ENVIRONMENT": environment, "RAMPART_DRAIN_DELAY": "0",
                                           "REDIS_URL": "redis://nowhere"}) as server:
                client = ModernClient(server.port)
                self.assertEqual(client.call("count", {"number": 1}).status, 200)
                self.assertEqual(client.call("throws", {"key": "a"}).json()["error"]["code"], -32603)
                self.assertEqual(client.post('{"half').status, 400)
                self.assertEqual(client.call("count", headers={"Origin": "http://evil.example"}).status, 403)
                LegacyClient(server.port).request("ping")
                server.signal()
                self.assertEqual(server.wait(), 0)
                lines = list(every_line(self, server.log))
                self.assertEqual(sorted(line["method"] for line in lines if line["event"] == "request"),
                                 ["initialize", "ping", "tools/call", "tools/call"])
                self.assertEqual(len([line for line in lines if line["event"] == "rejected"]), 2)
                self.assertEqual([line["event"] for line in lines if line["event"] in ("draining", "stopped")],
                                 ["draining", "stopped"])

    def test_over_stdio_in_every_environment_and_stdout_is_protocol_only(self):
        for environment in ENVIRONMENTS:
            with self.subTest(environment), StdioServer(
                    "--stdio", binary=WORKBENCH, env={**PIPED, "ENVIRONMENT": environment}) as server:
                self.assertIn("result", server.request("tools/list")[0])
                thrown, _ = server.request("tools/call", {"name": "throws", "arguments": {"key": "a"}})
                self.assertEqual(thrown["error"]["code"], -32603)
                server.send("this is no JSON")
                self.assertEqual(server.receive()["error"]["code"], -32700)
                self.assertEqual(server.end_input(), 0)
                self.assertIsNone(server.said.get(timeout=20), "said more than was asked")
                lines = list(every_line(self, server.log))
                self.assertEqual([line["method"] for line in lines if line["event"] == "request"],
                                 ["tools/list", "tools/call"])
                self.assertEqual([(line["reason"], line["code"]) for line in lines if line["event"] == "rejected"],
                                 [("parse", -32700)])

    def test_of_a_server_that_cannot_start(self):
        with HttpServer() as first, Process("serve", env={"PORT": str(first.port), "METRICS_PORT": "0"}) as second:
            self.assertEqual(second.wait(), 1)
            self.assertTrue(any(line["level"] == "error" for line in every_line(self, second.log)))


    def test_of_a_command_line_that_cannot_be_read(self):
        for arguments in (("serve", "--nonsense"), ("--stdio", "--nonsense"), ("wrap", "--nonsense", "--", "cat")):
            with self.subTest(arguments), Process(*arguments, env=PIPED) as process:
                self.assertEqual(process.wait(), 2)
                said = [(line["event"], "--nonsense" in line["reason"]) for line in every_line(self, process.log)]
                self.assertEqual(said, [("cannot_start", True)])


class RequestIds(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = cls.enterClassContext(HttpServer())
        cls.client = ModernClient(cls.server.port)

    def echo(self, headers=None, meta=None):
        answer = self.client.call("echo", {"message": "hi"}, headers=headers, meta=meta)
        self.assertEqual(answer.status, 200)
        returned = answer.headers["X-Request-Id"]
        self.assertEqual(access_line(self.server, returned)["request_id"], returned)
        return returned

    def test_a_given_id_comes_back_and_stands_on_the_line(self):
        for given in ("req-1", "A.b_C-9", "x" * 64):
            self.assertEqual(self.echo({"X-Request-Id": given}), given)

    def test_an_unusable_id_is_replaced(self):
        for given in ("", "x" * 65, "a b", "a/b", "a\"b", "caf\xe9", "{}"):
            with self.subTest(given):
                returned = self.echo({"X-Request-Id": given.encode("latin-1")})
                self.assertRegex(returned, r"^[0-9a-f]{32}$")

    def test_without_one_the_trace_id_serves(self):
        trace = "0af7651916cd43dd8448eb211c80319c"
        parent = f"00-{trace}-b7ad6b7169203331-01"
        self.assertEqual(self.echo({"traceparent": parent}), trace)
        other = "1" * 32
        returned = self.echo({"traceparent": parent}, meta={"traceparent": f"00-{other}-b7ad6b7169203331-01"})
        self.assertEqual(returned, other, "the message's own trace goes before the header's")
        line = access_line(self.server, other)
        self.assertEqual((line["trace_id"], line["span_id"]), (other, "b7ad6b7169203331"))

    def test_the_headers_trace_stands_on_the_line_whatever_the_id(self):
        trace, span = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
        parent = {"traceparent": f"00-{trace}-{span}-01"}
        modern = self.client.call("echo", {"message": "hi"}, headers={"X-Request-Id": "traced-1", **parent})
        legacy = LegacyClient(self.server.port).request("ping", headers={"X-Request-Id": "traced-2", **parent})
        for answer in (modern, legacy):
            line = access_line(self.server, answer.headers["X-Request-Id"])
            self.assertEqual((line["trace_id"], line["span_id"]), (trace, span))

    def test_an_invalid_trace_is_ignored(self):
        for bad in ("00-xyz-1-01", f"00-{'0' * 32}-b7ad6b7169203331-01", f"00-{'A' * 32}-b7ad6b7169203331-01"):
            self.assertRegex(self.echo({"traceparent": bad}), r"^[0-9a-f]{32}$")

    def test_minted_ids_differ(self):
        self.assertEqual(len({self.echo() for _ in range(20)}), 20)

    def test_a_refused_request_has_one_too(self):
        for headers, body in (({"Origin": "http://evil.example"}, "{}"), ({}, "{"), ({"Content-Type": "text/plain"}, "{}"),
                              ({"Accept": "image/png"}, "{}")):
            with self.subTest(headers):
                answer = self.client.post(body, {**headers, "X-Request-Id": "refused-1"})
                self.assertGreaterEqual(answer.status, 400)
                self.assertEqual(answer.headers["X-Request-Id"], "refused-1")
                minted = self.client.post(body, headers).headers["X-Request-Id"]
                self.assertEqual(access_line(self.server, minted)["event"], "rejected")

    def test_too_large_a_request_keeps_its_id(self):
        with HttpServer(env={"MAX_REQUEST_SIZE": "1000"}) as server:
            answer = ModernClient(server.port).post("x" * 2000, {"X-Request-Id": "large-1"})
            self.assertEqual((answer.status, answer.headers["X-Request-Id"]), (413, "large-1"))
            line = access_line(server, "large-1")
            self.assertEqual({key: line.get(key) for key in ("event", "status", "reason", "code", "client_address")},
                             {"event": "rejected", "status": "rejected", "reason": "size", "code": 413,
                              "client_address": "127.0.0.1"})
            for missing in ("method", "client_id", "duration_ms", "bytes_in", "bytes_out"):
                self.assertNotIn(missing, line, "it was no request yet")

    def test_answers_without_a_body_carry_it_too(self):
        old = LegacyClient(self.server.port)
        given = {"X-Request-Id": "bare-1"}
        note = {"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": 1}}
        session = {"Mcp-Session-Id": old.session}
        modern = {"MCP-Protocol-Version": "2026-07-28"}
        for answer, status in ((self.client.post(note, {**given, **modern}), 202), (old.post(note, {**given, **session}), 202),
                               (HttpClient(self.server.port).open_stream(given), 405), (HttpClient(self.server.port).delete(given), 405),
                               (old.delete({**given, **session}), 204)):
            self.assertEqual((answer.status, answer.headers["X-Request-Id"]), (status, "bare-1"))

    def test_an_event_stream_carries_it(self):
        answer = self.client.request("subscriptions/listen", {"notifications": {"toolsListChanged": True}},
                                     headers={"X-Request-Id": "stream-1"})
        self.assertTrue(answer.is_stream)
        self.assertEqual(answer.headers["X-Request-Id"], "stream-1")
        answer.close()
        self.assertEqual(access_line(self.server, "stream-1")["status"], "cancelled")


class AccessLine(unittest.TestCase):
    def test_says_what_was_asked_and_what_came_of_it(self):
        with HttpServer() as server:
            client = ModernClient(server.port)
            answer = client.call("echo", {"message": "hello"})
            line = access_line(server, answer.headers["X-Request-Id"])
            self.assertEqual(
                {key: line[key] for key in ("event", "logger", "method", "tool", "status", "code", "protocol_version", "client_id", "bytes_out")},
                {"event": "request", "logger": "rampart.access", "method": "tools/call", "tool": "echo", "status": "success",
                 "code": 0, "protocol_version": "2026-07-28", "client_id": "anonymous", "bytes_out": len(answer.body.encode())})
            self.assertGreater(line["bytes_in"], 0)
            self.assertGreaterEqual(line["duration_ms"], 0)

            unknown = client.call("secret-name-of-no-tool")
            line = access_line(server, unknown.headers["X-Request-Id"])
            self.assertEqual((line["status"], line["code"]), ("error", -32602))
            self.assertNotIn("tool", line)

            method = client.request("no/such/method")
            line = access_line(server, method.headers["X-Request-Id"])
            self.assertEqual((line["method"], line["status"], line["code"]), ("other", "error", -32601))

            wrong = client.call("echo", {"message": 1})
            line = access_line(server, wrong.headers["X-Request-Id"])
            self.assertEqual((line["tool"], line["status"], line["code"]), ("echo", "tool_error", 0))

            old = LegacyClient(server.port, "2025-03-26").request("ping")
            self.assertEqual(access_line(server, old.headers["X-Request-Id"])["protocol_version"], "2025-03-26")

    def test_of_a_batch_counts_each_message_once(self):
        pings = [{"jsonrpc": "2.0", "id": n, "method": "ping"} for n in range(3)]
        batch = json.dumps(pings, separators=(",", ":"))
        with HttpServer() as server:
            client = LegacyClient(server.port, "2025-03-26")
            self.assertEqual(client.post(batch).status, 200)
            server.signal()
            server.wait()
            self.check_sizes(server, pings)
        with StdioServer() as server:
            server.send({"jsonrpc": "2.0", "id": "i", "method": "initialize", "params": {
                "protocolVersion": "2025-03-26", "capabilities": {}, "clientInfo": {"name": "t", "version": "1"}}})
            self.assertIn("result", server.receive())
            server.send(batch)
            self.assertEqual(len(server.receive()), len(pings))
            self.assertEqual(server.end_input(), 0)
            self.check_sizes(server, pings)

    def check_sizes(self, server, pings):
        sizes = [line["bytes_in"] for line in server.log.events("request") if line["method"] == "ping"]
        self.assertEqual(sizes, [len(json.dumps(ping, separators=(",", ":"))) for ping in pings])

    def test_comes_soon_without_further_traffic(self):
        with HttpServer() as server:
            answer = ModernClient(server.port).call("echo", {"message": "hello"})
            server.log.wait_for(lambda line: line.get("request_id") == answer.headers["X-Request-Id"], timeout=5)


class Secrets(unittest.TestCase):
    SECRET = "hunter2-Zm9vYmFy-planted"
    KEY = "5ea1" * 16

    def test_no_line_and_no_series_repeats_one(self):
        secret = self.SECRET
        env = {"LOG_LEVEL": "debug", "RAMPART_STATE_KEYS": self.KEY, "REDIS_URL": f"redis://user:{secret}@localhost:1",
               "SOME_PASSWORD": secret, **PIPED}
        for mode in ("http", "stdio"):
            with self.subTest(mode):
                log = self.over_http(env) if mode == "http" else self.over_stdio(env)
                text = "\n".join(log.raw)
                self.assertIn("redis", text)
                self.assertNotIn(secret, text)
                self.assertNotIn(self.KEY, text)

    def test_a_password_that_is_a_number_or_a_word_of_ours_spoils_no_line(self):
        year = time.strftime("%Y")
        for password in ("4242", year, "event", "request", "info", "true"):
            with self.subTest(password), HttpServer(
                    binary=WORKBENCH, env={**PIPED, "REDIS_URL": f"redis://:{password}@localhost:1"}) as server:
                client = ModernClient(server.port)
                client.call("hold", {"number": 0, "text": "x" * 4242})
                fails = client.call("fails", {"key": password})
                self.assertEqual(fails.status, 200)
                server.signal()
                self.assertEqual(server.wait(), 0)
                lines = list(every_line(self, server.log))
                calls = [line for line in lines if line["logger"] == "rampart.access"]
                self.assertEqual([(line["method"], line["level"]) for line in calls], [("tools/call", "info")] * 2)
                failed = next(line for line in lines if line["event"] == "handler_failed")
                self.assertEqual(failed["message"], "door [redacted] is closed")

    def test_a_template_that_throws_is_named_without_what_was_asked(self):
        with HttpServer(binary=WORKBENCH) as server:
            answer = ModernClient(server.port).request("resources/read", {"uri": f"door:///{self.SECRET}"})
            self.assertEqual(answer.json()["error"]["code"], -32603)
            line = server.log.wait_for_event("handler_threw")
            self.assertEqual((line["method"], line["name"]), ("resources/read", "(template)"))
            server.signal()
            server.wait()
            self.assertNotIn(self.SECRET, "\n".join(server.log.raw))

    def over_http(self, env):
        secret = self.SECRET
        with HttpServer(env=env) as server:
            headers = {"Authorization": f"Bearer {secret}", "Cookie": f"session={secret}", "X-Api-Key": secret,
                       "Proxy-Authorization": secret, "Mcp-Param-Token": secret}
            client = ModernClient(server.port, headers=headers)
            client.call("echo", {"message": secret})
            client.call("echo", {secret: secret})
            client.call("process_data", {"data": {secret: secret}, "operation": secret})
            client.call("process_data", {"data": {secret: secret}})
            client.call(secret)
            client.request(secret)
            client.request("resources/read", {"uri": f"secret://{secret}"})
            client.post('{"password":"' + secret + '"')
            client.post({"jsonrpc": "2.0", "id": secret, "method": 1})
            client.call("echo", {"message": secret}, headers={"Mcp-Name": secret})
            client.call("echo", {"message": secret}, headers={"MCP-Protocol-Version": secret})
            client.call("echo", {"message": secret}, headers={"Origin": f"http://{secret}"})
            client.call("echo", {"message": secret}, headers={"X-Request-Id": f"{secret} "+ "y" * 60})
            LegacyClient(server.port).request("tools/call", {"name": "echo", "arguments": {"message": secret}})
            HttpClient(server.port).delete({"Mcp-Session-Id": secret})
            server.get(f"/health?key={secret}", headers=headers)
            server.get(f"/{secret}", headers=headers)
            scraped = server.get("/metrics", server.private_port)[2]
            self.assertNotIn(secret, scraped)
            server.log.wait_for(lambda line: "redis" in str(line))
            server.signal()
            self.assertEqual(server.wait(), 0)
            return server.log

    def over_stdio(self, env):
        secret = self.SECRET
        with StdioServer(env=env) as server:
            server.request("tools/call", {"name": "echo", "arguments": {"message": secret}})
            server.request("tools/call", {"name": secret, "arguments": {}})
            server.request(secret)
            server.send('{"password":"' + secret + '"')
            server.receive()
            server.log.wait_for(lambda line: "redis" in str(line))
            self.assertEqual(server.end_input(), 0)
            return server.log


class Environments(unittest.TestCase):
    def observe(self, environment):
        """What each of them does without being told more."""
        with HttpServer(binary=WORKBENCH, env={**PIPED, "ENVIRONMENT": environment}) as server:
            client = ModernClient(server.port)
            error = client.call("throws", {"key": "seven"}).json()["error"]
            self.assertEqual(error["code"], -32603)
            told = json.dumps(error)
            thrown = server.log.wait_for_event("handler_threw")
            server.signal()
            delay = server.log.wait_for_event("draining")["delay_ms"]
            server.signal()
            self.assertNotEqual(server.wait(), None)
            self.assertEqual(server.log.not_json(), [])
            return told, thrown, delay

    def test_detail_goes_to_clients_in_development_only_and_stacks_stay_in_the_log(self):
        for environment in ENVIRONMENTS:
            with self.subTest(environment):
                told, thrown, delay = self.observe(environment)
                self.assertEqual(thrown["level"], "error")
                self.assertEqual(thrown["error_type"], "std::runtime_error")
                self.assertEqual(thrown["error_message"], "the door could not be opened: seven")
                self.assertEqual(thrown["error_causes"], [{"type": "std::out_of_range", "message": "no such door: seven"}])
                self.assertEqual("throws" in str(thrown.get("stack")), environment != "production", "the throw site")
                self.assertEqual("the door could not be opened" in told, environment == "development")
                for inner in ("runtime_error", "out_of_range", "no such door", "fixture.cpp", "0x"):
                    self.assertNotIn(inner, told)
                self.assertEqual(delay, 0 if environment == "development" else 5000)

    def test_the_detail_of_a_failure_goes_to_the_log_alone(self):
        with HttpServer(binary=WORKBENCH, env={"ENVIRONMENT": "development"}) as server:
            answer = ModernClient(server.port).call("fails", {"key": "a"}, headers={"X-Request-Id": "jammed-1"})
            self.assertEqual(answer.json()["result"]["content"][0]["text"], "door a is closed")
            self.assertNotIn("jammed", answer.body)
            line = server.log.wait_for_event("handler_failed", request_id="jammed-1")
            self.assertEqual((line["level"], line["name"], line["message"], line["detail"]),
                             ("warning", "fails", "door a is closed", "lock 7 is jammed"))

    def test_a_handlers_own_lines_carry_the_ids_of_its_request(self):
        parent = {"traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"}
        with HttpServer(binary=WORKBENCH, env={"LOG_LEVEL": "info", "REDIS_URL": "redis://:sesame-7@localhost:1"}) as server:
            ModernClient(server.port).call("notes", {"key": 'a "sesame-7"'}, headers={"X-Request-Id": "seen-1", **parent})
            line = server.log.wait_for_event("door_seen")
            self.assertEqual((line["level"], line["logger"], line["request_id"], line["trace_id"]),
                             ("info", "handler", "seen-1", "0af7651916cd43dd8448eb211c80319c"))
            self.assertEqual(line["data"], {"door": 'a "[redacted]"', "hue": "red"})
            self.assertEqual(server.log.events("not_written"), [])

    def test_the_exception_line_carries_the_request_id(self):
        with HttpServer(binary=WORKBENCH) as server:
            ModernClient(server.port).call("throws", {"key": "a"}, headers={"X-Request-Id": "boom-1"})
            self.assertEqual(server.log.wait_for_event("handler_threw")["request_id"], "boom-1")

    def test_levels_and_formats_differ_as_documented(self):
        for environment in ENVIRONMENTS:
            with self.subTest(environment):
                checked = run("check", env={"ENVIRONMENT": environment})
                printed = dict(line.split()[:2] for line in checked.stdout.splitlines())
                development = environment == "development"
                self.assertEqual(printed["log.level"], "debug" if development else "info")
                self.assertEqual(printed["log.format"], "auto" if development else "json")
                self.assertEqual(printed["log.banner"], "true" if development else "false")
                self.assertEqual(printed["log.throw_stacks"], "false" if environment == "production" else "true")

    def test_log_level_hides_what_is_below_it(self):
        for level, hidden in (("debug", ()), ("warning", ("debug", "info")), ("error", ("debug", "info", "warning"))):
            with self.subTest(level), StdioServer("--stdio", binary=WORKBENCH, env={"LOG_LEVEL": level, "REDIS_URL": "redis://nowhere"}) as server:
                server.request("tools/call", {"name": "throws", "arguments": {"key": "a"}})
                self.assertEqual(server.end_input(), 0)
                seen = {line["level"] for line in every_line(self, server.log)}
                self.assertEqual(seen & set(hidden), set())
                self.assertEqual({"info", "warning", "error"} - set(hidden) - seen, set())


class Watchdog(unittest.TestCase):
    def test_a_quick_tool_that_blocks_is_named(self):
        with HttpServer(binary=WORKBENCH) as server:
            # The answer itself takes as long as the tool holds the loop; the line is there before it.
            self.assertEqual(ModernClient(server.port).call("hold", {"number": 2000}).status, 200)
            line = server.log.wait_for(lambda line: line["event"] == "loop_held", "the watchdog's line")
        self.assertEqual(line["tool"], "hold")
        self.assertGreaterEqual(line["held_ms"], 100)


if __name__ == "__main__":
    unittest.main()
