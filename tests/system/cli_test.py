"""call, list, read, prompt and doctor against published servers, our own and broken ones; at a terminal and without."""
import http.server
import json
import secrets
import signal
import tempfile
import threading
import unittest
from pathlib import Path

from support.cli import Recording, Terminal, broken, package, rampart, wait_for_end
from support.faulty import children_of, marked, wait_until
from support.process import BINARY, BUILD, HttpServer, Process

EVERYTHING = package("server-everything")
ASKING = [str(BUILD / "examples" / "05_ask_the_user"), "--stdio"]
FORECAST = BUILD / "examples" / "02_typed_tool"
SENTENCE = "sentence.txt"
# Whether a tool is too quick to be cancelled depends on the machine.
QUICK = ((r"^  \w+ +cancellation .*\n( +->.*\n)?", "  (cancellation)\n"), (r"^\d+ ok, .*\n", ""))


class Published(unittest.TestCase):
    """Golden output, see support/cli.py."""
    maxDiff = None

    def setUp(self):
        self.home = Path(self.enterContext(tempfile.TemporaryDirectory())).resolve()

    def test_everything(self):
        recording = Recording("everything", EVERYTHING)
        for words in (["list"], ["list", "prompts", "templates"],
                      ["call", "echo", "message=hi there"], ["call", "get-sum", "a=1", "b=2.5"],
                      ["call", "get-structured-content", "location=Chicago"],
                      ["call", "get-annotated-message", "messageType=error", "includeImage=true"],
                      ["call", "get-resource-links", "count=2"], ["call", "get-resource-reference", "resourceType=Blob"],
                      ["call", "trigger-long-running-operation", "duration=0.3", "steps=3"],
                      ["call", "trigger-elicitation-request"],
                      ["read", "demo://resource/dynamic/text/1"], ["prompt", "args-prompt", "city=Oslo"],
                      ["prompt", "resource-prompt", "resourceType=Text", "resourceId=1"],
                      ["call", "get-sum", "a=1"], ["call", "get-sum", "a=one", "b=2"], ["call", "get-sun"],
                      ["prompt", "args-promt"], ["read", "demo://nowhere"], ["doctor"]):
            recording.run(*words)
        recording.check(self)

    def test_filesystem(self):
        files = self.home / "files"
        files.mkdir()
        (self.home / SENTENCE).write_text("from a file\n")
        recording = Recording("filesystem", package("server-filesystem", files), [(str(self.home), "HOME")])
        recording.run("list")
        recording.run("call", "write_file", f"path={files}/a.txt", f"content=@{self.home}/{SENTENCE}")
        recording.run("call", "write_file", f"path={files}/b.txt", "content=1")
        recording.run("call", "read_multiple_files", f"paths={files}/a.txt", f"paths={files}/b.txt")
        recording.run("call", "list_directory", "--json", f"path={files}")
        recording.run("call", "read_text_file", f"path={self.home}/{SENTENCE}")
        recording.run("doctor")
        recording.check(self, QUICK)
        self.assertEqual((files / "a.txt").read_text(), "from a file\n")
        self.assertEqual((files / "b.txt").read_text(), "1", "a text, not a number")

    def test_memory(self):
        memory = f"--env=MEMORY_FILE_PATH={self.home}/memory.jsonl"
        recording = Recording("memory", package("server-memory"), [(str(self.home), "HOME")])
        recording.run("list", memory)
        ada = {"name": "Ada", "entityType": "person", "observations": ["writes programs"]}
        recording.run("call", memory, "create_entities", f"entities:=[{json.dumps(ada)}]")
        recording.run("call", memory, "create_entities", "@-",
                      text=json.dumps({"entities": [{**ada, "name": "Grace"}]}))
        recording.run("call", memory, "search_nodes", "query=Ada")
        recording.run("call", memory, "open_nodes", "names=Grace", "names=nobody")
        recording.run("doctor", memory)
        recording.check(self, QUICK)

    def test_sequential_thinking(self):
        recording = Recording("sequential-thinking", package("server-sequential-thinking"))
        recording.run("list")
        thought = ["thought=2 is 1 + 1", "thoughtNumber=1", "totalThoughts=1", "nextThoughtNeeded=false"]
        recording.run("call", "sequentialthinking", *thought)
        recording.run("call", "sequentialthinking", *thought[:3], "nextThoughtNeeded=perhaps")
        recording.run("call", "sequentialthinking", "thoughtNumber=1")
        recording.run("doctor")
        recording.check(self)


class Sick(unittest.TestCase):
    """The doctor's findings about servers with something wrong, as recorded, and that it does no harm."""
    maxDiff = None

    def examine(self, *modes, replace=()):
        with tempfile.TemporaryDirectory() as home:
            marker = Path(home) / "written"
            recording = Recording(f"broken-{modes[0]}", broken(*modes, f"marker={marker}"), [(home, "HOME"), *replace])
            done = recording.run("doctor")
            recording.check(self)
            self.assertEqual(done.returncode, 1)
            self.assertFalse(marker.exists(), "a tool that does not say that it is read-only was run")

    def test_noise_on_stdout(self):
        self.examine("noisy")

    def test_deaf_to_the_end_of_input_and_to_sigterm(self):
        self.examine("deaf")

    def test_dies_of_an_unknown_method(self):
        self.examine("fragile")

    def test_silent_about_what_it_does_not_know(self):
        self.examine("silent")

    def test_leaves_a_child_behind(self):
        seconds = f"1000.{secrets.randbelow(10**9)}"
        self.examine("litter", f"seconds={seconds}", replace=[(seconds, "1000")])
        self.assertEqual(marked(seconds), set())

    def test_names_and_schemas_that_nobody_can_use(self):
        self.examine("untidy")


class Doctor(unittest.TestCase):
    def findings(self, *words, server=None):
        done = rampart("doctor", "--json", *words, server=server)
        report = json.loads(done.stdout)
        return done.returncode, report["verdict"], {each["check"]: each for each in report["findings"]}

    def test_json_has_a_verdict_for_each_check(self):
        status, verdict, findings = self.findings(server=[str(BINARY), "serve", "--stdio"])
        self.assertEqual((status, verdict), (0, "ok"), findings)
        self.assertEqual(findings["protocol"]["data"], {"version": "2026-07-28", "era": "modern"})
        self.assertEqual(findings["catalogue"]["data"]["lists"]["tools"]["count"], 3)
        self.assertEqual(findings["stdout"]["verdict"], "ok")
        self.assertIsInstance(findings["handshake"]["data"]["milliseconds"], int)
        self.assertEqual(findings["children"]["verdict"], "ok")
        self.assertEqual({each["verdict"] for each in findings.values()}, {"ok", "untested"})

    def test_a_cancelled_call_that_is_answered_is_found(self):
        _, _, findings = self.findings(server=broken("well"))
        self.assertEqual(findings["cancellation"]["verdict"], "advice")
        self.assertIn("nap went on and answered", findings["cancellation"]["text"])

    def test_a_url_is_examined_without_its_process(self):
        with HttpServer() as server:
            for era in ("modern", "legacy"):
                status, verdict, findings = self.findings(server.url, "--era", era)
                self.assertEqual((status, verdict), (0, "ok"), findings)
                self.assertEqual(findings["protocol"]["data"]["era"], era)
                self.assertEqual(findings["malformed-line"]["verdict"], "ok")
                self.assertEqual(findings["cancellation"]["verdict"], "untested")
                self.assertFalse({"stderr", "end-of-input", "sigterm", "children"} & findings.keys())

    def test_what_cannot_start_is_no_patient(self):
        done = rampart("doctor", server=["python3", "-c", "import sys; sys.exit('no database')"])
        self.assertEqual((done.returncode, done.stdout), (3, ""))
        self.assertIn("exit status 1", done.stderr)
        self.assertIn("no database", done.stderr)

    def test_nobody_is_left_when_it_is_killed(self):
        with Process("doctor", "--", *broken("stuck", "token-of-a-killed-doctor")) as doctor:
            wait_until(lambda: marked("token-of-a-killed-doctor") - {doctor.process.pid}, "the server")
            children = children_of(doctor.process.pid)
            doctor.signal(signal.SIGKILL)
            doctor.wait()
        wait_for_end(children)


class Statuses(unittest.TestCase):
    """Each exit status, and that stderr says why."""

    def check(self, status, said, *words, **more):
        done = rampart(*words, **more)
        self.assertEqual(done.returncode, status, done)
        self.assertIn(said, done.stderr)
        return done

    def test_0_done(self):
        done = self.check(0, "", "call", "mirror", "text=hello", server=broken("well"))
        self.assertEqual((done.stdout, done.stderr), ("hello\n", ""))

    def test_1_the_tool_failed(self):
        done = self.check(1, "the tool says that it failed", "call", "mirror", server=broken("well"))
        self.assertEqual(done.stdout, "text is missing\n")

    def test_2_a_wrong_command_line(self):
        well = {"server": broken("well")}
        self.check(2, "which server?", "list")
        self.check(2, "which server?", "call", "mirror", "text=hello")
        self.check(2, "the server's command", "list", "--")
        self.check(2, "needs a name", "call", **well)
        self.check(2, "needs a name", "read", "http://localhost:1/mcp")
        self.check(2, "one URI", "read", "a://b", "c", **well)
        self.check(2, "none of tools", "list", "everything", **well)
        self.check(2, "one server at a time", "doctor", "extra", **well)
        self.check(2, "'Name: value'", "list", "--header", "nonsense", "http://localhost:1/mcp")
        self.check(2, "--header is for servers with a URL", "list", "--header", "A: b", **well)
        self.check(2, "--env is for servers with a command", "list", "--env", "A=b", "http://localhost:1/mcp")
        self.check(2, "--era", "list", "--era", "stone", **well)
        self.check(2, "--timeout", "list", "--timeout", "0", **well)
        self.check(2, "--root", "list", "--root", "/nowhere", **well)
        self.check(2, "no-such-option", "list", "--no-such-option", **well)
        self.check(2, "is no argument", "call", "mirror", "hello", **well)
        self.check(2, "cannot read /nowhere", "call", "mirror", "text=@/nowhere", **well)
        self.check(2, "no tool \"miror\"; did you mean mirror?", "call", "miror", **well)
        self.check(2, "usage: nap [seconds=NUMBER]", "call", "nap", "seconds=long", **well)

    def test_3_a_server_that_is_not_there(self):
        self.check(3, "cannot run no-such-program", "list", server=["no-such-program"])
        self.check(3, "no database", "list", server=["python3", "-c", "import sys; sys.exit('no database')"])
        self.check(3, "Connection refused", "list", "http://localhost:1/mcp")
        done = self.check(3, "what is resources/read?", "read", "a://b", server=broken("fragile"))
        self.assertIn("exit status 1", done.stderr)

    def test_4_an_answer_that_is_an_error(self):
        done = self.check(4, "error -32601: no resources/read", "read", "a://b", server=broken("well"))
        self.assertEqual(done.stdout, "")
        self.check(4, "neither a result object", "call", "mirror", "text=a", server=broken("nonsense"))

    def test_4_comes_as_json_too(self):
        done = self.check(4, "-32601", "read", "--json", "a://b", server=broken("well"))
        self.assertEqual(json.loads(done.stdout), {"error": {"code": -32601, "message": "no resources/read"}})

    def test_5_no_answer_in_time(self):
        self.check(5, "in time", "list", "--timeout", "0.3", server=broken("stuck"))
        self.check(5, "did not answer within 0.3 s", "call", "nap", "seconds=100", "--timeout", "0.3",
                   server=broken("well"))

    def test_progress_starts_the_time_limit_anew(self):
        done = self.check(0, "progress: 4 of 4", "call", "trigger-long-running-operation", "duration=4", "steps=4",
                          "--timeout", "3", server=EVERYTHING)
        self.assertIn("completed", done.stdout)

    def test_130_interrupted(self):
        token = "token-of-an-interrupted-call"
        with Process("call", "trigger-long-running-operation", "duration=100", "steps=1000", "--",
                     *EVERYTHING, "stdio", token) as call:
            wait_until(lambda: any("progress" in line for line in call.log.raw), "progress")
            children = children_of(call.process.pid)
            call.signal(signal.SIGINT)
            self.assertEqual(call.wait(), 130)
            self.assertIn("interrupted", call.log.raw[-1])
        wait_for_end(children)


class Ways(unittest.TestCase):
    """Transports, eras, and what may be said about them."""

    def test_our_own_server_over_http_in_both_eras(self):
        with HttpServer(binary=FORECAST) as server:
            for era in ("auto", "modern", "legacy"):
                done = rampart("call", "--era", era, server.url, "forecast", "city=Oslo", "days=2")
                self.assertEqual((done.returncode, done.stderr), (0, ""))
                self.assertIn("Oslo", done.stdout)
                version = rampart("list", "--era", era, server.url, "tools").stdout.splitlines()[0]
                self.assertTrue(version.endswith("2025-11-25" if era == "legacy" else "2026-07-28"), version)

    def test_an_older_server_is_found_out(self):
        with HttpServer(env={"RAMPART_SERVER_LEGACY_SSE": "true"}) as server:
            url = f"http://localhost:{server.port}/sse"
            done = rampart("call", url, "echo", "message=hi")
            self.assertEqual((done.returncode, done.stderr), (0, ""))
            self.assertIn("hi", done.stdout)

    def test_headers_go_with_every_request(self):
        seen = []

        class Guarded(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                seen.append(self.headers.get("Authorization"))
                self.rfile.read(int(self.headers["Content-Length"]))
                self.send_response(401)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass
        guard = http.server.HTTPServer(("127.0.0.1", 0), Guarded)
        threading.Thread(target=guard.serve_forever, daemon=True).start()
        done = rampart("list", "--header", "Authorization: Bearer abc", f"http://127.0.0.1:{guard.server_port}/mcp")
        guard.shutdown()
        guard.server_close()
        self.assertEqual(done.returncode, 3)
        self.assertIn("401", done.stderr)
        self.assertEqual(set(seen), {"Bearer abc"})

    def test_json_is_what_the_server_sent(self):
        done = rampart("call", "--json", "mirror", "text=hello", server=broken("well"))
        self.assertEqual(done.stdout, '{"content": [{"type": "text", "text": "hello"}]}\n')
        lists = json.loads(rampart("list", "--json", server=broken("well")).stdout)
        self.assertEqual(list(lists), ["tools", "resources", "resourceTemplates", "prompts"])
        self.assertEqual([tool["name"] for tool in lists["tools"]], ["mirror", "nap", "write"])

    def test_options_after_the_dashes_are_the_commands(self):
        done = rampart("list", "tools", server=["sh", "-c", 'exec "$@"', "sh", *broken("well"), "--json"])
        self.assertEqual(done.returncode, 0)
        self.assertIn("Tools (3)", done.stdout)

    def test_noise_of_the_server_is_shown_on_request(self):
        quiet = rampart("list", "tools", server=EVERYTHING)
        loud = rampart("list", "-v", "tools", server=EVERYTHING)
        self.assertEqual(quiet.stderr, "")
        self.assertIn("server: Starting", loud.stderr)

    def test_roots_are_told_when_they_are_given(self):
        with tempfile.TemporaryDirectory(suffix=" ä") as folder:
            done = rampart("call", "--root", folder, "get-roots-list", server=EVERYTHING)
            self.assertEqual(done.returncode, 0, done)
            self.assertIn(f"file://{folder[:-2]}%20%C3%A4", done.stdout)
        done = rampart("call", "get-roots-list", server=EVERYTHING)
        self.assertEqual(done.returncode, 2, "without roots the server does not offer the tool")

    def test_a_variable_reaches_the_command_only_when_it_is_named(self):
        for words, found in ((["--env", "SECRET_OF_TEST"], True), (["--env", "SECRET_OF_TEST=more"], True), ([], False)):
            done = rampart("call", *words, "get-env", server=EVERYTHING, env={"SECRET_OF_TEST": "some"})
            self.assertEqual("SECRET_OF_TEST" in done.stdout, found, words)

    def test_help_and_the_list_of_commands(self):
        for command in ("call", "list", "read", "prompt", "doctor"):
            done = rampart(command, "--help")
            self.assertEqual((done.returncode, done.stderr), (0, ""))
            self.assertIn(f"rampart {command} [OPTIONS] URL", done.stdout)
            self.assertIn("Exit status: 0 done", done.stdout)
            self.assertIn(f"  {command} ", rampart("--help").stdout)


class Asked(unittest.TestCase):
    """A person at a terminal answers what a server asks in the middle of a call."""

    def book(self, era, *answers, server=None):
        with Terminal("call", "--era", era, "book", "city=Oslo", server=server or ASKING) as terminal:
            for question, line in answers:
                terminal.wait_for(question)
                if line is None:
                    terminal.control_d()
                else:
                    terminal.type(line)
            return terminal.finish()

    def test_forms_are_filled_in_field_by_field_in_both_eras(self):
        for era in ("modern", "legacy"):
            status, out, err = self.book(era, ("Name on the ticket", "Ada"), ("[Y/n]: ", ""), ("Pay 49 euros", "y"))
            self.assertEqual(status, 0, err)
            self.assertRegex(out, r"^Ada goes to Oslo, seat \d+ at the window\n$")
            self.assertIn("The server asks: Who travels to Oslo?", err)

    def test_over_http_too(self):
        with HttpServer(binary=ASKING[0]) as server:
            for era in ("modern", "legacy"):
                with Terminal("call", "--era", era, server.url, "book", "city=Oslo") as terminal:
                    terminal.wait_for("Name on the ticket")
                    terminal.type("Ada")
                    terminal.wait_for("[Y/n]: ")
                    terminal.type("n")
                    terminal.wait_for("Pay 49 euros")
                    terminal.type("no")
                    status, out, err = terminal.finish()
                self.assertEqual(status, 0, err)
                self.assertRegex(out, r"^Seat \d+ was given back.\n$")

    def test_a_value_that_breaks_the_schema_is_asked_for_again(self):
        status, out, err = self.book("modern", ("Name on the ticket", "x" * 61), ("at most 60", "Ada"), ("[Y/n]: ", "what"),
                                     ("please type y or n", "n"), ("Pay 49 euros", "yes"))
        self.assertEqual((status, out[:17]), (0, "Ada goes to Oslo,"), err)

    def test_an_empty_line_where_something_is_needed_declines(self):
        for era in ("modern", "legacy"):
            status, out, err = self.book(era, ("Name on the ticket", ""))
            self.assertEqual(status, 1, err)
            self.assertIn("rampart: declined", err)
            self.assertIn("decline", out)

    def test_control_d_declines(self):
        status, _, err = self.book("modern", ("Name on the ticket", "Ada"), ("[Y/n]: ", None))
        self.assertEqual(status, 1)
        self.assertIn("rampart: declined", err)

    def test_without_a_terminal_the_question_is_cancelled(self):
        for era in ("modern", "legacy"):
            done = rampart("call", "--era", era, "book", "city=Oslo", server=ASKING, text="Ada\ny\ny\n")
            self.assertEqual(done.returncode, 1)
            self.assertIn('answered "cancel", because standard input is no terminal', done.stderr)

    def test_every_kind_of_field(self):
        with Terminal("call", "trigger-elicitation-request", server=EVERYTHING) as terminal:
            for question, line in (("Your full, legal name", "Ada"), ("terms and conditions", "y"), ("[It was a dark", ""),
                                   ("email", "ada@example.com"), ("uri format", ""), ("date of birth", ""),
                                   ("[42]: ", "7"), ("[3.14]: ", "1001"), ("at most 1000", "2.5"),
                                   ("[Monica]: ", "3"), ("commas", "1,2")):
                terminal.wait_for(question)
                terminal.type(line)
            # What else there is has a preset or may be left out.
            while terminal.process.poll() is None:
                before = len(terminal.err)
                with terminal.changed:
                    terminal.changed.wait_for(lambda: len(terminal.err) > before or terminal.process.poll() is not None, 0.2)
                if terminal.err.endswith(b": "):
                    terminal.type("")
            status, out, err = terminal.finish()
        self.assertEqual(status, 0, err)
        self.assertIn("Joey", out)
        content = json.loads(out[out.index("{"):])["content"]
        self.assertEqual((content["name"], content["check"], content["integer"], content["number"]), ("Ada", True, 7, 2.5))
        self.assertEqual(content["email"], "ada@example.com")

    def test_a_page_is_named_and_never_opened(self):
        for line, action in (("y", "accept"), ("", "decline")):
            with Terminal("call", "trigger-url-elicitation", "url=https://example.com/\x1b[2J", server=EVERYTHING) as terminal:
                terminal.wait_for("https://example.com/")
                terminal.wait_for("Done? [y/N")
                terminal.type(line)
                status, out, err = terminal.finish()
            self.assertEqual(status, 0, err)
            self.assertIn(action, out)
            self.assertNotIn("\x1b", err)

    def test_colours_are_for_terminals(self):
        with Terminal("list", "tools", server=broken("well"), everything=True, env={"TERM": "xterm"}) as terminal:
            status, out, _ = terminal.finish()
        self.assertEqual(status, 0)
        self.assertIn("\x1b[1mTools (3)\x1b[0m", out)
        with Terminal("list", "tools", server=broken("well"), everything=True,
                      env={"TERM": "xterm", "NO_COLOR": "1"}) as terminal:
            self.assertNotIn("\x1b", terminal.finish()[1])
        self.assertNotIn("\x1b", rampart("list", "tools", server=broken("well"), env={"TERM": "xterm"}).stdout)

    def test_interrupted_while_it_is_asked(self):
        with Terminal("call", "book", "city=Oslo", server=ASKING) as terminal:
            terminal.wait_for("Name on the ticket")
            terminal.process.send_signal(signal.SIGINT)
            self.assertEqual(terminal.finish()[0], 130)


if __name__ == "__main__":
    unittest.main()
