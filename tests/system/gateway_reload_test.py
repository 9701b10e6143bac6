"""SIGHUP reads mcpServers again: what is unchanged goes on, the rest comes and goes, and a wrong file changes nothing."""
import json
import os
import signal
import sys
import tempfile
import threading
import unittest
from pathlib import Path

from support.faulty import wait_until
from support.mcp import ModernClient
from support.process import CHILD, PATIENCE, HttpServer


def child(*tools):
    return {"command": sys.executable, "args": [str(CHILD), *tools]}


class Reload(unittest.TestCase):
    def setUp(self):
        self.folder = Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.file = self.folder / "servers.json"
        self.reloads = 0

    def serve(self, **servers):
        self.write(**servers)
        self.server = self.enterContext(HttpServer("serve", "--config", str(self.file)))
        self.client = ModernClient(self.server.port)
        for name in servers:
            self.server.log.wait_for_event("upstream_catalogue", upstream=name)

    def write(self, **servers):
        self.file.write_text(json.dumps({"mcpServers": servers}))

    def reload(self, event="reloaded"):
        seen = len(self.server.log.events(event))
        self.server.signal(signal.SIGHUP)
        self.server.log.wait_for(lambda line: line.get("event") == event
                                 and len(self.server.log.events(event)) > seen, event)

    def tools(self):
        return [tool["name"] for tool in self.client.request("tools/list").json()["result"]["tools"]]

    def pid(self, tool, **arguments):
        result = self.client.call(tool, arguments).json()["result"]
        return int(result["content"][0]["text"])

    def waiting_call(self, tool):
        """A call that ends when the door opens: (open the door and get the pid)."""
        door, answers = self.folder / f"door-{tool}", []
        client = ModernClient(self.server.port)
        os.mkfifo(door)
        thread = threading.Thread(
            target=lambda: answers.append(client.call(tool, {"door": str(door)}).json()), daemon=True)
        thread.start()
        self.server.wait_for_metric('mcp_upstream_in_flight{server="%s"}' % tool.split("_")[0], lambda n: n == 1)

        def finish():
            door.write_text("", encoding="utf-8")
            thread.join(PATIENCE)
            return int(answers[0]["result"]["content"][0]["text"])
        return finish

    def test_what_is_unchanged_keeps_its_child_and_its_calls_while_others_come_and_go(self):
        self.serve(stays=child("work"), goes=child("work"))
        before, finish = self.pid("stays_work"), self.waiting_call("stays_work")
        self.write(stays=child("work"), comes=child("work"))
        self.reload()
        self.server.log.wait_for_event("upstream_joins", upstream="comes")
        self.assertEqual(self.tools(), ["stays_work", "comes_work"])
        self.assertNotEqual(self.pid("comes_work"), before)
        self.assertEqual(finish(), before)
        self.assertEqual(self.pid("stays_work"), before)
        wait_until(lambda: not any('"goes"' in series for series in self.server.metrics()), "the end of its series")
        self.assertEqual(self.server.metrics()['mcp_upstream_up{server="stays"}'], 1)

    def test_a_changed_upstream_is_replaced_and_its_calls_are_answered_by_the_old_child(self):
        self.serve(one=child("old"), two=child("work"))
        before, finish = self.pid("one_old"), self.waiting_call("one_old")
        self.write(one=child("new"), two=child("work"))
        self.reload()
        self.server.log.wait_for_event("upstream_joins", upstream="one")
        self.assertEqual(self.tools(), ["one_new", "two_work"])
        self.assertNotEqual(self.pid("one_new"), before)
        os.kill(before, 0)  # raises if the old child is gone before its call
        self.assertEqual(finish(), before)
        self.server.wait_for_metric('mcp_upstream_children{server="one"}', lambda n: n == 1)

    def test_a_file_that_is_wrong_changes_nothing_and_is_logged(self):
        self.serve(one=child("work"))
        before = self.pid("work")
        for wrong in ('{"mcpServers": {"one": {}}}', "{", '{"mcpServers": {"bad name": {"command": "x"}}}'):
            with self.subTest(wrong):
                self.file.write_text(wrong)
                self.reload("reload_failed")
                self.assertEqual(self.tools(), ["work"])
                self.assertEqual(self.pid("work"), before)

    def test_the_first_upstream_of_a_process_without_any_is_named_as_waiting_for_a_restart(self):
        self.serve()
        before = self.tools()
        self.write(late=child("work"))
        self.reload("reload_needs_restart")
        self.assertEqual(self.server.log.events("reload_needs_restart")[0]["upstreams"], "late")
        self.assertEqual(self.tools(), before)

    def test_a_wrapped_server_survives_the_signal(self):
        with HttpServer("wrap", "--", sys.executable, str(CHILD), "work") as self.server:
            self.server.log.wait_for_event("upstream_catalogue")
            self.client = ModernClient(self.server.port)
            before = self.pid("work")
            self.reload()
            self.assertEqual(self.pid("work"), before)


if __name__ == "__main__":
    unittest.main()
