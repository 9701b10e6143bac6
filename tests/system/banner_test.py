"""What a newcomer sees first: where everything is served, and a command that works as it is printed."""
import json
import os
import re
import signal
import subprocess
import unittest

from support.process import BINARY


def start():
    """The demo as a person starts it, with text for people on standard error; (process, what it said)."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("RAMPART_")}
    env.update(PORT="0", METRICS_PORT="0", LOG_FORMAT="console", ENVIRONMENT="development")
    process = subprocess.Popen([BINARY], env=env, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)
    said = ""
    for line in process.stderr:
        said += line
        if "Ctrl-C" in line:
            return process, said
    raise AssertionError(f"no banner, but: {said}")


class Banner(unittest.TestCase):
    def test_the_printed_command_works_in_a_new_shell(self):
        process, said = start()
        with process:
            command = re.search(r"^\s*(curl .*?'\s*)$", said, re.M | re.S).group(1)
            done = subprocess.run(["bash", "--noprofile", "--norc", "-c", command], capture_output=True, text=True,
                                  timeout=60, check=True)
            tools = {tool["name"] for tool in json.loads(done.stdout)["result"]["tools"]}
            self.assertLessEqual({"process_data", "health_check"}, tools)
            for path in ("/mcp", "/health", "/ready", "/metrics"):
                self.assertIn(path, said)
            process.send_signal(signal.SIGTERM)
            process.stderr.read()
            self.assertEqual(process.wait(timeout=60), 0)


if __name__ == "__main__":
    unittest.main()
