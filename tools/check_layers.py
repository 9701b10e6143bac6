#!/usr/bin/env python3
"""Holds every #include of src/, include/ and apps/ to the module table of docs/architecture.md.

The table is the rule: a module may include itself and what its row (and the rows of those) allows,
and of third-party libraries only what its column names, where a note in brackets narrows it to
files whose name holds that word. CMakeLists.txt must say the same DAG. Usage: check_layers.py [ROOT]
"""
import re
import sys
from pathlib import Path

# Include prefix -> the name that the table's third-party column uses; the longest prefix wins.
LIBRARIES = {
    "boost/asio": "Asio", "boost/beast": "Beast", "boost/json": "Boost.JSON", "boost/": "Boost",
    "fmt/": "fmt", "spdlog/": "spdlog", "prometheus/": "prometheus-cpp", "tl/": "tl::expected",
    "simdjson": "simdjson", "re2/": "re2", "pcre2": "pcre2", "openssl/": "OpenSSL",
    "yaml-cpp/": "yaml-cpp", "CLI/": "CLI11", "hiredis": "hiredis",
}
# Small vocabularies that a module passes on to those that may include it.
PASSED_ON = {"fmt", "tl::expected"}
# Whoever may use one of these has Boost's small headers (intrusive, system, container) too.
BOOST = {"Asio", "Beast", "Boost.JSON", "Boost"}

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"]+)[>"]', re.M)


class Table:
    """The module table and the list of public headers, as docs/architecture.md has them."""

    def __init__(self, text):
        self.direct, self.libraries, self.owner, self.errors = {}, {}, {}, []
        self.top = set()  # rows that say "all above": naming what others imply is their point
        for row in re.findall(r"^\|([^\n]+)\|$", text, re.M):
            cells = [cell.strip() for cell in row.split("|")]
            if len(cells) != 4 or not re.fullmatch(r"[a-z_]+", cells[0]) or cells[0] == "module":
                continue
            name, includes, third_party, _ = cells
            modules = [] if includes == "–" else re.split(r",\s*", includes)
            if modules == ["all above"]:
                modules = list(self.direct)
                self.top.add(name)
            self.direct[name] = modules
            self.libraries[name] = self._libraries(third_party)
        for headers, module in re.findall(r"`((?:\w+\.hpp[`\s]+)+)([a-z_]+)[;.]", text):
            for header in headers.replace("`", "").split():
                self.owner[header] = module
        if not self.direct:
            self.errors.append("docs/architecture.md: no module table found")

    @staticmethod
    def _libraries(cell):
        """'Asio, spdlog (log.cpp only)' -> {'Asio': None, 'spdlog': 'log.cpp'}"""
        found = {}
        for entry in re.split(r",\s*(?![^()]*\))", cell):
            match = re.fullmatch(r"([\w.:+-]+)(?:\s*\((\S+?)(?:\s+only)?\))?", entry.strip())
            if match:
                found[match[1]] = match[2]
        return found

    def closure(self, module, seen=()):
        """All modules that `module` may include, itself too."""
        if module in seen:
            return set()
        reach = {module}
        for other in self.direct.get(module, []):
            reach |= self.closure(other, (*seen, module))
        return reach

    def check(self):
        """The table itself: known names, no cycle, nothing said twice."""
        for module, others in self.direct.items():
            for other in others:
                if other not in self.direct:
                    self.errors.append(f"table: {module} may include unknown module {other}")
                elif module in self.closure(other):
                    self.errors.append(f"table: {module} and {other} form a cycle")
                elif module not in self.top and any(
                        other in self.closure(third) for third in others if third != other):
                    self.errors.append(f"table: {module} lists {other}, which another entry implies")
        for header, module in self.owner.items():
            if module not in self.direct:
                self.errors.append(f"table: public header {header} belongs to unknown module {module}")


def adopt_details(root, table):
    """A header in rampart/detail belongs to the lowest owner among the public headers that include it."""
    folder = root / "include" / "rampart"
    includes = {str(file.relative_to(folder)): re.findall(r'#include "rampart/(detail/[^"]+)"', file.read_text())
                for file in folder.rglob("*.hpp")}
    changed = True
    while changed:
        changed = False
        for header, details in includes.items():
            owner = table.owner.get(header)
            for detail in details if owner in table.direct else ():
                now = table.owner.get(detail)
                if now is None or (owner != now and owner in table.closure(now)):
                    table.owner[detail], changed = owner, True


def check_cmake(root, table):
    """CMakeLists.txt links what the table allows, no more and no less."""
    text = (root / "CMakeLists.txt").read_text()
    rows = {name: (rest or "").split() for name, rest in
            re.findall(r"^rampart_module\((\w+)(?:\s+DEPENDS\s+([^)]*))?\)", text, re.M)}

    def reach(name):
        return {name}.union(*(reach(other) for other in rows.get(name, [])))

    for name in sorted(set(rows) | (set(table.direct) - {"apps"})):
        if name not in rows or name not in table.direct:
            yield f"CMakeLists.txt: module {name} is missing here or in the table"
        elif reach(name) != table.closure(name):
            yield f"CMakeLists.txt: {name} links {sorted(reach(name))}, the table says {sorted(table.closure(name))}"


def library_of(path):
    prefixes = [prefix for prefix in LIBRARIES if path.startswith(prefix)]
    return LIBRARIES[max(prefixes, key=len)] if prefixes else None


def may_use(table, module, file, library):
    own = dict(table.libraries[module])
    for other in table.closure(module) - {module}:
        own.update({name: None for name in table.libraries[other] if name in PASSED_ON})
    if library == "Boost":
        return bool(BOOST & set(own))
    return library in own and (own[library] is None or own[library] in str(file))


def module_of_include(root, table, file, path):
    """The module an #include "path" belongs to, or None for the file's own folder, or an error text."""
    head, _, rest = path.partition("/")
    if head == "rampart" and (root / "include" / path).exists():
        owner = table.owner.get(rest)
        return owner or f"public header {path} has no owner in docs/architecture.md"
    if head in table.direct and (root / "src" / path).exists():
        return head
    if (file.parent / path).exists() or (root / "apps" / path).exists():
        return None
    return f"{path} is no file of src/ or include/"


def check_file(root, table, file):
    relative = file.relative_to(root)
    public = relative.parts[0] == "include"
    module = {"src": relative.parts[1], "apps": "apps"}.get(relative.parts[0])
    if public:
        module = table.owner.get("/".join(relative.parts[2:]))
    if module not in table.direct:
        yield f"{relative}: belongs to no module of the table"
        return
    text = re.sub(r"/\*.*?\*/", lambda m: "\n" * m.group().count("\n"), file.read_text(), flags=re.S)
    for match in INCLUDE.finditer(text):
        where = f"{relative}:{text.count(chr(10), 0, match.start()) + 1}"
        path = match[2]
        library = library_of(path)
        if library:
            if not may_use(table, module, relative, library):
                yield f"{where}: {module} may not include {library} here ({path})"
        elif match[1] == '"' or path.startswith("rampart/"):
            other = module_of_include(root, table, file, path)
            if other in table.direct:
                if other not in table.closure(module):
                    yield f"{where}: {module} may not include {other} ({path})"
                if public and not path.startswith("rampart/"):
                    yield f"{where}: a public header includes a private one ({path})"
            elif other:
                yield f"{where}: {other}"


def check(root):
    table = Table((root / "docs" / "architecture.md").read_text())
    table.check()
    yield from table.errors
    adopt_details(root, table)
    yield from check_cmake(root, table)
    for folder in ("src", "include", "apps"):
        for file in sorted((root / folder).rglob("*.[ch]pp")):
            yield from check_file(root, table, file)


if __name__ == "__main__":
    found = list(check(Path(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).parents[1]).resolve()))
    for line in found:
        print(line)
    sys.exit(1 if found else 0)
