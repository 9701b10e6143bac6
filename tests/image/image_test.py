"""The image: what its configuration says, and how its process runs, serves, is probed and stops."""
import functools
import json
import re
import subprocess
import time
import unittest

from engine import BASE, HARDENED, IMAGE, NODE_IMAGE, PATIENCE, ROOT, Container, inspect, podman

MEGABYTE = 1_000_000
DRIVERS = ROOT / "build" / "peers" / "drivers"
OPEN = {"RAMPART_AUTH_ANONYMOUS": "true", "RATE_LIMIT": "0"}
ALLOWED = {**OPEN, "RAMPART_ALLOWED_HOSTS": "rampart,localhost"}


@functools.cache
def node():
    return subprocess.run([ROOT / "script" / "node"], capture_output=True, text=True, check=True).stdout.strip()


def drive(client, feature, *arguments):
    """The command line of an official client; its last line of output is the outcome."""
    return [node(), "--preserve-symlinks", "--preserve-symlinks-main", DRIVERS / f"{client}.mjs", feature, *arguments]


def outcome(done):
    lines = done.stdout.splitlines()
    return json.loads(lines[-1]) if lines else {"ok": False, "error": done.stderr}


class Configuration(unittest.TestCase):
    def test_runs_as_a_numbered_user_who_is_not_root(self):
        for image in (IMAGE, NODE_IMAGE):
            self.assertEqual(inspect(image)["Config"]["User"], "1000:1000")

    def test_names_its_ports_its_stop_signal_and_an_exec_form_command(self):
        for image in (IMAGE, NODE_IMAGE):
            config = inspect(image)["Config"]
            self.assertEqual(set(config["ExposedPorts"]), {"8080/tcp", "9090/tcp"})
            self.assertEqual(config["StopSignal"], "SIGTERM")
            self.assertEqual((config["Entrypoint"], config["Cmd"]), (["rampart"], ["serve"]))

    def test_has_a_health_check_that_asks_for_liveness(self):
        second = 1_000_000_000
        for image in (IMAGE, NODE_IMAGE):
            self.assertEqual(inspect(image)["Healthcheck"], {
                "Test": ["CMD", "rampart", "health"], "Interval": 30 * second, "Timeout": 10 * second,
                "StartPeriod": 5 * second, "Retries": 3})

    def test_its_labels_say_what_it_is_in_the_version_of_the_sources(self):
        version = re.search(r"project\(rampart VERSION (\S+)", (ROOT / "CMakeLists.txt").read_text())[1]
        labels = inspect(IMAGE)["Config"]["Labels"]
        self.assertEqual(labels["org.opencontainers.image.version"], version)
        self.assertEqual(labels["org.opencontainers.image.title"], "Rampart")
        self.assertEqual(labels["org.opencontainers.image.licenses"], "Apache-2.0")
        self.assertIn("org.opencontainers.image.revision", labels)
        self.assertIn(version, podman("run", "--rm", "--network", "none", IMAGE, "--version").stdout)

    def test_is_at_most_60_MB_larger_than_its_base(self):
        base, image, with_node = (inspect(name)["Size"] / MEGABYTE for name in (BASE, IMAGE, NODE_IMAGE))
        print(f"sizes: base {base:.0f} MB, image +{image - base:.0f} MB, with Node +{with_node - base:.0f} MB")
        self.assertLessEqual(image - base, 60)
        self.assertLessEqual(with_node - base, 260)

    def test_holds_no_compiler_no_package_lists_and_no_set_user_id_program(self):
        script = ("for name in cc gcc g++ clang clang-19 cmake make npm node; do command -v $name && exit 1; done; "
                  "ls -A /var/lib/apt/lists | grep . && exit 1; find / -xdev -perm /6000 -type f 2>/dev/null | grep . "
                  "&& exit 1; grep '^mcpuser:x:1000:1000:' /etc/passwd")
        done = podman("run", "--rm", "--network", "none", "--entrypoint", "sh", IMAGE, "-c", script, check=False)
        self.assertEqual(done.returncode, 0, done.stdout)


class Running(unittest.TestCase):
    def test_without_keys_it_does_not_start_and_says_what_to_set(self):
        done = podman("run", "--rm", "--network", "none", *HARDENED, IMAGE, check=False)
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("RAMPART_AUTH_KEYS_FILE", done.stdout + done.stderr)

    def test_the_process_has_uid_1000_no_capabilities_and_a_read_only_root(self):
        with Container(env=ALLOWED) as container:
            container.wait_until("rampart", "health")
            status = container.status()
            self.assertEqual(status["Uid"].split(), ["1000"] * 4)
            self.assertEqual(status["Gid"].split(), ["1000"] * 4)
            for kind in ("CapEff", "CapPrm", "CapBnd", "CapAmb"):
                self.assertEqual(int(status[kind], 16), 0, kind)
            self.assertEqual(status["NoNewPrivs"], "1")
            self.assertIn("ro", container.mount_options("/"))
            self.assertEqual(status["NSpid"].split()[-1], "1", "rampart is the first process: signals reach it")

    def test_official_clients_call_it_by_a_host_name_that_is_allowed(self):
        with Container(env=ALLOWED) as container:
            container.wait_until("rampart", "health", "--ready")
            arguments = ("--tool", "process_data", "--arguments",
                         json.dumps({"data": {"a": 1}, "operation": "transform"}))
            for client, version in (("v2", "2026-07-28"), ("v1", "2025-11-25")):
                for url in ("http://rampart:8080/mcp", "http://localhost:8080/mcp"):
                    with self.subTest(client=client, url=url):
                        called = outcome(container.inside(*drive(client, "call", "--url", url, "--version", version,
                                                                 *arguments)))
                        self.assertTrue(called["ok"], called)

    def test_a_host_name_that_is_not_allowed_is_refused(self):
        with Container(env={**OPEN, "RAMPART_ALLOWED_HOSTS": "elsewhere"}) as container:
            container.wait_until("rampart", "health")
            called = outcome(container.inside(*drive("v2", "list", "--url", "http://rampart:8080/mcp")))
            self.assertFalse(called["ok"])
            self.assertIn("403", called["error"])

    def test_metrics_answer_on_their_own_port_on_every_address(self):
        with Container(env=ALLOWED) as container:
            container.wait_until("rampart", "health")
            scraped = container.inside("curl", "-sS", "--fail", "http://rampart:9090/metrics")
            self.assertEqual(scraped.returncode, 0, scraped.stderr)
            self.assertIn("mcp_requests_total", scraped.stdout)

    def test_the_health_command_tells_well_from_unwell_by_its_exit_code(self):
        with Container(env={**ALLOWED, "RAMPART_DRAIN_DELAY": "600"}) as container:
            container.wait_until("rampart", "health", "--ready")
            self.assertEqual(podman("healthcheck", "run", container.name, check=False).returncode, 0)
            self.assertEqual(container.run("rampart", "health", "http://localhost:1")[0], 1)
            podman("kill", "--signal", "TERM", container.name)
            end = time.monotonic() + PATIENCE
            while container.run("rampart", "health", "--ready")[0] == 0:
                self.assertLess(time.monotonic(), end, "it is still ready after SIGTERM")
            self.assertEqual(container.run("rampart", "health", "--ready")[0], 1, "draining is not ready")
            self.assertEqual(container.run("rampart", "health")[0], 0, "draining is alive")

    def test_stops_by_itself_with_status_0_within_the_drain_deadline(self):
        with Container(env={**ALLOWED, "RAMPART_DRAIN_DELAY": "1", "RAMPART_DRAIN_TIMEOUT": "25"}) as container:
            container.wait_until("rampart", "health", "--ready")
            started = time.monotonic()
            podman("stop", "--time", "35", container.name)
            took = time.monotonic() - started
            self.assertEqual(container.state()["ExitCode"], 0, "143 or 137: it did not end by itself")
            self.assertLess(took, 35)
            self.assertIn("draining", container.events())


if __name__ == "__main__":
    unittest.main()
