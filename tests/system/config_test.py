"""Configuration as an operator meets it: where values come from, what is said of wrong ones, what is never shown."""
import json
import os
import tempfile
import unittest
from pathlib import Path

from support.mcp import ModernClient
from support.process import HttpServer, Process, run

SECRET = "c0ffee" * 10 + "babe"


class ConfigCase(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def file(self, text, name="rampart.yaml"):
        path = self.folder / name
        path.write_text(text)
        return str(path)

    def check(self, *arguments, env=None):
        """{key: (value, origin)} of a configuration that is valid."""
        done = run("check", *arguments, env=env)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        rows = (line.split(None, 1) for line in done.stdout.splitlines())
        return {key: tuple(part.strip() for part in rest.split("  ") if part.strip()) for key, rest in rows}

    def refused(self, *arguments, env=None, command="check"):
        """What is said of a configuration that is not."""
        done = run(command, *arguments, env=env)
        self.assertEqual((done.returncode, done.stdout), (2, ""), done.stderr)
        return done.stderr


class Precedence(ConfigCase):
    def test_a_flag_goes_before_the_environment_before_the_file_before_the_default(self):
        path = self.file("rate:\n  limit: 11\n")
        self.assertEqual(self.check()["rate.limit"], ("100", "default"))
        self.assertEqual(self.check("--config", path)["rate.limit"], ("11", f"{path}:2"))
        self.assertEqual(self.check("--config", path, env={"RATE_LIMIT": "22"})["rate.limit"], ("22", "env RATE_LIMIT"))
        self.assertEqual(self.check("--config", path, "--rate-limit", "33", env={"RATE_LIMIT": "22"})["rate.limit"],
                         ("33", "flag --rate-limit"))
        self.assertEqual(self.check(env={"RAMPART_CONFIG": path})["rate.limit"][0], "11")

    def test_the_server_obeys_what_check_prints(self):
        path = self.file("rate:\n  limit: 1\n")
        with HttpServer("serve", "--config", path) as server:
            client = ModernClient(server.port)
            self.assertEqual([client.call("echo", {"message": "a"}).status for _ in range(2)], [200, 429])
        with HttpServer("serve", "--config", path, "--rate-limit=0", env={"RATE_LIMIT": "1"}) as server:
            client = ModernClient(server.port)
            self.assertEqual([client.call("echo", {"message": "a"}).status for _ in range(2)], [200, 200])

    def test_flags_may_stand_before_the_command(self):
        self.assertEqual(run("--rate-limit", "44", "check").stdout, run("check", "--rate-limit", "44").stdout)

    def test_json_with_comments_and_trailing_commas_says_the_same_as_yaml(self):
        yaml = self.file("server:\n  allowed_hosts: [a.example, b.example]\n  max_request_size: 2 MiB\n")
        jsonc = self.file('{ // hosts\n  "server": {\n    "allowed_hosts": ["a.example", "b.example",],\n'
                          '    /* two */ "max_request_size": "2 MiB",\n  },\n}\n', "rampart.json")
        for key in ("server.allowed_hosts", "server.max_request_size"):
            self.assertEqual(self.check("--config", yaml)[key][0], self.check("--config", jsonc)[key][0])
        self.assertEqual(self.check("--config", jsonc)["server.max_request_size"], ("2097152", f"{jsonc}:4"))

    def test_an_empty_variable_is_unset(self):
        self.assertEqual(self.check(env={"RATE_LIMIT": "", "RAMPART_CONFIG": ""})["rate.limit"], ("100", "default"))

    def test_every_key_of_the_seed_keeps_its_spelling_and_default(self):
        printed = self.check()
        for key, value in {"cache.ttl": "300", "server.max_request_size": "1048576", "rate.limit": "100",
                           "environment": "development", "server.port": "8080", "server.metrics_port": "9090"}.items():
            self.assertEqual(printed[key][0], value, key)
        self.assertEqual(printed["redis.url"][0], "-")
        printed = self.check(env={"CACHE_TTL": "1", "MAX_REQUEST_SIZE": "2", "RATE_LIMIT": "3", "ENVIRONMENT": "staging",
                                  "REDIS_URL": "redis://cache", "PORT": "4", "METRICS_PORT": "5", "LOG_LEVEL": "error"})
        for key, value in {"cache.ttl": "1", "server.max_request_size": "2", "rate.limit": "3", "environment": "staging",
                           "server.port": "4", "server.metrics_port": "5", "log.level": "error"}.items():
            self.assertEqual(printed[key][0], value, key)
            self.assertTrue(printed[key][1].startswith("env "), key)


class Mistakes(ConfigCase):
    def test_name_the_key_the_source_the_line_and_the_rule(self):
        path = self.file("# a comment\nserver:\n  port: many\n")
        said = self.refused("--config", path)
        for part in ("server.port", f"{path}:3", "0", "65535"):
            self.assertIn(part, said)
        said = self.refused(env={"MAX_REQUEST_SIZE": "0"})
        for part in ("server.max_request_size", "MAX_REQUEST_SIZE", "1073741824"):
            self.assertIn(part, said)
        said = self.refused("--cache-ttl", "soon")
        for part in ("cache.ttl", "--cache-ttl", "seconds"):
            self.assertIn(part, said)

    def test_are_all_told_at_once(self):
        path = self.file('{"rate": {"limit": -1}, "cache": {"ttl": "x"}}', "a.json")
        said = self.refused("--config", path, env={"PORT": "http"})
        for key in ("rate.limit", "cache.ttl", "server.port"):
            self.assertIn(key, said)

    def test_a_name_that_is_almost_right_is_suggested(self):
        path = self.file("rate:\n  limt: 3\n")
        said = self.refused("--config", path)
        self.assertIn(f"{path}:2", said)
        self.assertIn("rate.limit", said)
        said = self.refused(env={"RAMPART_SERVER_BINT": "0.0.0.0"})
        self.assertIn("RAMPART_SERVER_BINT", said)
        self.assertIn("RAMPART_SERVER_BIND", said)

    def test_a_bad_environment_lists_the_three(self):
        said = self.refused(env={"ENVIRONMENT": "prod"})
        for part in ("environment", "ENVIRONMENT", "development", "staging", "production"):
            self.assertIn(part, said)

    def test_a_flag_nobody_knows_is_refused(self):
        done = run("check", "--rate-limits", "3")
        self.assertEqual(done.returncode, 2)
        self.assertIn("--rate-limits", done.stderr)
        self.assertEqual(run("--help").returncode, 0)

    def test_on_the_command_line_say_what_was_probably_meant(self):
        for arguments, said in ((("serve", "--prot", "3"), "--prot: did you mean --port?"),
                                (("wrap", "npx", "-y", "server"), "wrap -- npx -y server"),
                                (("wrap",), "wrap -- npx -y @modelcontextprotocol/server-everything")):
            with self.subTest(arguments):
                done = run(*arguments)
                self.assertEqual((done.returncode, done.stdout), (2, ""))
                self.assertIn(said, done.stderr)

    def test_of_the_file_itself(self):
        self.assertIn("nothing.yaml", self.refused("--config", str(self.folder / "nothing.yaml")))
        self.assertIn("line 2", self.refused("--config", self.file("a: [1\nb: 2\n")))
        self.assertIn("twice", self.refused("--config", self.file("rate:\n  limit: 1\n  limit: 2\n")))

    def test_keep_the_server_from_starting(self):
        self.assertIn("rate.limit", self.refused(env={"RATE_LIMIT": "lots"}, command="serve"))

    def test_that_keep_the_server_from_starting_are_a_line_of_its_log_through_a_pipe(self):
        wrong = {"RATE_LIMIT": "lots", "CACHE_TTL": "long"}
        for arguments, env, said in ((("serve",), wrong, "cache.ttl"), (("serve", "--stdio"), wrong, "rate.limit"),
                                     (("wrap", "--", "no-such-command"), {}, "no-such-command"),
                                     (("wrap", "https://user@host/mcp"), {}, "without user"),
                                     (("wrap", "--env", "A=b", "http://host/mcp"), {}, "env"),
                                     (("wrap", "--name", "a/b", "--", "cat"), {}, "--name")):
            for environment in ("development", "production"):
                done = run(*arguments, env={"ENVIRONMENT": environment, **env})
                line = json.loads(done.stderr)
                self.assertEqual((line["level"], line["event"], done.stdout), ("error", "cannot_start", ""))
                self.assertIn(said, line["reason"])
        self.assertRegex(run("serve", env={**wrong, "LOG_FORMAT": "console"}).stderr, r"(?m)^rate\.limit \(env RATE_LIMIT\): ")

    def test_check_refuses_what_serve_would_refuse(self):
        for keys in ("not-a-key", "k" * 40):
            with self.subTest(keys):
                self.assertIn("state.keys", self.refused(env={"RAMPART_STATE_KEYS": keys}))
        self.check(env={"RAMPART_STATE_KEYS": SECRET})


class Masking(ConfigCase):
    def test_check_shows_no_secret(self):
        done = run("check", env={"RAMPART_STATE_KEYS": f"{SECRET},{SECRET[::-1]}",
                                 "REDIS_URL": "rediss://user:hunter2secret@cache.example:6380/1"})
        self.assertEqual(done.returncode, 0, done.stderr)
        for secret in (SECRET, SECRET[::-1], "hunter2secret"):
            self.assertNotIn(secret, done.stdout + done.stderr)
        self.assertIn("cache.example", done.stdout)
        self.assertIn("env RAMPART_STATE_KEYS", done.stdout)

    def test_neither_does_the_refusal_of_one(self):
        said = self.refused(env={"REDIS_URL": "http://user:hunter2secret@cache", "RAMPART_STATE_KEYS": "tooshort-hunter2"})
        self.assertNotIn("hunter2", said)
        self.assertIn("redis.url", said)
        self.assertIn("state.keys", said)


class Ports(ConfigCase):
    def test_a_taken_port_ends_the_start_and_names_port_and_key(self):
        with HttpServer() as first:
            for key, port in (("PORT", first.port), ("METRICS_PORT", first.private_port)):
                with self.subTest(key), Process("serve", env={"PORT": "0", "METRICS_PORT": "0", key: str(port)}) as second:
                    self.assertEqual(second.wait(), 1)
                    said = "\n".join(second.log.raw)
                    self.assertIn(str(port), said)
                    self.assertRegex(said, rf"\b{key}\b")

    def test_an_address_that_is_not_ours_is_told_too(self):
        with Process("serve", env={"PORT": "0", "METRICS_PORT": "0", "RAMPART_SERVER_BIND": "192.0.2.1"}) as server:
            self.assertEqual(server.wait(), 1)
            self.assertIn("192.0.2.1", "\n".join(server.log.raw))

    def test_both_ports_the_same_is_a_mistake(self):
        self.assertIn("server.metrics_port", self.refused(env={"PORT": "7000", "METRICS_PORT": "7000"}))

    def test_loopback_unless_told(self):
        with HttpServer() as server:
            self.assertEqual({line["bind"] for line in server.log.events("listening")}, {"127.0.0.1"})
            self.assertEqual([line for line in server.log.lines if line["level"] == "warning"], [])

    def test_beyond_loopback_three_warnings_say_what_is_open(self):
        with HttpServer(env={"RAMPART_SERVER_BIND": "0.0.0.0"}) as server:
            server.log.wait_for_event("host_not_checked")
            server.log.wait_for_event("state_key_is_random")
            server.log.wait_for_event("anonymous_beyond_loopback", level="warning")
            self.assertEqual(ModernClient(server.port).call("echo", {"message": "a"}, headers={"Host": "any.example"}).status, 200)
        with HttpServer(env={"RAMPART_SERVER_BIND": "0.0.0.0", "RAMPART_ALLOWED_HOSTS": "mcp.example",
                             "RAMPART_STATE_KEYS": SECRET, "RAMPART_AUTH_ANONYMOUS": "true"}) as server:
            client = ModernClient(server.port)
            self.assertEqual(client.call("echo", {"message": "a"}, headers={"Host": "mcp.example"}).status, 200)
            self.assertEqual(client.call("echo", {"message": "a"}, headers={"Host": "any.example"}).status, 403)
            self.assertEqual([line for line in server.log.lines if line["level"] == "warning"], [])

    def test_more_loops_than_asked_for_are_not_made(self):
        with HttpServer(env={"RAMPART_SERVER_LOOPS": "3"}) as server:
            self.assertEqual(server.log.events("listening")[1]["loops"], 3)
            threads = len(os.listdir(f"/proc/{server.process.pid}/task"))
        with HttpServer(env={"RAMPART_SERVER_LOOPS": "1"}) as server:
            self.assertEqual(threads - len(os.listdir(f"/proc/{server.process.pid}/task")), 2)


if __name__ == "__main__":
    unittest.main()
