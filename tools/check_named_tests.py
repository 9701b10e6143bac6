#!/usr/bin/env python3
"""Documents that say which test holds what they promise name tests that exist.

A name is `Suite.Test` of a unit test, `system.topic` or `conformance.run` of ctest, or a path below
tests/. Usage: check_named_tests.py [ROOT]
"""
import re
import sys
from pathlib import Path

DOCUMENTS = ("docs/**/*.md", "README.md", "CONTRIBUTING.md")
GROUPS = ("system", "conformance")  # of ctest, each registered by the CMakeLists.txt of its folder


def unit_tests(root):
    """{"Suite.Test"} of tests/unit."""
    return {f"{suite}.{name}" for path in (root / "tests" / "unit").rglob("*.cpp")
            for suite, name in re.findall(r"^TEST(?:_F|_P)?\((\w+),\s*(\w+)\)", path.read_text(), re.M)}


def is_registered(root, group, topic):
    lists = root / "tests" / group / "CMakeLists.txt"
    text = lists.read_text() if lists.exists() else ""
    # What a loop registers stands there with the loop's variable.
    return re.search(rf"\b{topic}\b", text) or f"{group}.{topic.rpartition('_')[0]}_${{" in text


def check(root):
    known, findings = unit_tests(root), []
    for document in sorted(path for pattern in DOCUMENTS for path in root.glob(pattern)):
        for number, line in enumerate(document.read_text().splitlines(), 1):
            where = f"{document.relative_to(root)}:{number}: no test is called"
            for name in re.findall(r"`([A-Z]\w*\.[A-Z]\w*)`", line):
                if name not in known:
                    findings.append(f"{where} {name}")
            for group, topic in re.findall(rf"`({'|'.join(GROUPS)})\.(\w+)`", line):
                if not is_registered(root, group, topic):
                    findings.append(f"{where} {group}.{topic}")
            for path in re.findall(r"`(tests/[\w./-]+)`", line):
                if not (root / path).exists():
                    findings.append(f"{document.relative_to(root)}:{number}: there is no {path}")
    return findings


if __name__ == "__main__":
    found = check(Path(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).resolve().parent.parent))
    print("\n".join(found), end="\n" if found else "")
    sys.exit(1 if found else 0)
