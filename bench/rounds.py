"""Interleaved rounds of several candidates: the command line, the order, medians, the table and the file."""
import argparse
import json
import statistics
from pathlib import Path


def options_of(doc, connections, cores):
    """`doc`: what --help says; `cores`: whose they are."""
    parser = argparse.ArgumentParser(description=doc, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("binary")
    parser.add_argument("output")
    parser.add_argument("--rounds", type=int, default=6)
    parser.add_argument("--seconds", type=int, default=2)
    parser.add_argument("--connections", type=int, default=connections)
    parser.add_argument("--cores", default="0,1", help=cores)
    return parser.parse_args()


def interleaved(names, number, one):
    """{name: one(name) of each round}; every other round in reverse order."""
    rounds = {name: [] for name in names}
    for index in range(number):
        for name in names if index % 2 == 0 else names[::-1]:
            rounds[name].append(one(name))
    return rounds


def medians(mine):
    return {key: statistics.median(one[key] for one in mine) for key in ("per_second", "cpu_us", "p50_us", "p99_us")}


def ratio(mine, base, key="cpu_us"):
    """The median of the ratios in the same round."""
    return statistics.median(one[key] / other[key] for one, other in zip(mine, base))


COLUMNS = ((">8", "req/s", "per_second", ".0f", ""), (">7", "CPU us", "cpu_us", ".2f", ""),
           (">7", "p50 us", "p50_us", ".0f", ""), (">7", "p99 us", "p99_us", ".0f", ""))


def report(first, rows, more, path, options, rounds):
    """Prints a table of rows {name: {key: value}} with the heading `first` and `more` columns, each (alignment, heading,
    key, format, unit); writes all to a file."""
    columns = COLUMNS + more
    print(" ".join([f"{first:18s}", *(f"{heading:{align}}" for align, heading, *_ in columns)]))
    for name, row in rows.items():
        print(" ".join([f"{name:18s}", *(f"{format(row[key], form) + unit:{align}}" for align, _, key, form, unit in columns)]))
    Path(path).write_text(json.dumps({"options": vars(options), "summary": rows, "rounds": rounds}, indent=1))
