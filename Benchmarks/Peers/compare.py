#!/usr/bin/env python3
"""Measures Odometer beside DuckDB and ClickHouse (chDB) at one job: `make bench-peers`.

    compare.py [--products DIR] [--events 4000000] [--rounds 5] [--only job,core,gzip,lz4,s3,scaling,start]

The contenders run in turn, each over input that is in the page cache; Odometer into a ledger that does not exist. The
totals of each run are compared: they must agree to the last digit, or the exit status is 1. README.md here tells the job.
"""

import argparse
import contextlib
import os
import pathlib
import subprocess
import sys

import chart
import report
from contenders import Disagreement, Odometer, Peer, Referee
from inputs import Inputs

ROOT = pathlib.Path(__file__).resolve().parents[2]
# The size that results are published for, and how often at least each contender runs for them.
EVENTS = 4_000_000
ROUNDS = 5
STARTS = 20
FEW = 100
PARTS = ("job", "core", "gzip", "lz4", "s3", "scaling", "start")


class Bench:
    def __init__(self, home, products, events, rounds):
        self.inputs = Inputs(home, products / "odometer-fixtures")
        self.referee = Referee(home)
        self.odometer = Odometer(products / "odometer")
        self.duckdb = Peer("DuckDB", "duckdb_job.py", home)
        self.chdb = Peer("chDB", "chdb_job.py", home)
        self.events = events
        self.rounds = rounds

    def contenders(self):
        return [self.odometer, self.duckdb, self.chdb]

    def part(self, name):
        print(f"\n{name}", flush=True)
        if name in ("gzip", "lz4"):
            return self.compressed(name)
        return {"job": self.job, "core": self.core, "s3": self.s3, "scaling": self.scaling, "start": self.start}[name]()

    def job(self):
        job = self.inputs.plain(self.events)
        return self.race([(each.name, each, job, 2, None) for each in self.contenders()]
                         + [("Odometer, one worker", self.odometer, job, 1, None)])

    def core(self):
        job = self.inputs.plain(self.events)
        one = {max(os.sched_getaffinity(0))}
        return self.race([(each.name, each, job, 1, one) for each in self.contenders()])

    def compressed(self, kind):
        job = self.inputs.compressed(self.events, kind)
        # DuckDB reads no LZ4.
        able = [each for each in self.contenders() if kind != "lz4" or each is not self.duckdb]
        return self.race([(each.name, each, job, 2, None) for each in able])

    def s3(self):
        job = self.inputs.plain(self.events)
        with serving(job.directory) as port:
            bucket = self.inputs.bucket(self.events, port)
            return self.race([("from files", self.odometer, job, 2, None), ("from S3", self.odometer, bucket, 2, None)])

    def scaling(self):
        jobs = [self.inputs.plain(size) for size in (self.events // 4, self.events, self.events * 4)]
        return self.race([(f"{job.events:,} events", self.odometer, job, 2, None) for job in jobs])

    def start(self):
        job = self.inputs.plain(FEW)
        return self.race([(f"{FEW} events", self.odometer, job, 2, None)], STARTS)

    def race(self, entries, rounds=None):
        """Entries are label, contender, input, how many threads, and the cores to keep to."""
        series = {label: report.Series(job) for label, _, job, _, _ in entries}
        for _ in range(rounds or self.rounds):
            for label, contender, job, parallel, cores in entries:
                job.warm()
                # What another has written is not to be waited for by this one.
                os.sync()
                run = contender.run(job, parallel, cores)
                self.referee.check(contender, job)
                series[label].runs.append(run)
                print(f"  {label:<24} {run.seconds:8.3f} s {run.processor:8.3f} s of processor"
                      f" {run.peak / 1e6:8.0f} MB", flush=True)
        return series


@contextlib.contextmanager
def serving(directory):
    """A bucket of a directory's files, on the port that it is given; nobody looks at the signatures."""
    os.environ.update(AWS_ACCESS_KEY_ID="benchmark", AWS_SECRET_ACCESS_KEY="benchmark")
    server = subprocess.Popen(
        [sys.executable, pathlib.Path(__file__).parent / "bucket.py", directory], stdin=subprocess.PIPE,
        stdout=subprocess.PIPE, text=True)
    try:
        yield int(server.stdout.readline())
    finally:
        server.stdin.close()
        server.wait()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--products", type=pathlib.Path, default=ROOT / ".build" / "release")
    parser.add_argument("--events", type=int, default=EVENTS)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--only", default=",".join(PARTS))
    options = parser.parse_args()
    wanted = options.only.split(",")
    if not set(wanted) <= set(PARTS):
        parser.error(f"--only takes {', '.join(PARTS)}")
    home = ROOT / ".build" / "bench-peers"
    home.mkdir(parents=True, exist_ok=True)
    bench = Bench(home, options.products.resolve(), options.events, options.rounds)
    try:
        parts = {name: bench.part(name) for name in PARTS if name in wanted}
    except Disagreement as error:
        sys.exit(str(error))
    is_whole = options.events == EVENTS and options.rounds >= ROUNDS and len(parts) == len(PARTS)
    results = ROOT / "Benchmarks" / "Results" if is_whole else home
    results.mkdir(exist_ok=True)
    machine = report.Machine(ROOT, home)
    text = report.markdown(parts, machine, [each.version for each in bench.contenders()], options.rounds)
    (results / "peers.md").write_text(text, encoding="utf-8")
    if set(parts) & set(report.RACES):
        (results / "peers.svg").write_text(chart.svg(parts, machine), encoding="utf-8")
    print("\n" + text)
    print(f"\nAll totals agree. Written to {results.relative_to(ROOT)}/peers.md and peers.svg")


if __name__ == "__main__":
    main()
