#!/usr/bin/env python3
"""Runs the official conformance suite against a server and judges it by every check it wrote.

The suite itself exits 0 in spite of warnings and skips, so its exit code is not trusted: each
scenario's checks.json is read. One line per revision: REVISION passed failed warnings.
Usage: conformance.py NODE SUITE_SCRIPT URL OUTPUT_FOLDER
"""
import json
import re
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

# revision -> (checks that pass at least, scenarios)
EXPECTED = {"2026-07-28": (152, 40), "2025-11-25": (84, 33), "2025-06-18": (56, 27), "2025-03-26": (3, 1)}
SCORED = ("2026-07-28", "2025-11-25")
# Scenarios of extensions that this server does not have; all others pass in the run without a version.
NOT_SERVED = re.compile(r"^(tasks|sep-2640)-")


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


def count(scenarios):
    return Counter(check["status"] for checks in scenarios.values() for check in checks)


def faults(scenarios, statuses=("FAILURE", "WARNING")):
    for scenario, checks in scenarios.items():
        for check in checks:
            if check["status"] in statuses:
                yield f"  {check['status']} {scenario}:{check['id']} {check.get('errorMessage') or ''}"


def run_revision(suite, revision):
    _, scenarios = suite.run(revision, "--suite", "all", "--spec-version", revision, "--force")
    status = count(scenarios)
    print(revision, status["SUCCESS"], status["FAILURE"], status["WARNING"], flush=True)
    problems = list(faults(scenarios))
    passed, ran = EXPECTED[revision]
    if status["SUCCESS"] < passed:
        problems.append(f"  {revision}: {status['SUCCESS']} checks passed, {passed} are expected")
    if len(scenarios) < ran:
        problems.append(f"  {revision}: {len(scenarios)} scenarios left a result, {ran} are expected")
    return problems


def run_requirements(suite, revision):
    name = f"requirements-{revision}"
    status, scenarios = suite.run(name, "--requirements", revision)
    print(name, "exit", status, flush=True)
    if status == 0 and scenarios:
        return []
    return [f"  {name} exited with {status}; see {suite.output / name}.log"]


def run_unversioned(suite):
    """Every scenario the suite has; only those of extensions not served may fail or skip."""
    _, scenarios = suite.run("all", "--suite", "all")
    status = count(scenarios)
    excused = sorted(name for name, checks in scenarios.items() if NOT_SERVED.match(name)
                     and any(check["status"] in ("FAILURE", "SKIPPED") for check in checks))
    print("all", status["SUCCESS"], status["FAILURE"], status["WARNING"],
          f"(not served: {', '.join(excused) or 'none'})", flush=True)
    served = {name: checks for name, checks in scenarios.items() if not NOT_SERVED.match(name)}
    problems = list(faults(served, ("FAILURE", "WARNING", "SKIPPED")))
    if len(served) < max(ran for _, ran in EXPECTED.values()):
        problems.append(f"  all: only {len(served)} scenarios left a result")
    return problems


def main(node, script, url, output):
    suite = Suite(node, script, url, Path(output))
    problems = []
    for revision in EXPECTED:
        problems += run_revision(suite, revision)
    for revision in SCORED:
        problems += run_requirements(suite, revision)
    problems += run_unversioned(suite)
    for problem in problems:
        print(problem, file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
