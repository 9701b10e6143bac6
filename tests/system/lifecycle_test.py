"""How a server ends, and how several live side by side: signals, streams, standard input, shared ports."""
import http.client
import json
import os
import signal
import tempfile
import threading
import unittest
from pathlib import Path

from support.mcp import LegacyClient, ModernClient, StdioServer, modern_meta
from support.process import PATIENCE, WORKBENCH, HttpServer
from support.raw import Raw, head, modern_headers, modern_request


class Traffic:
    """Clients behind a balancer: each calls again and again until the balancer takes the server out."""

    def __init__(self, server):
        self.server, self.out = server, threading.Event()
        self.calls, self.failures = 0, []
        self._lock = threading.Lock()
        self.started = threading.Semaphore(0)
        self.threads = [threading.Thread(target=work) for work in
                        (self.keep_alive, self.keep_alive, self.keep_alive, self.fresh, self.fresh)]

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        for _ in self.threads:
            assert self.started.acquire(timeout=PATIENCE)
        return self

    def __exit__(self, *_):
        self.out.set()
        for thread in self.threads:
            thread.join()

    def one(self, connection):
        """True if the server keeps the connection."""
        try:
            connection.request("POST", "/mcp", modern_request(), modern_headers())
            answer = connection.getresponse()
            body = answer.read()
            failed = None if answer.status == 200 and b'"hello"' in body else f"{answer.status}: {body!r}"
            keeps = answer.headers.get("Connection", "").lower() != "close"
        except (OSError, http.client.HTTPException) as error:
            failed, keeps = repr(error), False
        with self._lock:
            self.calls += 1
            if failed:
                self.failures.append(failed)
        return keeps

    def connect(self):
        return http.client.HTTPConnection("localhost", self.server.port, timeout=PATIENCE)

    def keep_alive(self):
        connection, begun = self.connect(), False
        while not self.out.is_set():
            if not self.one(connection):
                connection.close()
                connection = self.connect()
            if not begun:
                self.started.release()
                begun = True
        connection.close()

    def fresh(self):
        begun = False
        while not self.out.is_set():
            connection = self.connect()
            self.one(connection)
            connection.close()
            if not begun:
                self.started.release()
                begun = True


class Termination(unittest.TestCase):
    def test_loses_no_call_on_old_or_new_connections(self):
        with HttpServer(env={"RAMPART_DRAIN_DELAY": "2", "RATE_LIMIT": "0"}) as server, Traffic(server) as traffic:
            server.wait_for_metric('mcp_dependency_up{dependency="mcp_servers"}', lambda value: value == 1)
            self.assertEqual(server.get("/ready")[0], 200)
            server.signal()
            server.log.wait_for_event("draining")
            self.assertEqual(server.get("/ready")[0], 503, "at once")
            before = traffic.calls
            while traffic.calls < before + 20 and not traffic.failures:
                traffic.threads[0].join(0.01)
            traffic.__exit__()
            self.assertEqual(traffic.failures, [])
            self.assertEqual(server.wait(), 0)
            self.assertEqual(len(server.log.events("request")), traffic.calls, "one line a call, all of them written")
            self.assertEqual(server.log.lines[-1]["event"], "stopped")
            with self.assertRaises(OSError):
                server.get("/health")

    def test_answers_from_then_on_end_their_connection(self):
        with HttpServer(env={"RAMPART_DRAIN_DELAY": "600"}) as server:
            server.signal()
            server.log.wait_for_event("draining")
            self.assertEqual(server.get("/health")[1].get("Connection"), "close")
            with Raw(server.port) as peer:
                body = modern_request()
                peer.send(head(modern_headers(Content_Length=str(len(body)))) + body)
                status, headers, _ = peer.answer()
                self.assertEqual((status, headers.get("Connection")), (200, "close"))
                self.assertTrue(peer.ended())

    def test_waits_for_what_is_running(self):
        with HttpServer(binary=WORKBENCH, env={"RAMPART_DRAIN_DELAY": "1"}) as server:
            client = ModernClient(server.port)
            running = client.call("wait", {"key": "a"}, meta={"progressToken": 1})
            next(running.messages())
            server.signal()
            server.log.wait_for_event("draining")
            self.assertEqual(client.call("open", {"key": "a"}).status, 200)
            self.assertEqual(running.json()["result"]["content"][0]["text"], "went through a")
            self.assertEqual(server.wait(), 0)
            self.assertEqual(server.log.events("drain_timeout"), [])

    def test_does_not_wait_longer_than_told(self):
        with HttpServer(binary=WORKBENCH, env={"RAMPART_DRAIN_TIMEOUT": "1"}) as server:
            running = ModernClient(server.port).call("wait", {"key": "never"}, meta={"progressToken": 1})
            next(running.messages())
            server.signal()
            self.assertEqual(server.wait(), 0)
            timeout = server.log.events("drain_timeout")
            self.assertEqual([(line["level"], line["running"]) for line in timeout], [("warning", 1)])
            self.assertEqual([line["status"] for line in server.log.events("request")], ["cancelled"])
            running.close()

    def test_a_second_signal_ends_at_once(self):
        for second in (signal.SIGTERM, signal.SIGINT):
            with self.subTest(second), HttpServer(env={"RAMPART_DRAIN_DELAY": "600"}) as server:
                server.signal()
                server.log.wait_for_event("draining")
                server.signal(second)
                self.assertEqual(server.wait(), 130)

    def test_what_was_answered_is_in_the_log_even_then(self):
        with HttpServer(env={"RAMPART_DRAIN_DELAY": "600"}) as server:
            server.signal()
            server.log.wait_for_event("draining")
            ModernClient(server.port).call("echo", {"message": "a"})
            server.signal()
            self.assertEqual(server.wait(), 130)
            self.assertEqual(len(server.log.events("request")), 1)

    def test_a_handler_that_heeds_nothing_holds_it_up_no_longer_than_told(self):
        with HttpServer(binary=WORKBENCH, env={"RAMPART_DRAIN_TIMEOUT": "1"}) as server:
            running = ModernClient(server.port).call("stuck", {"number": 600_000}, meta={"progressToken": 1})
            next(running.messages())
            running.close()
            server.log.wait_for_event("request", status="cancelled")
            server.signal()
            self.assertEqual(server.wait(), 0)
            self.assertEqual([line["workers"] for line in server.log.events("drain_timeout")], [1])
            self.assertEqual(server.log.lines[-1]["event"], "stopped")

    def test_an_interrupt_is_as_orderly(self):
        with HttpServer() as server:
            ModernClient(server.port).call("echo", {"message": "a"})
            server.signal(signal.SIGINT)
            self.assertEqual(server.wait(), 0)
            self.assertEqual(len(server.log.events("request")), 1)


class Streams(unittest.TestCase):
    def test_a_subscription_gets_its_result_and_a_session_stream_ends(self):
        with HttpServer(binary=WORKBENCH) as server:
            listen = ModernClient(server.port).request("subscriptions/listen", {"notifications": {"toolsListChanged": True}},
                                                       id="sub-1")
            messages = listen.messages()
            self.assertEqual(next(messages)["method"], "notifications/subscriptions/acknowledged")
            legacy = LegacyClient(server.port).open_stream()
            self.assertEqual(legacy.status, 200)
            server.signal()
            last = list(messages)
            self.assertEqual([message["id"] for message in last], ["sub-1"])
            self.assertEqual(last[0]["result"]["resultType"], "complete")
            self.assertEqual(last[0]["result"]["_meta"]["io.modelcontextprotocol/subscriptionId"], "sub-1")
            self.assertEqual(list(legacy.messages()), [], "it ends, and not in the middle of something")
            self.assertEqual(server.wait(), 0)
            self.assertEqual(server.log.events("drain_timeout"), [])


class Stdio(unittest.TestCase):
    def ask(self, server, number, tool, arguments):
        server.send({"jsonrpc": "2.0", "id": number, "method": "tools/call",
                     "params": {"name": tool, "arguments": arguments, "_meta": modern_meta()}})

    def said(self, server):
        """Everything that is left, to the end."""
        out = []
        while (line := server.said.get(timeout=PATIENCE)) is not None:
            out.append(json.loads(line))
        return out

    def test_a_handler_that_heeds_nothing_holds_the_end_up_no_longer_than_told(self):
        with StdioServer("--stdio", binary=WORKBENCH, env={"RAMPART_DRAIN_TIMEOUT": "1"}) as server:
            self.ask(server, 1, "stuck", {"number": 600_000})
            server.send({"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": 1}})
            server.log.wait_for_event("request", status="cancelled")
            self.assertEqual(server.end_input(), 0)
            self.assertEqual([line["workers"] for line in server.log.events("drain_timeout")], [1])

    def test_the_end_of_input_ends_the_process_after_the_answers(self):
        with StdioServer() as server:
            for number in range(20):
                self.ask(server, number, *(("process_data", {"data": {"n": number}}) if number % 2 else ("echo", {"message": "a"})))
            self.assertEqual(server.end_input(), 0)
            answers = self.said(server)
            self.assertEqual(sorted(answer["id"] for answer in answers), list(range(20)))
            self.assertTrue(all("result" in answer for answer in answers))
            self.assertEqual(len(server.log.events("request")), 20)

    def test_a_last_line_without_its_end_counts(self):
        with StdioServer() as server:
            self.ask(server, 1, "echo", {"message": "a"})
            server.process.stdin.write(b'{"jsonrpc":"2.0","id":2,"method":"ping"}')
            self.assertEqual(server.end_input(), 0)
            self.assertEqual([answer["id"] for answer in self.said(server)], [1, 2])

    def test_a_call_that_does_not_end_is_left_behind(self):
        with StdioServer("--stdio", binary=WORKBENCH, env={"RAMPART_DRAIN_TIMEOUT": "1"}) as server:
            self.ask(server, 1, "wait", {"key": "never"})
            self.assertEqual(server.end_input(), 0)
            self.assertEqual([line["status"] for line in server.log.events("request")], ["cancelled"])

    def test_a_subscription_ends_with_its_result_and_a_cancellation(self):
        with StdioServer("--stdio", binary=WORKBENCH) as server:
            server.send({"jsonrpc": "2.0", "id": "s", "method": "subscriptions/listen",
                         "params": {"notifications": {"toolsListChanged": True}, "_meta": modern_meta()}})
            self.assertEqual(server.receive()["method"], "notifications/subscriptions/acknowledged")
            self.assertEqual(server.end_input(), 0)
            result, cancelled = self.said(server)
            self.assertEqual((result["id"], result["result"]["resultType"]), ("s", "complete"))
            self.assertEqual((cancelled["method"], cancelled["params"]["requestId"]), ("notifications/cancelled", "s"))

    def test_a_signal_ends_it_too(self):
        with StdioServer() as server:
            server.request("tools/list")
            server.signal()
            self.assertEqual(server.wait(), 0)
            self.assertEqual(len(server.log.events("request")), 1)

    def test_opens_no_port_unless_told(self):
        def sockets(server):
            folder = f"/proc/{server.process.pid}/fd"
            return [link for link in (os.readlink(f"{folder}/{fd}") for fd in os.listdir(folder)) if link.startswith("socket:")]
        with StdioServer() as quiet, StdioServer(env={"METRICS_PORT": "0"}) as open_one:
            quiet.request("tools/list")
            open_one.request("tools/list")
            self.assertEqual(sockets(quiet), [])
            self.assertEqual(len(sockets(open_one)), 1)

    def test_two_copies_with_one_metrics_port_both_serve(self):
        with StdioServer(env={"METRICS_PORT": "0"}) as first:
            port = first.log.wait_for_event("listening", endpoint="private")["port"]
            with StdioServer(env={"METRICS_PORT": str(port)}) as second:
                warning = second.log.wait_for(lambda line: line["level"] == "warning", "a warning")
                self.assertIn(str(port), warning["reason"])
                self.assertIn("METRICS_PORT", warning["reason"])
                for server in (first, second):
                    self.assertIn("result", server.request("tools/list")[0])
                self.assertEqual(second.end_input(), 0)
            self.assertEqual(first.end_input(), 0)


class Reload(unittest.TestCase):
    def test_a_hangup_reads_the_log_level_again_and_a_broken_file_changes_nothing(self):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "rampart.yaml"
            path.write_text("log:\n  level: info\n")
            with HttpServer("serve", "--config", str(path)) as server:
                path.write_text("log:\n  level: nonsense\n")
                server.signal(signal.SIGHUP)
                self.assertIn("log.level", server.log.wait_for_event("reload_failed")["reason"])
                path.write_text("log:\n  level: debug\n")
                server.signal(signal.SIGHUP)
                self.assertEqual(server.log.wait_for_event("reloaded")["log_level"], "debug")
                self.assertEqual(server.log.events("reload_needs_restart"), [])
                self.assertEqual(ModernClient(server.port).call("echo", {"message": "a"}).status, 200)
                server.signal()
                self.assertEqual(server.wait(), 0)

    def test_a_hangup_takes_up_another_rate_limit(self):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "rampart.yaml"
            path.write_text("rate:\n  limit: 1\n")
            with HttpServer("serve", "--config", str(path)) as server:
                def statuses():
                    return [ModernClient(server.port).call("echo", {"message": "a"}).status for _ in range(4)]
                self.assertEqual(statuses(), [200, 429, 429, 429])
                for limit, wanted in ((3, [200, 200, 200, 429]), (0, [200] * 4), (2, [200, 200, 429, 429])):
                    path.write_text(f"rate:\n  limit: {limit}\n")
                    seen = len(server.log.events("reloaded"))
                    server.signal(signal.SIGHUP)
                    server.log.wait_for(lambda _: len(server.log.events("reloaded")) > seen)
                    self.assertEqual(statuses(), wanted, limit)
                self.assertEqual(server.log.events("reload_needs_restart"), [])

    def test_a_hangup_names_the_keys_that_wait_for_a_restart_and_no_value(self):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "rampart.yaml"
            path.write_text("log:\n  level: info\n")
            with HttpServer("serve", "--config", str(path)) as server:
                key = "c0ffee" * 10 + "babe"
                path.write_text(f"log:\n  level: debug\ncache:\n  ttl: 7\nrate:\n  limit: 3\nstate:\n  keys: [{key}]\n")
                server.signal(signal.SIGHUP)
                self.assertEqual(server.log.wait_for_event("reloaded")["log_level"], "debug")
                (line,) = [line for line in server.log.events("reload_needs_restart") if "keys" in line]
                self.assertEqual(set(line["keys"].split(", ")), {"cache.ttl", "state.keys"})
                self.assertNotIn(key, "\n".join(server.log.raw))



if __name__ == "__main__":
    unittest.main()
