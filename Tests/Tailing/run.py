#!/usr/bin/env python3
"""Tests tailing with real programs: nginx, logrotate, wrk and rsyslog. README.md in this directory says what it shows.

    run.py [rotation[:0,2]] [many] [beside]     all three when none is named; after the colon, ways of rotating by number

ODOMETER_TAILING_SCALE=0.5 halves the durations, ODOMETER_TAILING_SEED=7 chooses other random moments,
ODOMETER_TAILING_LINES=4000000 is the size of the race with rsyslog, ODOMETER_BINARY=/path tests another program.
"""

import os
import sys

import beside
import manyfiles
import rotation
from checks import Checks
from processes import end_on_signals

SECONDS_A_WAY = 20


def main():
    end_on_signals()
    scale = float(os.environ.get("ODOMETER_TAILING_SCALE", "1"))
    seed = int(os.environ.get("ODOMETER_TAILING_SEED", "1"))
    lines = int(os.environ.get("ODOMETER_TAILING_LINES", "1000000"))
    checks = Checks()
    for part in sys.argv[1:] or ["rotation", "many", "beside"]:
        name, _, numbers = part.partition(":")
        if name == "rotation":
            only = [int(number) for number in numbers.split(",")] if numbers else None
            rotation.run(checks, SECONDS_A_WAY * scale, seed, only)
        elif name == "many":
            manyfiles.run(checks, scale)
        elif name == "beside":
            beside.run(checks, lines)
        else:
            sys.exit(__doc__)
    checks.end()


if __name__ == "__main__":
    main()
