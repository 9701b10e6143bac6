#!/usr/bin/env python3
"""Starts an example with --stdio and holds its dialog with it, once in each era of the protocol.

Usage: run_examples.py BINARY DIALOG
"""
import sys

from dialog import Legacy, Mismatch, Modern, hold, read_dialog


def main(binary, path):
    dialog = read_dialog(path)
    try:
        for client in (Modern, Legacy):
            hold([binary, "--stdio"], dialog, client)
    except Mismatch as problem:
        print(f"{path}: {problem}", file=sys.stderr)
        return 1
    print(f"{len(dialog)} exchanges in each of two eras")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
