"""Reads logs a second time, plainly, to compare Odometer's totals with."""

import gzip
import json


def lines_of(paths):
    """All lines of the files, compressed or not, and the unfinished last ones, all without line ends."""
    lines, unfinished = [], []
    for path in paths:
        opened = gzip.open if path.suffix == ".gz" else open
        with opened(path, "rb") as file:
            *whole, rest = file.read().split(b"\n")
        lines += whole
        unfinished += [rest] if rest else []
    return lines, unfinished


def totals_of(lines, key_of):
    """Requests and bytes by key."""
    requests, sizes = {}, {}
    for line in lines:
        record = json.loads(line)
        key = key_of(record)
        requests[key] = requests.get(key, 0) + 1
        sizes[key] = sizes.get(key, 0) + record["bytes"]
    return requests, sizes


def write_lines(path, lines):
    path.parent.mkdir(exist_ok=True)
    with open(path, "wb") as file:
        file.writelines(line + b"\n" for line in lines)
