#!/usr/bin/env python3
"""Odometer and rsyslog over the same files, in turn: megabytes a second of both.

    beside.py [--lines 4000000] [--rounds 3]

Odometer checks every record against the schema, deduplicates, meters and commits durably, and ends. rsyslog reads with
imfile and copies each line to one file with omfile; it is done when the file is as long as the input. It syncs nothing,
and keeps its positions only now and then. No result is asserted but that both did their work; speed is only told.
"""

import argparse
import hashlib
import shutil
import sys
import time

from checks import Checks, figure
from odometer import PRODUCTS, Odometer
from processes import end_on_signals, kill, succeed, wait_until

FILES = 4

# As Debian brings it, but for a longer queue and longer batches than a trickle needs. The lines stay what they are.
RSYSLOG = """
global(workDirectory="{work}")
module(load="imfile" mode="inotify")
main_queue(queue.type="FixedArray" queue.size="100000" queue.dequeueBatchSize="1024")
template(name="line" type="string" string="%msg%\\n")
input(type="imfile" file="{logs}/*.ndjson" tag="log")
action(type="omfile" file="{output}" template="line" ioBufferSize="256k")
"""


def run(checks, lines, rounds=3):
    with checks.part(f"Beside rsyslog: {lines:,} events, {rounds} rounds") as (children, home):
        Race(checks, children, home, lines).run(rounds)


class Race:
    def __init__(self, checks, children, home, lines):
        self.checks = checks
        self.children = children
        self.home = home
        self.lines = lines
        clean = [word for share in ("duplicates", "conflicts", "malformed") for word in (f"--{share}", "0")]
        succeed([PRODUCTS / "odometer-fixtures", "generate", "--output", home, "--events", str(lines),
                 "--files", str(FILES), *clean])
        self.logs = sorted((home / "logs").glob("*.ndjson"))
        self.bytes = sum(path.stat().st_size for path in self.logs)
        self.odometer = Odometer(children, home / "odometer.yaml")

    def run(self, rounds):
        figure("input", f"{self.bytes / 1e6:,.0f} MB in {FILES} files")
        seconds = {"Odometer": [], "rsyslog": []}
        for _ in range(rounds):
            self.read_input()
            seconds["Odometer"].append(self.time_odometer())
            self.read_input()
            seconds["rsyslog"].append(self.time_rsyslog())
        rates = {name: sorted(self.bytes / 1e6 / each for each in all) for name, all in seconds.items()}
        medians = {name: all[len(all) // 2] for name, all in rates.items()}
        for name, all in rates.items():
            figure(name, f"{medians[name]:,.0f} MB/s (from {all[0]:,.0f} to {all[-1]:,.0f}), "
                   f"{medians[name] * 1e6 * self.lines / self.bytes:,.0f} lines/s")
        figure("Odometer / rsyslog", f"{medians['Odometer'] / medians['rsyslog']:.2f}")

    def read_input(self):
        """Has the input in the page cache, for both alike."""
        for path in self.logs:
            with open(path, "rb") as file:
                while file.read(1 << 20):
                    pass

    def time_odometer(self):
        shutil.rmtree(self.home / "ledger", ignore_errors=True)
        began = time.monotonic()
        self.odometer.run_until_idle()
        took = time.monotonic() - began
        self.checks.equal(self.odometer.counts()["accepted"], self.lines, "events that Odometer counted")
        return took

    def time_rsyslog(self):
        work, output = self.home / "work", self.home / "copy"
        shutil.rmtree(work, ignore_errors=True)
        output.unlink(missing_ok=True)
        work.mkdir()
        configuration = self.home / "rsyslog.conf"
        configuration.write_text(RSYSLOG.format(work=work, logs=self.home / "logs", output=output))
        began = time.monotonic()
        daemon = self.children.start(["/usr/sbin/rsyslogd", "-n", "-f", configuration, "-i", work / "pid"])
        wait_until(lambda: self.is_copied(daemon, output), "rsyslog has copied everything", seconds=300, every=0.01)
        took = time.monotonic() - began
        kill(daemon)
        self.checks.equal(lines_digest([output]), lines_digest(self.logs), "the lines that rsyslog copied")
        return took

    def is_copied(self, daemon, output):
        if daemon.poll() is not None:
            raise RuntimeError(f"rsyslogd ended with {daemon.returncode}")
        return output.exists() and output.stat().st_size >= self.bytes


def lines_digest(paths):
    """The same for the same lines in any order: rsyslog takes turns between files."""
    total = 0
    for path in paths:
        with open(path, "rb") as file:
            for line in file:
                total += int.from_bytes(hashlib.blake2b(line, digest_size=8).digest(), "little")
    return total


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lines", type=int, default=4_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    end_on_signals()
    checks = Checks()
    run(checks, options.lines, options.rounds)
    sys.exit(1 if checks.failures else 0)


if __name__ == "__main__":
    main()
