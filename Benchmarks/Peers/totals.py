#!/usr/bin/env python3
"""The totals of a job as a file: one line for each type, tenant and hour, in the order of their bytes.

    totals.py PROGRAM CONFIGURATION FILE

writes those of Odometer's ledger. Two jobs that came to the same have written the same bytes.
"""

import itertools
import json
import subprocess
import sys

# A type's two meters in job/odometer.yaml, and the member of its data that is added up.
METERS = {
    "api.request": ("requests", "request_bytes", "bytes"),
    "storage.write": ("writes", "written_gb", "gb"),
    "job.run": ("jobs", "job_seconds", "seconds"),
}


def write(path, rows):
    """Rows are type, tenant, hour as 2026-11-01T00:00:00Z, count, and the sum as a decimal's text."""
    with open(path, "w", encoding="utf-8") as file:
        file.writelines(sorted("\t".join((*keys, str(count), plain(value))) + "\n" for *keys, count, value in rows))


def plain(digits):
    """A decimal without the zeros at its end, that some write and some do not."""
    return digits.rstrip("0").rstrip(".") if "." in digits else digits


def differences(path, other):
    """The lines that only one of two files has, by their keys."""
    with open(path, encoding="utf-8") as one, open(other, encoding="utf-8") as two:
        first, second = ({tuple(line.split("\t")[:3]): line.split("\t")[3:] for line in file} for file in (one, two))
    for key in sorted(first.keys() | second.keys()):
        if first.get(key) != second.get(key):
            yield key, *(", sum ".join(lines[key]).strip() if key in lines else "no row" for lines in (first, second))


def odometer_rows(program, configuration):
    def usage(meter):
        command = [program, "usage", "-c", configuration, "--meter", meter, "--window", "hour", "--format", "json"]
        return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)["rows"]

    for kind, (count, total, _) in METERS.items():
        for counted, added in itertools.zip_longest(usage(count), usage(total)):
            keys = [(row["tenant"], row["window_start"]) for row in (counted, added)]
            if keys[0] != keys[1] or counted["value"] != str(added["events"]):
                raise ValueError(f"the meters {count} and {total} do not agree: {counted} and {added}")
            yield kind, *keys[0], counted["value"], added["value"]


if __name__ == "__main__":
    write(sys.argv[3], odometer_rows(*sys.argv[1:3]))
