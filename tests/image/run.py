"""Runs the tests of the images, or those named; ends with the line that .ci/run counts. Started by script/image-test."""
import sys
import unittest
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "system")]

loader = unittest.defaultTestLoader
suite = loader.loadTestsFromNames(sys.argv[1:]) if sys.argv[1:] else loader.discover(str(HERE), "*_test.py")
result = unittest.TextTestRunner(verbosity=2).run(suite)
# A failed set-up of a class is an error that testsRun does not count.
bad = len(result.failures) + len(result.errors)
total = max(result.testsRun, bad)
print(f"{bad} tests failed out of {total}")
sys.exit(bad > 0 or total == 0)
