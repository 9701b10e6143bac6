"""A scrape as data: families with their types, samples with their labels."""
import re

SAMPLE = re.compile(r"^(\w+)(?:\{(.*)\})? (\S+)$")
LABEL = re.compile(r'(\w+)="((?:[^"\\]|\\.)*)",?')


class Scrape:
    def __init__(self, text):
        self.text = text
        self.types = dict(re.findall(r"^# TYPE (\S+) (\S+)$", text, re.M))
        self.samples = []
        for line in text.splitlines():
            if line and not line.startswith("#"):
                name, labels, value = SAMPLE.match(line).groups()
                self.samples.append((name, dict(LABEL.findall(labels or "")), float(value)))

    def value(self, name, **labels):
        """The sum of the samples of this name that carry these labels."""
        return sum(value for sample, given, value in self.samples
                   if sample == name and labels.items() <= given.items())

    def labels_of(self, family):
        """Every set of label names in the family, without `le`."""
        own = (family, f"{family}_bucket", f"{family}_sum", f"{family}_count")
        return {frozenset(labels) - {"le"} for name, labels, _ in self.samples if name in own}

    def buckets_of(self, family):
        return sorted({float(labels["le"]) for name, labels, _ in self.samples if name == f"{family}_bucket"})


def scrape(server):
    status, headers, body = server.get("/metrics", server.private_port)
    assert status == 200 and headers["Content-Type"].startswith("text/plain; version=0.0.4"), (status, headers)
    return Scrape(body)
