"""check_layers.py finds each kind of breach, and nothing in a clean tree."""
import unittest

from support import TreeTest

TABLE = """
| module | may include | third party | what it is for |
|---|---|---|---|
| base | – | fmt, spdlog (log.cpp only) | bottom |
| net | base | Asio | sockets |
| logic | base | – | pure |
| top | net, logic | – | both |
| main | all above | – | wiring |
| apps | main | – | binary |

Public headers: `error.hpp` base; `net.hpp` net.
"""
CMAKE = """rampart_module(base)
rampart_module(net DEPENDS base)
rampart_module(logic DEPENDS base)
rampart_module(top DEPENDS net logic)
rampart_module(main DEPENDS top)
"""


class Layers(TreeTest):
    tool = "check_layers.py"
    tree = {
        "docs/architecture.md": TABLE, "CMakeLists.txt": CMAKE,
        "include/rampart/error.hpp": "#include <string>\n", "include/rampart/net.hpp": "\n",
        "src/base/log.cpp": "#include <spdlog/spdlog.h>\n#include <fmt/format.h>\n",
        "src/net/socket.hpp": '#include <boost/asio/ip/tcp.hpp>\n#include <boost/intrusive/list.hpp>\n',
        "src/logic/pure.hpp": '#include <fmt/format.h>\n#include "rampart/error.hpp"\n',
        "src/top/both.cpp": '#include "net/socket.hpp"\n#include "logic/pure.hpp"\n',
        "src/main/wiring.cpp": '#include "top/both.hpp"\n', "src/top/both.hpp": "\n",
        "apps/x/main.cpp": '#include "main/wiring.hpp"\n', "src/main/wiring.hpp": "\n",
    }

    def test_a_clean_tree_has_no_findings(self):
        self.assertEqual(self.findings({}), "")

    def test_an_upward_include_is_found(self):
        self.assert_found({"src/base/a.cpp": '#include "net/socket.hpp"\n'},
                          "src/base/a.cpp:1: base may not include net")

    def test_a_sideways_include_is_found(self):
        self.assert_found({"src/logic/a.cpp": '\n#include "net/socket.hpp"\n'},
                          "src/logic/a.cpp:2: logic may not include net")

    def test_a_public_header_counts_as_its_owner(self):
        self.assert_found({"src/logic/a.cpp": '#include "rampart/net.hpp"\n'},
                          "logic may not include net")

    def test_a_library_outside_its_module_is_found(self):
        self.assert_found({"src/logic/a.cpp": "#include <boost/asio/post.hpp>\n"},
                          "logic may not include Asio")

    def test_a_library_is_not_passed_on_upwards(self):
        self.assert_found({"src/top/a.cpp": "#include <boost/asio/post.hpp>\n"},
                          "top may not include Asio")

    def test_small_boost_headers_need_a_row_with_boost(self):
        self.assert_found({"src/logic/a.cpp": "#include <boost/intrusive/list.hpp>\n"},
                          "logic may not include Boost")

    def test_a_library_for_one_file_is_refused_in_another(self):
        self.assert_found({"src/base/other.cpp": "#include <spdlog/spdlog.h>\n"},
                          "base may not include spdlog here")

    def test_a_detail_header_belongs_to_the_lowest_that_includes_it(self):
        use = '#include "rampart/detail/d.hpp"\n'
        tree = {"include/rampart/net.hpp": use, "include/rampart/detail/d.hpp": "#include <boost/asio/post.hpp>\n"}
        self.assertEqual(self.findings(tree), "")
        self.assert_found({**tree, "include/rampart/error.hpp": use}, "base may not include Asio")

    def test_a_private_include_of_a_public_header_is_found(self):
        self.assert_found({"include/rampart/net.hpp": '#include "net/socket.hpp"\n'},
                          "a public header includes a private one")

    def test_a_public_header_without_owner_is_found(self):
        self.assert_found({"include/rampart/new.hpp": "\n"}, "belongs to no module")

    def test_a_folder_outside_the_table_is_found(self):
        self.assert_found({"src/odd/a.cpp": "\n"}, "belongs to no module")

    def test_a_missing_header_is_found(self):
        self.assert_found({"src/top/a.cpp": '#include "logic/gone.hpp"\n'}, "is no file of")

    def test_an_include_in_a_comment_is_none(self):
        self.assertEqual(self.findings({"src/base/a.cpp": '/*\n#include "net/socket.hpp"\n*/\n'}), "")

    def test_a_redundant_entry_is_found(self):
        self.assert_found({"docs/architecture.md": TABLE.replace("| net, logic |", "| net, logic, base |")},
                          "top lists base, which another entry implies")

    def test_a_cycle_is_found(self):
        self.assertIn("form a cycle", self.findings(
            {"docs/architecture.md": TABLE.replace("| base | – |", "| base | net |")}))

    def test_cmake_that_links_more_is_found(self):
        self.assertIn("CMakeLists.txt: logic links", self.findings(
            {"CMakeLists.txt": CMAKE.replace("(logic DEPENDS base)", "(logic DEPENDS base net)")}))


if __name__ == "__main__":
    unittest.main()
