"""What `script/server` serves without configuration: its tools and its resource, as a client sees them."""
import json
import re
import unittest

from support.mcp import ModernClient
from support.process import HttpServer

TIMESTAMP = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")


class Demo(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = cls.enterClassContext(HttpServer(env={"ENVIRONMENT": "staging"}))
        cls.client = ModernClient(cls.server.port)

    def process(self, data, operation=None):
        arguments = {"data": data, **({"operation": operation} if operation else {})}
        result = self.client.call("process_data", arguments).json()["result"]
        self.assertEqual(json.loads(result["content"][0]["text"]), result["structuredContent"])
        return result["structuredContent"]

    def test_process_data_does_its_three_operations(self):
        data = {"a": "b", "n": 1, "list": ["x"], "nothing": None}
        out = self.process(data)
        self.assertEqual(out["result"], {"a": "B", "n": 1, "list": ["x"], "nothing": None})
        self.assertEqual((out["operation"], out["cache_status"], out["server_environment"]), ("transform", "miss", "staging"))
        self.assertEqual(out["input_size"], len(json.dumps(data, separators=(",", ":"))))
        self.assertRegex(out["processed_at"], TIMESTAMP)
        self.assertEqual(self.process(data, "validate")["result"], {"valid": False})
        self.assertEqual(self.process({"a": 1}, "validate")["result"], {"valid": True})
        self.assertEqual(self.process({"a": 1, "b": "c"}, "analyze")["result"],
                         {"keys": ["a", "b"], "types": {"a": "integer", "b": "string"}, "summary": "Analyzed 2 fields"})

    def test_an_operation_that_is_none_is_named_with_the_choices(self):
        result = self.client.call("process_data", {"data": {}, "operation": "delete"}).json()["result"]
        self.assertTrue(result["isError"])
        for word in ("operation", "transform", "validate", "analyze"):
            self.assertIn(word, result["content"][0]["text"])

    def test_health_check_and_the_resource_say_the_same(self):
        told = self.client.call("health_check").json()["result"]["structuredContent"]
        self.assertRegex(told.pop("timestamp"), TIMESTAMP)
        self.assertGreaterEqual(told.pop("uptime_seconds"), 0)
        self.assertEqual(told, {"status": "healthy", "environment": "staging", "version": "1.0.0", "redis": "not_configured"})
        (contents,) = self.client.request("resources/read", {"uri": "monitoring://metrics"}).json()["result"]["contents"]
        self.assertEqual((contents["uri"], contents["mimeType"]), ("monitoring://metrics", "application/json"))
        self.assertEqual({key: value for key, value in json.loads(contents["text"]).items() if key in told}, told)
        listed = self.client.request("resources/list").json()["result"]["resources"]
        self.assertEqual([resource["uri"] for resource in listed], ["monitoring://metrics"])


if __name__ == "__main__":
    unittest.main()
