#!/usr/bin/env python3
"""Tests buckets and streams with real servers: radosgw, moto, and a strict Kinesis. README.md here says what it shows.

    run.py [changes] [faults] [kills] [streams] [moto] [speed]     all of them when none is named

ODOMETER_AWS_SCALE=0.1 makes each smaller, ODOMETER_AWS_SEED=7 chooses other random moments and faults,
ODOMETER_BINARY=/path tests another program.
"""

import os
import pathlib
import shutil
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "Tailing"))

import changes
import faults
import kills
import speed
import streams
from checks import Checks
from processes import end_on_signals
from store import Store

BUCKETS = ("changes", "faults", "kills", "speed")
STREAMS = ("streams", "moto")


def main():
    end_on_signals()
    scale = float(os.environ.get("ODOMETER_AWS_SCALE", "1"))
    seed = int(os.environ.get("ODOMETER_AWS_SEED", "1"))
    wanted = sys.argv[1:] or ["changes", "faults", "kills", "streams", "moto", "speed"]
    if not set(wanted) <= set(BUCKETS + STREAMS):
        sys.exit(__doc__)
    checks = Checks()
    if set(wanted) & set(BUCKETS):
        home = pathlib.Path(tempfile.mkdtemp(prefix="odometer-radosgw-"))
        with Store(home) as store:
            if "changes" in wanted:
                changes.run(checks, store)
            if "faults" in wanted:
                faults.run(checks, store, max(1, int(1_000 * scale)), seed)
            if "kills" in wanted:
                kills.run(checks, store, max(1, int(200 * scale)), seed)
            if "speed" in wanted:
                speed.run(checks, store, scale)
        shutil.rmtree(home, ignore_errors=True)
    if "streams" in wanted:
        streams.run(checks, scale, seed)
    if "moto" in wanted:
        streams.run_moto(checks)
    checks.end()


if __name__ == "__main__":
    main()
