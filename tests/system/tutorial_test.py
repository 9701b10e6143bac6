"""docs/tutorial as a newcomer walks it: every command runs, in a clean directory, and prints what the page shows. What
needs a container engine is left out here, counted, and run by tests/image."""
import unittest

from support.tutorial import walk


class Tutorial(unittest.TestCase):
    maxDiff = None

    def test_a_prototype_in_production_form(self):
        self.assertEqual(walk(self, "1-production-setup.md"), {"shown": 13, "sh": 13})

    def test_in_a_container_as_far_as_it_goes_without_an_engine(self):
        self.assertEqual(walk(self, "2-containers.md"), {"shown": 2, "sh": 2, "engine": 5, "compose": 1})

    def test_watched(self):
        self.assertEqual(walk(self, "3-monitoring.md"), {"shown": 7, "sh": 9})


if __name__ == "__main__":
    unittest.main()
