"""The conformance harness fails for each thing the suite itself lets pass, and passes a perfect run."""
import json
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SCENARIOS = {"2026-07-28": (40, 153), "2025-11-25": (33, 84), "2025-06-18": (27, 56), "2025-03-26": (1, 3)}

# Stands in for the suite: writes what a perfect server would bring, then bends one thing.
FAKE = r'''
import json, os, sys
arguments = sys.argv[1:]
value = lambda name: arguments[arguments.index(name) + 1] if name in arguments else None
bend = json.loads(os.environ["BEND"])
revision, folder = value("--spec-version") or value("--requirements"), value("-o")
name = f"requirements-{revision}" if "--requirements" in arguments else revision or "all"
count, checks = SCENARIOS.get(revision, (52, 236))
for i in range(count):
    here = checks // count + (i < checks % count)
    results = [{"id": f"c{k}", "status": "SUCCESS"} for k in range(here)]
    if i == 0 and name == bend.get("run") and "status" in bend:
        results.append({"id": bend.get("check", "extra"), "status": bend["status"]})
    scenario = bend.get("scenario", "s0") if i == 0 and name == bend.get("run") else f"s{i}"
    os.makedirs(f"{folder}/server-{scenario}-2026-01-02T03-04-05-678Z")
    if i == 0 and name == bend.get("run") and bend.get("lost"):
        continue
    with open(f"{folder}/server-{scenario}-2026-01-02T03-04-05-678Z/checks.json", "w") as file:
        json.dump(results, file)
sys.exit(bend.get("exit", 0) if name == bend.get("run") else 0)
'''.replace("SCENARIOS", repr(SCENARIOS))


class Conformance(unittest.TestCase):
    def run_harness(self, *options, **bend):
        with tempfile.TemporaryDirectory() as folder:
            fake = Path(folder) / "fake.py"
            fake.write_text(FAKE)
            return subprocess.run(
                [sys.executable, ROOT / "tests/peers/conformance.py", sys.executable, fake, "http://x", folder, *options],
                env={"BEND": json.dumps(bend)}, capture_output=True, text=True, check=False)

    def test_a_perfect_run_passes_and_prints_a_line_per_run(self):
        done = self.run_harness()
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertEqual(done.stdout.splitlines(), [
            "2026-07-28 153 0 0", "2025-11-25 84 0 0", "2025-06-18 56 0 0", "2025-03-26 3 0 0",
            "requirements-2026-07-28 exit 0", "requirements-2025-11-25 exit 0", "all 236 0 0 (not served: none)"])

    def assert_fails(self, words, *options, **bend):
        done = self.run_harness(*options, **bend)
        self.assertEqual(done.returncode, 1, done.stdout)
        self.assertRegex(done.stdout + done.stderr, words)

    def test_a_failure_or_warning_fails_although_the_suite_exits_with_0(self):
        self.assert_fails("FAILURE s0:extra", run="2025-11-25", status="FAILURE")
        self.assert_fails("2026-07-28 153 0 1\n", run="2026-07-28", status="WARNING")

    def test_a_scenario_that_left_no_result_fails(self):
        self.assert_fails("FAILURE s0:no-result", run="2025-06-18", lost=True)

    def test_requirements_that_exit_with_1_fail(self):
        self.assert_fails("requirements-2025-11-25 exit 1", run="requirements-2025-11-25", exit=1)

    def test_without_a_version_a_skip_fails_unless_its_extension_is_not_served(self):
        self.assert_fails("SKIPPED s0:extra", run="all", status="SKIPPED")
        done = self.run_harness(run="all", status="SKIPPED", scenario="tasks-lifecycle")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("(not served: tasks-lifecycle)", done.stdout)

    # What a gateway's upstream makes impossible.
    GAP = {"run": "2026-07-28", "scenario": "input-required-result-ignore-extra-params",
           "check": "sep-2322-ignore-unexpected-params"}

    def test_a_gap_is_listed_with_its_reason_and_excused(self):
        done = self.run_harness("--through", "v1", "stdio", **self.GAP, status="INFO")
        self.assertNotIn("ignore-unexpected-params", done.stderr)
        self.assertRegex(done.stdout, r"not passed: input-required-result-ignore-extra-params:[\w-]+ \(answers ")

    def test_a_gap_that_closed_or_that_no_check_belongs_to_fails(self):
        self.assert_fails("passes; it need not be excused", "--through", "v1", "stdio", **self.GAP, status="SUCCESS")
        self.assert_fails("there is no such check", "--through", "v1", "stdio")

    def test_a_gap_of_one_upstream_is_none_of_another(self):
        self.assert_fails("FAILURE input-required-result-ignore-extra-params:sep-2322", "--through", "v2", "http",
                          **self.GAP, status="FAILURE")
        self.assert_fails("FAILURE input-required-result-ignore-extra-params:extra", "--through", "v1", "stdio",
                          **{**self.GAP, "check": "extra"}, status="FAILURE")

    def test_requirements_may_exit_with_1_for_gaps_only(self):
        gap = {"run": "requirements-2026-07-28", "exit": 1, "status": "FAILURE"}
        done = self.run_harness("--through", "v1", "http", **gap, scenario="input-required-result-basic-elicitation",
                                check="sep-2322-elicitation-incomplete")
        self.assertNotIn("exited with 1", done.stderr)
        self.assert_fails("exited with 1", "--through", "v1", "http", **gap)

    def test_on_stdio_only_what_is_https_own_is_excused(self):
        gap = {"run": "2026-07-28", "scenario": "http-header-validation"}
        done = self.run_harness("--stdio", **gap, check="sep-2243-server-reject-invalid-headers", status="FAILURE")
        self.assertIn("not passed: http-header-validation:sep-2243-server-reject-invalid-headers (", done.stdout)
        self.assertNotIn("FAILURE", done.stderr)
        self.assertNotIn("requirements", done.stdout)
        self.assert_fails("FAILURE http-header-validation:extra", "--stdio", **gap, status="FAILURE")

    def test_redis_and_keys_that_were_not_on_all_the_time_fail(self):
        on = {"mcp_redis_up": 1, "mcp_redis_errors_total": 0, 'mcp_requests_total{client_id="suite"}': 200,
              'mcp_cache_hits_total{type="hit"}': 1, 'mcp_redis_command_duration_seconds_count{command="set"}': 1}

        def run(**off):
            with tempfile.NamedTemporaryFile("w") as page:
                page.writelines(f"{name} {value}\n" for name, value in {**on, **off}.items())
                page.flush()
                return self.run_harness("--redis-and-keys", "--metrics", f"file://{page.name}")
        done = run()
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertNotIn("requirements", done.stdout)
        for words, off in (("Redis was not used", {"mcp_redis_up": 0}),
                           ("Redis was not used", {"mcp_redis_errors_total": 1}),
                           ("200 of 201 requests had the key", {'mcp_requests_total{client_id="anonymous"}': 1}),
                           ("never answered", {'mcp_cache_hits_total{type="hit"}': 0})):
            done = run(**off)
            self.assertEqual(done.returncode, 1, off)
            self.assertIn(words, done.stderr)


if __name__ == "__main__":
    unittest.main()
