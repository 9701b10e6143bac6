"""Bearer keys: who is let in, and that two keys share nothing. Real files, real processes, real sockets."""
import hashlib
import http.client
import json
import signal
import tempfile
import unittest
from pathlib import Path

from support import clients
from support.keys import ANNA, BOB, EVE, KeyedLegacy, KeysFile, bearer, line
from support.mcp import HttpClient, ModernClient, StdioServer
from support.metrics import scrape
from support.process import PATIENCE, WORKBENCH, HttpServer, Process, run
from support.raw import Raw, head, modern_headers


class Keyed(unittest.TestCase):
    """One server with two keys; each test uses tools and doors of its own."""
    ENV = {}

    @classmethod
    def setUpClass(cls):
        cls.keys = KeysFile(cls)
        cls.server = cls.enterClassContext(HttpServer(binary=WORKBENCH, env={
            "RATE_LIMIT": "0", "RAMPART_AUTH_KEYS_FILE": str(cls.keys.path), **cls.ENV}))
        cls.anna = ModernClient(cls.server.port, capabilities={"elicitation": {}}, headers=bearer(ANNA))
        cls.bob = ModernClient(cls.server.port, capabilities={"elicitation": {}}, headers=bearer(BOB))
        cls.nobody = ModernClient(cls.server.port)

    def legacy(self, key, version="2025-11-25"):
        return KeyedLegacy(self.server.port, key, version)


class Admission(Keyed):
    ENV = {"RAMPART_SERVER_LEGACY_SSE": "true"}

    def test_without_a_key_nothing_is_said_to_be_wrong(self):
        for headers in ({}, {"Authorization": "Basic cm1wOng="}):
            answer = self.nobody.call("open", {"key": "a"}, headers=headers)
            self.assertEqual(answer.status, 401)
            self.assertEqual(answer.headers["WWW-Authenticate"], 'Bearer realm="mcp"')
            self.assertEqual(answer.json()["error"]["code"], -32600)
            self.assertRegex(answer.headers["X-Request-Id"], "^[0-9a-f]{32}$")

    def test_a_wrong_key_is_an_invalid_token(self):
        digest = hashlib.sha256(ANNA.encode()).hexdigest()
        for token in (EVE, ANNA[:-1], ANNA + "x", ANNA.upper(), digest, "", "anna"):
            answer = self.nobody.call("open", {"key": "a"}, headers=bearer(token))
            self.assertEqual(answer.status, 401, token)
            self.assertEqual(answer.headers["WWW-Authenticate"], 'Bearer realm="mcp", error="invalid_token"')

    def test_two_keys_in_one_request_are_a_bad_request(self):
        with Raw(self.server.port) as peer:
            headers = [*modern_headers().items(), *bearer(ANNA).items(), *bearer(BOB).items(), ("Content-Length", "2")]
            peer.send(head(headers))
            status, answered, _ = peer.answer()
            self.assertEqual((status, answered["WWW-Authenticate"]), (400, 'Bearer realm="mcp", error="invalid_request"'))

    def test_the_refusal_comes_before_the_body(self):
        with Raw(self.server.port) as peer:
            peer.send(head(modern_headers(Content_Length="100000", Expect="100-continue")))
            self.assertEqual(peer.answer()[0], 401)
            self.assertTrue(peer.ended())

    def test_every_method_and_path_of_the_protocol_needs_a_key(self):
        for method in ("GET", "POST", "DELETE", "PUT"):
            for path in ("/mcp", "/sse", "/messages?sessionId=0"):
                connection = http.client.HTTPConnection("localhost", self.server.port, timeout=PATIENCE)
                self.addCleanup(connection.close)
                connection.request(method, path)
                self.assertEqual(connection.getresponse().status, 401, f"{method} {path}")

    def test_probes_and_metrics_need_none(self):
        for path, port in (("/health", None), ("/ready", None), ("/metrics", self.server.private_port)):
            self.assertEqual(self.server.get(path, port)[0], 200, path)

    def test_either_key_works_in_every_era_and_the_scheme_in_any_case(self):
        for key in (ANNA, BOB):
            client = ModernClient(self.server.port, headers={"Authorization": f"bEARER  {key}"})
            self.assertEqual(client.call("open", {"key": "b"}).status, 200)
            self.assertEqual(self.legacy(key).call("open", {"key": "b"}).status, 200)

    def test_refusals_are_counted_and_logged_with_their_address(self):
        before = scrape(self.server).value("mcp_rejected_total", reason="auth")
        self.nobody.call("open", {"key": "a"}, headers={"X-Request-Id": "who-was-that"})
        self.assertEqual(scrape(self.server).value("mcp_rejected_total", reason="auth"), before + 1)
        logged = self.server.log.wait_for_event("rejected", request_id="who-was-that")
        self.assertEqual((logged["reason"], logged["code"]), ("auth", 401))
        self.assertIn(logged["client_address"], ("127.0.0.1", "::1"))


class Apart(Keyed):
    """What one key has is not the other's."""

    def test_each_is_a_client_id_in_metrics_and_logs(self):
        for client, name in ((self.anna, "anna"), (self.bob, "bob")):
            self.assertEqual(client.call("open", {"key": "c"}, headers={"X-Request-Id": f"of-{name}"}).status, 200)
            self.assertEqual(self.server.log.wait_for_event("request", request_id=f"of-{name}")["client_id"], name)
        values = scrape(self.server)
        for name in ("anna", "bob"):
            self.assertGreaterEqual(values.value("mcp_requests_total", client_id=name, method="tools/call"), 1)

    def test_private_results_are_cached_for_each(self):
        def count(client):
            return client.call("count", {"number": 7}).json()["result"]["content"][0]["text"]
        first = count(self.anna)
        self.assertEqual(count(self.anna), first, "a hit")
        second = count(self.bob)
        self.assertNotEqual(second, first)
        self.assertEqual(count(self.bob), second)

    def test_a_stolen_session_is_unknown(self):
        theirs = self.legacy(ANNA)
        thief = HttpClient(self.server.port, {**theirs.headers, **bearer(BOB)})
        self.assertEqual(thief.request("tools/list").status, 404)
        self.assertEqual(thief.open_stream().status, 404)
        self.assertEqual(thief.delete().status, 404)
        self.assertEqual(theirs.request("tools/list").status, 200, "it is still there")

    def test_a_stolen_event_id_leads_nowhere(self):
        theirs = self.legacy(ANNA)
        call = theirs.call("wait", {"key": "stolen"}, _meta={"progressToken": 1})
        event = next(event for event in call.events() if "id" in event)
        thief = HttpClient(self.server.port, {**theirs.headers, **bearer(BOB)})
        self.assertEqual(thief.open_stream({"Last-Event-ID": event["id"]}).status, 404)
        call.close()
        self.bob.call("open", {"key": "stolen"})
        resumed = theirs.open_stream({"Last-Event-ID": event["id"]})
        self.assertIn("went through", json.dumps(list(resumed.messages())[-1]))
        resumed.close()

    def test_a_stolen_state_is_refused(self):
        asked = self.anna.call("ask", {"key": "d"}).json()["result"]
        self.assertEqual(asked["resultType"], "input_required")
        (key,) = asked["inputRequests"]
        again = {"name": "ask", "arguments": {"key": "d"}, "requestState": asked["requestState"],
                 "inputResponses": {key: {"action": "accept", "content": {"name": "Anna"}}}}
        stolen = self.bob.request("tools/call", again).json()
        self.assertEqual(stolen["error"]["data"], {"reason": "invalid_request_state"})
        self.assertIn("Anna is at door d", json.dumps(self.anna.request("tools/call", again).json()))

    def test_another_ones_call_cannot_be_cancelled(self):
        theirs = self.legacy(ANNA)
        call = theirs.call("wait", {"key": "e"}, _meta={"progressToken": 1})
        messages = call.messages()
        next(messages)
        thief = HttpClient(self.server.port, {**theirs.headers, **bearer(BOB)})
        cancel = {"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": 2}}
        self.assertEqual(thief.post(cancel).status, 404)
        self.anna.call("open", {"key": "e"})
        self.assertIn("went through e", json.dumps(list(messages)[-1]))
        call.close()


class Rates(Keyed):
    ENV = {"RATE_LIMIT": "3"}

    def test_each_key_has_a_bucket_of_its_own(self):
        self.assertEqual([self.anna.request("tools/list").status for _ in range(4)], [200, 200, 200, 429])
        self.assertEqual([self.bob.request("tools/list").status for _ in range(4)], [200, 200, 200, 429])


class Reload(unittest.TestCase):
    def setUp(self):
        self.keys = KeysFile(self)
        self.server = self.enterContext(HttpServer(binary=WORKBENCH, env={
            "RAMPART_AUTH_KEYS_FILE": str(self.keys.path), "RAMPART_SERVER_LEGACY_SSE": "true"}))

    def status(self, key):
        return ModernClient(self.server.port, headers=bearer(key)).request("tools/list").status

    def test_a_key_comes_and_another_goes_without_a_restart(self):
        self.assertEqual([self.status(key) for key in (ANNA, BOB, EVE)], [200, 200, 401])
        self.keys.write(line("anna", ANNA) + line("eve", EVE))
        self.server.log.wait_for_event("keys_loaded", withdrawn=1)
        self.assertEqual([self.status(key) for key in (ANNA, BOB, EVE)], [200, 401, 200])

    def test_what_a_withdrawn_key_has_open_ends_and_what_another_has_goes_on(self):
        streams = {}
        for name, key in (("anna", ANNA), ("bob", BOB)):
            legacy = KeyedLegacy(self.server.port, key)
            modern = ModernClient(self.server.port, headers=bearer(key))
            pair = http.client.HTTPConnection("localhost", self.server.port, timeout=PATIENCE)
            self.addCleanup(pair.close)
            pair.request("GET", "/sse", headers=bearer(key))
            listening = modern.request("subscriptions/listen", {"notifications": {"toolsListChanged": True}})
            running = legacy.call("wait", {"key": name}, _meta={"progressToken": 1})
            streams[name] = [legacy.open_stream().response, listening.response, pair.getresponse(), running.response]
            self.addCleanup(lambda these=streams[name]: [stream.close() for stream in these])
            next(running.messages())
        self.keys.write(line("bob", BOB))
        self.server.log.wait_for_event("key_withdrawn", client_id="anna")
        for stream in streams["anna"]:
            self.assertTrue(self.ends(stream))
        cancelled = 'mcp_requests_total{method="tools/call",status="cancelled",client_id="anna",version="2025-11-25"}'
        self.server.wait_for_metric(cancelled, lambda value: value == 1)
        self.server.wait_for_metric("mcp_sessions", lambda value: value == 1)
        ModernClient(self.server.port, headers=bearer(BOB)).call("open", {"key": "bob"})
        self.assertIn("went through bob", streams["bob"][3].read().decode())

    @staticmethod
    def ends(stream):
        try:
            while stream.readline():
                pass
        except (http.client.IncompleteRead, ConnectionResetError):
            pass
        return True

    def test_a_file_that_broke_keeps_the_keys_and_is_told_once(self):
        self.keys.write(line("eve", EVE) + "anna:not-a-digest-but-perhaps-a-secret\n")
        told = self.server.log.wait_for_event("keys_not_loaded")
        self.assertIn(f"{self.keys.path}:2: ", told["reason"])
        self.assertEqual([self.status(key) for key in (ANNA, BOB, EVE)], [200, 200, 401])
        self.keys.write(line("eve", EVE))
        self.server.log.wait_for_event("keys_loaded", withdrawn=2)
        self.assertEqual([self.status(key) for key in (ANNA, BOB, EVE)], [401, 401, 200])
        self.assertEqual(len(self.server.log.events("keys_not_loaded")), 1)
        self.assertNotIn("perhaps-a-secret", "\n".join(self.server.log.raw))

    def test_sighup_reads_the_keys_at_once(self):
        self.keys.write(line("eve", EVE))
        self.server.signal(signal.SIGHUP)
        self.server.log.wait_for_event("keys_loaded", withdrawn=2)
        self.assertEqual([self.status(key) for key in (ANNA, EVE)], [401, 200])

    def test_no_key_and_no_digest_is_in_the_log(self):
        self.assertEqual([self.status(key) for key in (ANNA, BOB, EVE)], [200, 200, 401])
        self.server.signal()
        self.assertEqual(self.server.wait(), 0)
        log = "\n".join(self.server.log.raw)
        self.assertIn('"client_id":"anna"', log)
        for key in (ANNA, BOB, EVE):
            self.assertNotIn(key, log)
            self.assertNotIn(hashlib.sha256(key.encode()).hexdigest(), log)


class Exposure(unittest.TestCase):
    """What is said, and refused, about a server that is open to everybody."""

    def start(self, **env):
        return self.enterContext(Process("serve", env={"PORT": "0", "METRICS_PORT": "0", "LOG_FORMAT": "json", **env}))

    def events(self, server):
        """Those between the start and the end of it."""
        server.log.wait_for_event("listening", endpoint="mcp")
        server.signal()
        self.assertEqual(server.wait(), 0)
        return {line["event"] for line in server.log.lines}

    def test_production_beyond_loopback_needs_keys_or_says_that_it_wants_none(self):
        refused = self.start(ENVIRONMENT="production", RAMPART_SERVER_BIND="0.0.0.0")
        reason = refused.log.wait_for_event("cannot_start")["reason"]
        self.assertEqual(refused.wait(), 1)
        for way_out in ("RAMPART_AUTH_KEYS_FILE", "RAMPART_AUTH_ANONYMOUS=true", "rampart keys new"):
            self.assertIn(way_out, reason)
        beyond = {"ENVIRONMENT": "production", "RAMPART_SERVER_BIND": "0.0.0.0", "RAMPART_DRAIN_DELAY": "0"}
        self.assertIn("anonymous_beyond_loopback", self.events(self.start(**beyond, RAMPART_AUTH_ANONYMOUS="true")))
        keys = KeysFile(self)
        self.assertNotIn("anonymous_beyond_loopback",
                         self.events(self.start(**beyond, RAMPART_AUTH_KEYS_FILE=str(keys.path))))

    def test_elsewhere_it_is_a_warning(self):
        self.assertIn("anonymous_beyond_loopback", self.events(self.start(RAMPART_SERVER_BIND="0.0.0.0")))
        self.assertIn("anonymous_in_production", self.events(self.start(ENVIRONMENT="production", RAMPART_DRAIN_DELAY="0")))
        quiet = self.events(self.start())
        self.assertFalse({"anonymous_beyond_loopback", "anonymous_in_production"} & quiet)

    def test_a_keys_file_that_is_wrong_or_missing_stops_the_start(self):
        keys = KeysFile(self)
        keys.write("nobody\n")
        for path, said in ((keys.path, ":1: must be name:sha256hex"), (keys.path.parent / "none", "No such file")):
            server = self.start(RAMPART_AUTH_KEYS_FILE=str(path))
            self.assertIn(said, server.log.wait_for_event("cannot_start")["reason"])
            self.assertEqual(server.wait(), 1)

    def test_a_keys_file_that_others_can_read_is_a_warning(self):
        keys = KeysFile(self)
        keys.path.chmod(0o644)
        self.assertIn("keys_file_exposed", self.events(self.start(RAMPART_AUTH_KEYS_FILE=str(keys.path))))

    def test_stdio_asks_for_no_key(self):
        with StdioServer(env={"RAMPART_AUTH_KEYS_FILE": "/nowhere", "ENVIRONMENT": "production"}) as server:
            self.assertIn("result", server.request("tools/list")[0])


class OfficialClients(unittest.TestCase):
    """The TypeScript clients, which take a key as a header of theirs."""
    ERAS = (("v1", "2025-11-25"), ("v2", "2025-11-25"), ("v2", "2026-07-28"))

    def test_the_right_key_does_all_they_do_and_a_wrong_one_is_a_401_that_they_see(self):
        keys = KeysFile(self)
        server = self.enterContext(clients.fixture_server(RAMPART_AUTH_KEYS_FILE=str(keys.path)))
        for client, version in self.ERAS:
            for feature in ("list", "elicitation"):
                done = clients.run_cell(client, version, "http", feature, server.port, key=ANNA)
                self.assertTrue(done["ok"], done)
            for wrong in (EVE, None):
                done = clients.run_cell(client, version, "http", "list", server.port, key=wrong)
                self.assertEqual((done["ok"], done.get("status")), (False, 401), done)
                self.assertNotIn(EVE, json.dumps(done))
        values = scrape(server)
        self.assertEqual(values.value("mcp_requests_total"), values.value("mcp_requests_total", client_id="anna"))
        self.assertGreaterEqual(values.value("mcp_rejected_total", reason="auth"), 2 * len(self.ERAS))


class People(Keyed):
    """The commands for people take their key from the environment."""

    def test_they_are_let_in_by_the_variable_or_a_header(self):
        for arguments, env in (((), {"RAMPART_TOKEN": ANNA}), (("--header", f"Authorization: Bearer {ANNA}"), {}),
                               (("--header", f"authorization: Bearer {ANNA}"), {"RAMPART_TOKEN": EVE})):
            done = run("call", *arguments, self.server.url, "open", "key=f", env=env)
            self.assertEqual((done.returncode, done.stdout), (0, "opened f\n"), done.stderr)

    def test_they_are_told_when_they_are_not(self):
        for env in ({}, {"RAMPART_TOKEN": EVE}):
            done = run("call", self.server.url, "open", "key=f", env=env)
            self.assertEqual(done.returncode, 3, done.stderr)
            self.assertIn("401", done.stderr)
            self.assertNotIn(EVE, done.stderr)

    def test_the_doctor_examines_with_a_key(self):
        done = run("doctor", self.server.url, env={"RAMPART_TOKEN": ANNA})
        self.assertIn("system-fixture 1.0.0", done.stdout, done.stderr)

    def test_a_server_that_is_started_beside_it_does_not_mind(self):
        self.assertEqual(run("check", env={"RAMPART_TOKEN": ANNA}).returncode, 0)
        self.assertNotIn(ANNA, run("check", env={"RAMPART_TOKEN": ANNA}).stdout)


class Command(unittest.TestCase):
    def test_keys_new_prints_a_key_and_its_line(self):
        made = run("keys", "new", "anna")
        self.assertEqual(made.returncode, 0, made.stderr)
        key, text = made.stdout.splitlines()
        self.assertRegex(key, "^rmp_[A-Za-z0-9_-]{43}$")
        self.assertEqual(text + "\n", line("anna", key))
        self.assertNotEqual(run("keys", "new", "anna").stdout, made.stdout)

    def test_keys_new_appends_to_a_file_that_a_server_takes_up(self):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "keys"
            first = run("keys", "new", "anna", "--file", str(path))
            self.assertEqual(path.stat().st_mode & 0o777, 0o600)
            with HttpServer(env={"RAMPART_AUTH_KEYS_FILE": str(path)}) as server:
                second = run("keys", "new", "bob", "--file", str(path))
                server.log.wait_for_event("keys_loaded", keys=2)
                for made in (first, second):
                    (key,) = made.stdout.splitlines()
                    self.assertEqual(ModernClient(server.port, headers=bearer(key)).request("tools/list").status, 200)
                    self.assertNotIn(key, path.read_text())

    def test_keys_new_refuses_names_that_are_none_or_taken(self):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "keys"
            for name in ("", "a b", "anonymous", "x" * 65):
                self.assertEqual(run("keys", "new", name, "--file", str(path)).returncode, 2, name)
            self.assertFalse(path.exists())
            self.assertEqual(run("keys", "new", "anna", "--file", str(path)).returncode, 0)
            again = run("keys", "new", "anna", "--file", str(path))
            self.assertEqual((again.returncode, again.stdout), (1, ""))
            self.assertIn("keys:2: the name stands in an earlier line", again.stderr)


if __name__ == "__main__":
    unittest.main()
