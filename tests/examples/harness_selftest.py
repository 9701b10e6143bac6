#!/usr/bin/env python3
"""The harness of the examples can fail: it is held to servers that answer wrongly and to pages that drifted."""
import json
import sys
import unittest

from dialog import Legacy, Mismatch, Modern, expect, hold
from snippets import missing

# Answers everything with the text `say`, asks once first if told to, and ends with `status`.
SERVER = """
import json, sys
say, asks, status = sys.argv[1], sys.argv[2] == "asks", int(sys.argv[3])
def send(**message): print(json.dumps({"jsonrpc": "2.0", **message}), flush=True)
for line in sys.stdin:
    message = json.loads(line)
    if "id" not in message: continue
    if message["method"] == "initialize":
        send(id=message["id"], result={"protocolVersion": "2025-11-25", "capabilities": {}})
        continue
    modern = "io.modelcontextprotocol/protocolVersion" in message["params"]["_meta"]
    question = {"method": "elicitation/create", "params": {"message": "Who?"}}
    if asks and modern and "inputResponses" not in message["params"]:
        send(id=message["id"], result={"resultType": "input_required", "requestState": "s", "inputRequests": {"k": question}})
        continue
    if asks and not modern:
        send(id=900, **question)
        sys.stdin.readline()
    send(method="notifications/progress", params={"progress": 1})
    send(id=message["id"], result={"text": say})
sys.exit(status)
"""
CALL = {"method": "tools/call", "params": {}, "result": {"text": "yes"}}
ANSWER = {"method": "elicitation/create", "message": "Who?", "result": {"action": "accept"}}


def converse(exchange, say="yes", asks="quiet", status=0):
    for client in (Modern, Legacy):
        hold([sys.executable, "-c", SERVER, say, asks, str(status)], [exchange], client)


class Dialogs(unittest.TestCase):
    def test_the_right_answer_passes_in_both_eras(self):
        converse({**CALL, "notifications": [{"method": "notifications/progress"}]})

    def test_another_answer_is_a_mismatch(self):
        with self.assertRaisesRegex(Mismatch, '"no" instead of "yes"'):
            converse(CALL, say="no")

    def test_a_missing_notification_is_a_mismatch(self):
        with self.assertRaisesRegex(Mismatch, "1 items, 2 are expected"):
            converse({**CALL, "notifications": [{}, {}]})

    def test_questions_are_answered_in_both_eras(self):
        converse({**CALL, "answers": [ANSWER]}, asks="asks")

    def test_a_question_that_is_not_asked_is_a_mismatch(self):
        with self.assertRaisesRegex(Mismatch, "never asked"):
            converse({**CALL, "answers": [ANSWER]})

    def test_a_question_that_nobody_expects_is_a_mismatch(self):
        with self.assertRaisesRegex(Mismatch, "nobody expected"):
            converse(CALL, asks="asks")

    def test_an_exit_status_other_than_0_is_a_mismatch(self):
        with self.assertRaisesRegex(Mismatch, "exit status 3"):
            converse(CALL, status=3)


class Contents(unittest.TestCase):
    def test_objects_may_have_more_members_and_lists_may_not(self):
        expect({"a": [1, {"b": 2}]}, {"a": [1, {"b": 2, "c": 3}], "d": 4})
        for wanted, got in (([1], [1, 2]), ({"a": 1}, {}), (1, True), ({"~": "^x"}, "yx"), ("a", "b")):
            with self.subTest(json.dumps([wanted, got])), self.assertRaises(Mismatch):
                expect(wanted, got)


class Snippets(unittest.TestCase):
    SOURCE = "int f() {\n  int a = 1;\n  return a;\n}\n"

    def test_a_block_may_be_part_of_an_example_with_other_indentation(self):
        self.assertEqual(list(missing("```cpp\nint a = 1;\nreturn a;\n```\n", [self.SOURCE])), [])

    def test_a_block_that_drifted_is_named_with_its_line(self):
        page = "Words.\n\n```cpp\nint a = 1;\nreturn b;\n```\n"
        self.assertEqual(list(missing(page, [self.SOURCE])), [(3, "int a = 1;")])


if __name__ == "__main__":
    unittest.main()
