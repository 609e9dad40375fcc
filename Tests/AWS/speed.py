"""How fast a bucket is read: many keys, small objects, and large ones beside the AWS CLI and boto3."""

import concurrent.futures
import os
import pathlib
import shutil
import statistics
import subprocess
import time

from buckets import PROGRAM, BucketOdometer, source
from checks import figure
from events import configure, lines
from store import ENDPOINT, KEYS

PART = 64 << 20
READ_BUCKET = pathlib.Path(__file__).resolve().parents[2] / ".build" / "release" / "read-bucket"
READER = "the reader alone"
PIPELINE = "odometer, the whole way to the ledger"


def run(checks, store, scale):
    with checks.part("100,000 keys, 20,000 of them objects with events") as (children, home):
        small(checks, store, children, home, int(100_000 * scale))
    with checks.part("4 GB in objects of 64 MB, beside aws s3 cp and boto3 with 16 threads") as (children, home):
        large(checks, store, children, home, max(2, int(64 * scale)))


def small(checks, store, children, home, keys):
    store.make("small")
    store.put_all("small", (
        (f"logs/{number:06}", lines(range(number, number + 5)) if number % 5 == 0 else b"") for number in range(keys)))
    odometer = BucketOdometer(children, configure(home, source("small", "logs/"), commit="1s"))
    start = time.monotonic()
    odometer.backfill()
    whole = time.monotonic() - start
    checks.equal(odometer.counts()["accepted"], keys, "events")
    figure(f"{keys:,} keys listed and {keys // 5:,} objects read", f"{whole:.1f} s")
    start = time.monotonic()
    odometer.backfill()
    again = time.monotonic() - start
    figure("listed again, nothing new", f"{again:.1f} s, {keys / again:,.0f} keys/s")
    checks.equal(odometer.counts()["records_read"], keys, "records, after a second listing")


def large(checks, store, children, home, objects):
    store.make("large")
    sample = lines(range(PART // 300 * 2), size=120)[:PART]
    sample = sample[:sample.rindex(b"\n") + 1].replace(b'"id":"e', b'"id":"@@@-')
    per_object = sample.count(b"\n")
    for number in range(objects):
        store.put("large", f"logs/{number:03}", sample.replace(b"@@@", b"%03d" % number))
    size = objects * len(sample)
    rounds = {READER: [], PIPELINE: [], "aws s3 cp": [], "boto3, 16 threads": []}
    for turn in range(3):
        rounds[READER].append(reader_alone(checks, size))
        rounds[PIPELINE].append(ours(checks, children, home / f"ours{turn}", objects * per_object))
        rounds["aws s3 cp"].append(command_line(home / "copies"))
        rounds["boto3, 16 threads"].append(sdk(store, objects))
    for name, times in rounds.items():
        figure(name, f"{size / statistics.median(times) / 1e6:,.0f} MB/s (median of {len(times)})")
    for name in ("aws s3 cp", "boto3, 16 threads"):
        for mine in (READER, PIPELINE):
            ratio = statistics.median(rounds[name]) / statistics.median(rounds[mine])
            figure(f"{mine}, speed of {name}", f"{ratio:.2f} times")
            # Those two only copy, which is what the reader does.
            checks.that(mine == PIPELINE or ratio > 1, f"reading is not faster than {name}")


def reader_alone(checks, size):
    """Reads as a source does, and does nothing with it."""
    start = time.monotonic()
    told = subprocess.run(
        [READ_BUCKET, ENDPOINT, "large"], check=True, env={**os.environ, **KEYS}, capture_output=True, text=True).stdout
    took = time.monotonic() - start
    checks.equal(int(told.split()[0]), size, "bytes")
    return took


def ours(checks, children, home, events):
    home.mkdir()
    odometer = BucketOdometer(children, configure(home, source("large", "logs/"), commit="1s"))
    start = time.monotonic()
    odometer.backfill()
    took = time.monotonic() - start
    checks.equal(odometer.counts()["accepted"], events, "events")
    return took


def command_line(home):
    """Copies to memory, where there is room for it."""
    target = "/dev/shm/odometer-copies"
    shutil.rmtree(target, ignore_errors=True)
    start = time.monotonic()
    try:
        subprocess.run(
            ["aws", "--endpoint-url", ENDPOINT, "s3", "cp", "--recursive", "--quiet", "s3://large/logs/", target],
            check=True, env={**os.environ, **KEYS, "AWS_EC2_METADATA_DISABLED": "true"})
        return time.monotonic() - start
    finally:
        shutil.rmtree(target, ignore_errors=True)


def sdk(store, objects):
    def fetch(number):
        body = store.client.get_object(Bucket="large", Key=f"logs/{number:03}")["Body"]
        while body.read(1 << 20):
            pass

    start = time.monotonic()
    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        list(pool.map(fetch, range(objects)))
    return time.monotonic() - start
