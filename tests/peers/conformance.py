#!/usr/bin/env python3
"""Runs the official conformance suite against a server and judges it by every check it wrote.

The suite itself exits 0 in spite of warnings and skips, so its exit code is not trusted: each
scenario's checks.json is read. One line per revision: REVISION passed failed warnings.
With --through the server is a gateway: what its upstream's kind makes impossible is excused, check
by check (GAPS), listed with its reason, and must really not pass. With --stdio it is a server on
stdin and stdout behind stdio_bridge.mjs, and what is a matter of HTTP alone is excused the same way.
With --redis-and-keys nothing is excused, and the server's metrics must tell that both were on.
"""
import argparse
import json
import re
import shutil
import subprocess
import sys
import urllib.request
from collections import Counter
from pathlib import Path

# revision -> (checks that pass at least, scenarios)
EXPECTED = {"2026-07-28": (153, 40), "2025-11-25": (84, 33), "2025-06-18": (56, 27), "2025-03-26": (3, 1)}
SCORED = ("2026-07-28", "2025-11-25")
# Scenarios of extensions that this server does not have; all others pass in the run without a version.
NOT_SERVED = re.compile(r"^(tasks|sep-2640)-")

# Checks that cannot pass through a gateway, "scenario:check", by what its upstream is.
LEGACY_QUESTIONS = {
    "input-required-result-basic-elicitation:sep-2322-elicitation-incomplete":
        "a question of a legacy server has an id and no key: the key is Rampart's own, and the suite wants user_name",
    "input-required-result-ignore-extra-params:sep-2322-ignore-unexpected-params":
        "answers before any question: a legacy server's question, which they could belong to, is not known yet"}
GAPS = {("own", "stdio"): {}, ("own", "http"): {}, ("v2", "stdio"): {}, ("v2", "http"): {},
        ("v1", "stdio"): LEGACY_QUESTIONS, ("v1", "http"): LEGACY_QUESTIONS}
# A bridge that only moves bytes has no HTTP of its own: checks that are about nothing else.
ORIGIN = "nobody can reach stdin from a web page: there is no Host and no Origin"
EVENT_IDS = "streams with events to come back for are HTTP's"
HEADERS = "a message on stdio has no headers"
STATUS = "a message on stdio has no HTTP status"
HTTP_ONLY = {
    "dns-rebinding-protection:localhost-host-rebinding-rejected": ORIGIN,
    **{f"server-sse-polling:server-sse-{check}": EVENT_IDS for check in (
        "priming-event", "retry-field", "disconnect-resume")},
    **{f"http-header-validation:sep-2243-server-reject-{check}": HEADERS for check in (
        "invalid-headers", "error-code")},
    **{f"http-custom-header-server-validation:sep-2243-server-{check}": HEADERS for check in (
        "reject-invalid-param-chars", "reject-param-mismatch", "validate-param-match")},
    "server-stateless:sep-2575-http-server-header-mismatch-400": HEADERS,
    **{f"server-stateless:sep-2575-{check}": STATUS for check in (
        "http-server-meta-invalid-400", "http-server-unsupported-version-400", "missing-capability-http-400",
        "http-server-method-not-found-404", *(f"http-server-method-not-found-404-{method}" for method in (
            "initialize", "ping", "logging-setlevel", "resources-subscribe", "resources-unsubscribe")))}}
# Checks that are not made when the one before them does not pass.
NOT_REACHED = {"input-required-result-basic-elicitation:sep-2322-elicitation-incomplete": 1}


class Suite:
    def __init__(self, node, script, url, output):
        self.command, self.url, self.output = [node, script, "server", "--url", url], url, output

    def run(self, name, *options):
        """(exit code, {scenario: its checks}); what the suite said stands in OUTPUT/name.log."""
        folder = self.output / name
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        with open(self.output / f"{name}.log", "w", encoding="utf-8") as log:
            done = subprocess.run([*self.command, *options, "-o", str(folder)], stdin=subprocess.DEVNULL,
                                  stdout=log, stderr=subprocess.STDOUT, check=False)
        scenarios = {}
        for result in sorted(folder.glob("server-*")):
            scenario = re.sub(r"^server-|-\d{4}-\d\d-\d\dT[\d-]+Z$", "", result.name)
            checks = result / "checks.json"  # missing if the scenario ended in an exception
            scenarios[scenario] = json.loads(checks.read_text()) if checks.exists() else [
                {"id": "no-result", "status": "FAILURE", "errorMessage": f"see {name}.log"}]
        return done.returncode, scenarios


class Judge:
    """Collects what is wrong, except for the gaps; a gap that closed is wrong too."""

    def __init__(self, gaps):
        self.gaps, self.problems = gaps, []
        self.open, self.passed = set(), set()

    def faults(self, scenarios, statuses=("FAILURE", "WARNING")):
        """Takes the checks with one of these statuses for problems; returns how many were excused."""
        excused = 0
        for scenario, checks in scenarios.items():
            for check in checks:
                name = f"{scenario}:{check['id']}"
                if name in self.gaps:
                    passed = check["status"] == "SUCCESS"
                    (self.passed if passed else self.open).add(name)
                    excused += 0 if passed else 1 + NOT_REACHED.get(name, 0)
                elif check["status"] in statuses:
                    self.problems.append(f"  {check['status']} {name} {check.get('errorMessage') or ''}")
        return excused

    def verdict(self):
        for name in sorted(self.passed - self.open):
            self.problems.append(f"  {name} passes; it need not be excused any more")
        for name in sorted(self.gaps.keys() - self.open - self.passed):
            self.problems.append(f"  {name} is excused, but there is no such check")
        for name in sorted(self.open):
            print(f"not passed: {name} ({self.gaps[name]})")
        for problem in self.problems:
            print(problem, file=sys.stderr)
        return 1 if self.problems else 0


def count(scenarios):
    return Counter(check["status"] for checks in scenarios.values() for check in checks)


def run_revision(suite, judge, revision):
    _, scenarios = suite.run(revision, "--suite", "all", "--spec-version", revision, "--force")
    status = count(scenarios)
    print(revision, status["SUCCESS"], status["FAILURE"], status["WARNING"], flush=True)
    passed, ran = EXPECTED[revision]
    passed -= judge.faults(scenarios)
    if status["SUCCESS"] < passed:
        judge.problems.append(f"  {revision}: {status['SUCCESS']} checks passed, {passed} are expected")
    if len(scenarios) < ran:
        judge.problems.append(f"  {revision}: {len(scenarios)} scenarios left a result, {ran} are expected")


def run_requirements(suite, judge, revision):
    name = f"requirements-{revision}"
    status, scenarios = suite.run(name, "--requirements", revision)
    print(name, "exit", status, flush=True)
    failed = {f"{scenario}:{check['id']}" for scenario, checks in scenarios.items() for check in checks
              if check["status"] == "FAILURE" and not NOT_SERVED.match(scenario)}
    excused = failed and failed <= judge.gaps.keys()
    if not scenarios or (status != 0 and not excused):
        judge.problems.append(f"  {name} exited with {status}; see {suite.output / name}.log")


def run_unversioned(suite, judge):
    """Every scenario the suite has; only those of extensions not served may fail or skip."""
    _, scenarios = suite.run("all", "--suite", "all")
    status = count(scenarios)
    excused = sorted(name for name, checks in scenarios.items() if NOT_SERVED.match(name)
                     and any(check["status"] in ("FAILURE", "SKIPPED") for check in checks))
    print("all", status["SUCCESS"], status["FAILURE"], status["WARNING"],
          f"(not served: {', '.join(excused) or 'none'})", flush=True)
    served = {name: checks for name, checks in scenarios.items() if not NOT_SERVED.match(name)}
    judge.faults(served, ("FAILURE", "WARNING", "SKIPPED"))
    if len(served) < max(ran for _, ran in EXPECTED.values()):
        judge.problems.append(f"  all: only {len(served)} scenarios left a result")


def start_children(url):
    """Has the gateway start a child for clients that can be asked. The suite gives such a call 600 ms, and on a
    busy machine Node alone takes longer to start. (That a call waits for its child is not what is measured here.)"""
    meta = "io.modelcontextprotocol/"
    call = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {
        "name": "test_streaming_elicitation", "arguments": {},
        "_meta": {f"{meta}protocolVersion": "2026-07-28", f"{meta}clientCapabilities": {"elicitation": {}}}}}
    headers = {"Content-Type": "application/json", "Accept": "application/json, text/event-stream",
               "MCP-Protocol-Version": "2026-07-28", "Mcp-Method": "tools/call",
               "Mcp-Name": "test_streaming_elicitation"}
    urllib.request.urlopen(urllib.request.Request(url, json.dumps(call).encode(), headers), timeout=60).read()


def scrape(url):
    """total(family, *labels): the sum of the family's series that have all these labels."""
    text = urllib.request.urlopen(url, timeout=10).read().decode()

    def total(family, *labels):
        return sum(float(line.rsplit(" ", 1)[1]) for line in text.splitlines()
                   if re.match(family + r"[{ ]", line) and all(label in line for label in labels))
    return total


def look_at_redis_and_keys(judge, metrics):
    """Both were on all the time, and every request that was served had the key."""
    total = scrape(metrics)
    served = total("mcp_requests_total", 'client_id="suite"')
    if served < 100 or served != total("mcp_requests_total"):
        judge.problems.append(f"  {served:.0f} of {total('mcp_requests_total'):.0f} requests had the key")
    if total("mcp_redis_up") != 1 or total("mcp_redis_errors_total") != 0:
        judge.problems.append("  Redis was not used all the time")
    if not total("mcp_redis_command_duration_seconds_count") or not total("mcp_cache_hits_total", 'type="hit"'):
        judge.problems.append("  the cache never answered, or nothing of it was kept in Redis")


def look_at_the_gateway(judge, metrics):
    """Cache, breaker and limiter were on and did not change what the suite saw; the upstream never died."""
    total = scrape(metrics)
    calls = total("circuit_breaker_requests_total", 'outcome="success"')
    if calls < 100:
        judge.problems.append(f"  only {calls:.0f} calls passed the circuit breaker")
    for what, value in {
            "a tool's result came from the cache": total("mcp_cache_hits_total", 'type="hit"'),
            "the circuit is not closed": total("circuit_breaker_state"),
            "the circuit was open": total("circuit_breaker_requests_total", 'outcome="blocked"'),
            "the rate limit was reached": total("mcp_ratelimit_violations_total"),
            "the upstream was restarted": total("mcp_upstream_restarts_total")}.items():
        if value != 0:
            judge.problems.append(f"  {what} ({value:.0f})")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    for argument in ("node", "script", "url", "output"):
        parser.add_argument(argument)
    parser.add_argument("--through", nargs=2, metavar=("FIXTURE", "TRANSPORT"), help="what stands behind the gateway")
    parser.add_argument("--metrics", help="URL of the server's metrics")
    parser.add_argument("--redis-and-keys", action="store_true", help="the server has a Redis and wants a key")
    parser.add_argument("--stdio", action="store_true", help="the server is on stdio, behind a bridge")
    given = parser.parse_args()
    suite = Suite(given.node, given.script, given.url, Path(given.output))
    judge = Judge(GAPS[tuple(given.through)] if given.through else HTTP_ONLY if given.stdio else {})
    if given.through and given.metrics:
        start_children(given.url)
    for revision in EXPECTED:
        run_revision(suite, judge, revision)
    if given.redis_and_keys:
        look_at_redis_and_keys(judge, given.metrics)
    if given.stdio or given.redis_and_keys:
        return judge.verdict()
    for revision in SCORED:
        run_requirements(suite, judge, revision)
    run_unversioned(suite, judge)
    if given.metrics:
        look_at_the_gateway(judge, given.metrics)
    return judge.verdict()


if __name__ == "__main__":
    sys.exit(main())
