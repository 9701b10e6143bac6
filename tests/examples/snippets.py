#!/usr/bin/env python3
"""Every C++ block of a page stands, line by line, in a compiled example; only indentation may differ. An example is
short enough to be read at once.

Usage: snippets.py PAGE EXAMPLES_FOLDER
"""
import re
import sys
from pathlib import Path

LONGEST = 79  # lines of an example


def lines_of(text):
    return [line.strip() for line in text.strip().splitlines()]


def contains(lines, part):
    return any(lines[at:at + len(part)] == part for at in range(len(lines) - len(part) + 1))


def missing(page, sources):
    """Yields (line of the page, first line of the block) of blocks that stand in none of `sources`."""
    for block in re.finditer(r"^```cpp\n(.*?)^```$", page, re.S | re.M):
        part = lines_of(block[1])
        if not any(contains(lines_of(source), part) for source in sources):
            yield page.count("\n", 0, block.start()) + 1, part[0]


def main(page_path, folder):
    mains = sorted(Path(folder).glob("*/main.cpp"))
    page = Path(page_path).read_text(encoding="utf-8")
    problems = [f"{page_path}:{line}: no example holds this block: {first}"
                for line, first in missing(page, [main.read_text(encoding="utf-8") for main in mains])]
    problems += [f"{page_path}: examples/{main.parent.name} is not mentioned"
                 for main in mains if f"examples/{main.parent.name}" not in page]
    problems += [f"examples/{main.parent.name} has {count} lines, more than {LONGEST}"
                 for main in mains if (count := len(main.read_text(encoding="utf-8").splitlines())) > LONGEST]
    print("\n".join(problems) or f"{len(mains)} examples, all on the page")
    return 1 if problems or not mains else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
