"""compose.yaml: what it declares, and the services started from it by podman-compose, with the very files it mounts.
Redis, Prometheus and Alertmanager are Debian's (stand_ins/); Grafana has no stand-in and is not started."""
import functools
import json
import os
import re
import subprocess
import tempfile
import time
import unittest
import urllib.error
import urllib.request
from pathlib import Path

from engine import PATIENCE, ROOT, podman
from image_test import node
from support.mcp import ModernClient
from support.ports import free_ports

PEERS = ROOT / "build" / "image-peers" / "node_modules"
STARTED = ("redis", "rampart", "alertmanager", "prometheus")
PROJECT = "rampart_test"
TO_JSON = ("const [yaml, file] = process.argv.slice(1); const { parse } = require(yaml);"
           "console.log(JSON.stringify(parse(require('fs').readFileSync(file, 'utf8'), { merge: true })))")


@functools.cache
def compose():
    done = subprocess.run([node(), "-e", TO_JSON, PEERS / "yaml", ROOT / "compose.yaml"], capture_output=True, text=True,
                          check=True)
    return json.loads(done.stdout)


class Declared(unittest.TestCase):
    def test_both_files_follow_the_schema_of_the_compose_specification(self):
        for name in ("compose.yaml", "compose.override.yaml"):
            # That an image is built here and has a name is no mistake.
            done = subprocess.run([node(), PEERS / "dclint" / "bin" / "dclint.cjs", ROOT / name, "--quiet",
                                   "--disable-rule", "no-build-and-image"], capture_output=True, text=True, check=False)
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_every_service_is_hardened_limited_and_checked(self):
        for name, service in compose()["services"].items():
            with self.subTest(name):
                self.assertIs(service["read_only"], True)
                self.assertEqual(service["cap_drop"], ["ALL"])
                self.assertEqual(service["security_opt"], ["no-new-privileges:true"])
                self.assertIn("test", service["healthcheck"])
                resources = service["deploy"]["resources"]
                for kind in ("limits", "reservations"):
                    self.assertEqual({"cpus", "memory"} - set(resources[kind]), set(), kind)
                self.assertRegex(service["image"], r"^[\w/]+:(v?\d[\w.-]*|node)$", "pinned by a tag")

    def test_only_three_ports_are_published_all_on_loopback_and_never_the_metrics(self):
        ports = [port for service in compose()["services"].values() for port in service.get("ports", ())]
        self.assertEqual([re.sub(r"\$\{\w+:-(\d+)\}", r"\1", port) for port in ports],
                         ["127.0.0.1:8080:8080", "127.0.0.1:9091:9090", "127.0.0.1:3000:3000"])
        self.assertEqual(compose()["services"]["redis"]["networks"], ["inside"])
        self.assertIs(compose()["networks"]["inside"]["internal"], True)

    def test_rampart_has_longer_to_stop_than_it_takes_to_drain(self):
        # Production's delay of 5 s and the timeout of 25 s: docs/config.md.
        grace = compose()["services"]["rampart"]["stop_grace_period"]
        self.assertGreater(int(grace.removesuffix("s")), 5 + 25)

    def test_no_secret_stands_in_the_environment(self):
        for name, service in compose()["services"].items():
            for variable, value in service.get("environment", {}).items():
                if re.search(r"PASSWORD|KEY|SECRET|TOKEN", variable):
                    self.assertTrue(value.startswith("/run/secrets/"), f"{name}: {variable}")


def fetch(port, path):
    try:
        with urllib.request.urlopen(f"http://localhost:{port}{path}", timeout=PATIENCE) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def wait_for(what, look):
    """look() until it returns something; what it raises meanwhile counts as nothing."""
    end, last = time.monotonic() + PATIENCE, None
    while time.monotonic() < end:
        try:
            if found := look():
                return found
        except (OSError, ValueError, KeyError) as error:
            last = error
        time.sleep(0.2)
    raise AssertionError(f"{what} did not come: {last}")


NOT_FETCHED = '"event":"upstream_failed_to_start"'  # of the wrapped server: npx could not fetch it


class Started(unittest.TestCase):
    """All of it once for the class: starting takes a while."""

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory(prefix="rampart-compose-")
        cls.addClassCleanup(cls.folder.cleanup)
        secrets = Path(cls.folder.name) / "secrets"
        cls.key = subprocess.run([ROOT / "script" / "compose-secrets", secrets], capture_output=True, text=True,
                                 check=True).stdout.strip()
        cls.port, cls.prometheus = free_ports(2)
        more = {"secrets": {name: {"file": str(secrets / name)} for name in compose()["secrets"]}}
        if bundle := os.environ.get("NODE_EXTRA_CA_CERTS"):  # this machine's proxy looks into TLS
            inside = "/etc/ssl/certs/extra.pem"
            more["services"] = {"rampart": {"volumes": [f"{bundle}:{inside}:ro"],
                                            "environment": {"NODE_EXTRA_CA_CERTS": inside}}}
        extra = Path(cls.folder.name) / "extra.yaml"
        extra.write_text(json.dumps(more))
        cls.command = ["podman-compose", "--project-name", PROJECT, "--file", str(ROOT / "compose.yaml"),
                       "--file", str(extra)]
        cls.addClassCleanup(cls.run_compose, "down", "--volumes", "--timeout", "1")
        started = cls.run_compose("up", "--detach", "--no-build", *STARTED)
        if started.returncode != 0:
            raise AssertionError(started.stdout + started.stderr)

    @classmethod
    def run_compose(cls, *arguments):
        environment = {**os.environ, "MCP_HOST_PORT": str(cls.port), "PROMETHEUS_HOST_PORT": str(cls.prometheus)}
        return subprocess.run([*cls.command, *arguments], capture_output=True, text=True, timeout=PATIENCE,
                              check=False, env=environment, cwd=ROOT)

    def container(self, service):
        return f"{PROJECT}_{service}_1"

    def wait_until_healthy(self, service):
        """The service's own check, as compose.yaml has it."""
        kind, *command = compose()["services"][service]["healthcheck"]["test"]
        if kind == "CMD-SHELL":
            command = ["sh", "-c", command[0].replace("$$", "$")]
        end, restarts = time.monotonic() + 2 * PATIENCE, 0  # longer than Rampart gives npx
        while (done := podman("exec", self.container(service), *command, check=False)).returncode != 0:
            log = podman("logs", self.container(service), check=False)
            said = log.stdout + log.stderr
            if time.monotonic() > end:
                raise AssertionError(f"{service}: {done.stdout}{done.stderr}\n{said[-4000:]}")
            if said.count(NOT_FETCHED) > restarts and restarts < 2:
                # What npx fetched by halves is gone with the container's tmpfs; downloads are tried three times.
                restarts = said.count(NOT_FETCHED)
                podman("restart", "--time", "5", self.container(service))
                end = time.monotonic() + 2 * PATIENCE
            time.sleep(0.2)

    def test_every_service_passes_its_own_health_check_within_its_limits(self):
        for service in STARTED:
            with self.subTest(service):
                self.wait_until_healthy(service)
                host = json.loads(podman("container", "inspect", self.container(service)).stdout)[0]["HostConfig"]
                self.assertTrue(host["ReadonlyRootfs"])
                self.assertGreater(host["Memory"], host["MemoryReservation"])
                self.assertGreater(host["MemoryReservation"], 0)
                self.assertGreater(host["NanoCpus"] or host["CpuQuota"], 0)

    def test_a_client_with_the_key_reaches_the_wrapped_server_and_one_without_does_not(self):
        self.wait_until_healthy("rampart")
        with_key = ModernClient(self.port, headers={"Authorization": f"Bearer {self.key}"})
        answer = with_key.call("echo", {"message": "through compose"})
        self.assertEqual(answer.status, 200, answer.body)
        self.assertIn("through compose", json.dumps(answer.json()["result"]))
        self.assertEqual(ModernClient(self.port).call("echo", {"message": "no"}).status, 401)

    def test_rampart_is_ready_with_redis(self):
        self.wait_until_healthy("redis")
        ready = wait_for("redis in /ready", lambda: (answer := json.loads(fetch(self.port, "/ready")[1]))["checks"][
            "redis"] and answer["status"] == "ready" and answer)
        self.assertNotIn("degraded", ready)

    def test_prometheus_scrapes_rampart_loads_the_rules_and_knows_the_alertmanager(self):
        self.wait_until_healthy("prometheus")

        def api(path):
            return json.loads(fetch(self.prometheus, f"/api/v1/{path}")[1])["data"]
        wait_for("the scrape of rampart", lambda: [target for target in api("targets")["activeTargets"]
                                                   if target["labels"]["job"] == "rampart" and target["health"] == "up"])
        self.assertTrue(api("rules")["groups"])
        wait_for("the alertmanager", lambda: api("alertmanagers")["activeAlertmanagers"])

    def test_the_metrics_are_not_on_the_public_port(self):
        self.wait_until_healthy("rampart")
        self.assertEqual(fetch(self.port, "/metrics")[0], 404)

    def test_stopping_rampart_ends_it_with_status_0_in_its_grace_period(self):
        self.wait_until_healthy("rampart")
        podman("stop", self.container("rampart"))
        state = json.loads(podman("container", "inspect", self.container("rampart")).stdout)[0]["State"]
        self.assertEqual(state["ExitCode"], 0)
        podman("start", self.container("rampart"))
        self.wait_until_healthy("rampart")


if __name__ == "__main__":
    unittest.main()
