"""check_headers.py finds each kind of breach, and nothing in a clean tree."""
import unittest

from support import TreeTest

GUARD = "#pragma once\n"


class Headers(TreeTest):
    tool = "check_headers.py"
    tree = {
        "include/rampart/a.hpp": GUARD + "#include <string>\nstd::string a();\n",
        "src/base/a.hpp": GUARD + '#include "rampart/a.hpp"\n',
    }

    def test_a_clean_tree_has_no_findings(self):
        self.assertEqual(self.findings({}), "")

    def test_a_public_header_that_leans_on_others_is_found(self):
        self.assertIn("a.hpp does not compile alone", self.findings({"include/rampart/a.hpp": GUARD + "std::string a();\n"}))

    def test_a_header_that_cannot_be_included_twice_is_found(self):
        self.assertIn("does not compile alone", self.findings({"include/rampart/a.hpp": "struct A {};\n"}))

    def test_a_private_header_without_source_is_compiled(self):
        self.assertIn("src/base/b.hpp does not compile", self.findings({"src/base/b.hpp": GUARD + "Unknown b();\n"}))
        self.assertEqual(self.findings({"src/base/b.hpp": GUARD + "Unknown b();\n", "src/base/b.cpp": ""}), "")

    def test_a_heavy_library_is_found_however_deep(self):
        self.assert_found({"src/base/a.hpp": GUARD + "#include <openssl/opensslv.h>\n",
                           "include/rampart/a.hpp": GUARD + '#include "base/a.hpp"\n'}, "a.hpp reaches OpenSSL")

    def test_only_one_header_may_reach_boost_json(self):
        light = GUARD + "#include <boost/json/error.hpp>\n"
        self.assert_found({"include/rampart/a.hpp": light}, "a.hpp reaches Boost.JSON")
        self.assertEqual(self.findings({"include/rampart/json_value.hpp": light}), "")

    def test_a_sixteenth_public_header_is_found(self):
        names = [f"include/rampart/{letter}.hpp" for letter in "abcdefghijklmno"]
        self.assertEqual(self.findings({name: GUARD for name in names}), "")
        self.assert_found({name: GUARD for name in [*names, "include/rampart/p.hpp"]}, "16 public headers")


if __name__ == "__main__":
    unittest.main()
