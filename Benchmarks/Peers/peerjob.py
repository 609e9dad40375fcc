"""What the jobs of all peers have in common: their arguments, their clock, and what they print."""

import argparse
import json
import resource
import time

import totals


def processor_seconds():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def run(description, program, execute, rows):
    """Measures `execute(directory, threads)`, after which `rows()` are the totals.

    To the peer's favour the clock begins when its library is loaded and its engine runs, and ends when the totals are in a
    table in its memory.
    """
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("directory", help="with logs and tenants.csv")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--totals", required=True, help="the file to write the totals to")
    options = parser.parse_args()
    began, used = time.monotonic(), processor_seconds()
    execute(options.directory, options.threads)
    took, used = time.monotonic() - began, processor_seconds() - used
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    totals.write(options.totals, rows())
    print(json.dumps({"program": program, "seconds": took, "processor": used, "peak": peak}))
