#!/usr/bin/env python3
"""check_named_tests.py finds a name that no test has, and nothing in a tree where all are there."""
import unittest

from support import TreeTest


class NamedTests(TreeTest):
    tool = "check_named_tests.py"
    tree = {
        "tests/unit/base/ids_test.cpp": "TEST(Ids, AreUnique) {}\nTEST_F(Clock,\n       Stands) {}\n",
        "tests/system/CMakeLists.txt": "foreach(_topic banner cli)\n",
        "tests/conformance/CMakeLists.txt": "add_test(NAME conformance.suite)\nconformance.through_${_transport}\n",
        "docs/a.md": "`Ids.AreUnique`, `Clock.Stands`, `system.cli`, `system.*`, `conformance.through_http`, "
                     "`conformance.suite`, `tests/unit/base/ids_test.cpp`, `limits.queue`, `prototype.py`\n",
    }

    def test_a_tree_where_all_are_there_has_no_findings(self):
        self.assertEqual(self.findings({}), "")

    def test_a_unit_test_that_does_not_exist_is_found(self):
        self.assert_found({"docs/b.md": "`Ids.AreShort`\n"}, "docs/b.md:1: no test is called Ids.AreShort")

    def test_a_system_test_that_is_not_registered_is_found(self):
        self.assert_found({"docs/b.md": "\n`system.redis`\n"}, "docs/b.md:2: no test is called system.redis")
        self.assert_found({"docs/b.md": "`conformance.backwards`\n"}, "no test is called conformance.backwards")

    def test_a_file_that_does_not_exist_is_found(self):
        self.assert_found({"README.md": "`tests/system/no_test.py`\n"}, "README.md:1: there is no tests/system/no_test.py")


if __name__ == "__main__":
    unittest.main()
