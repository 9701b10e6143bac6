"""The page of docs/tutorial that needs a container engine, walked with podman in its place."""
import os
import unittest

from engine import ROOT, podman
from support.tutorial import walk


class Tutorial(unittest.TestCase):
    maxDiff = None

    def test_in_a_container(self):
        self.addCleanup(podman, "rm", "--force", "--time", "0", "--ignore", "prototype", check=False)
        engine = {name: value for name, value in os.environ.items() if name.startswith("CONTAINERS_")}
        count = walk(self, "2-containers.md", runs=("sh", "engine"), path=ROOT / "tests" / "image" / "docker", env=engine)
        self.assertEqual(count, {"shown": 6, "sh": 2, "engine": 5, "compose": 1})


if __name__ == "__main__":
    unittest.main()
