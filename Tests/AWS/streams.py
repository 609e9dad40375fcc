"""Streams: a strict Kinesis under resharding and kills, 64 shards at once, aggregated records; and moto's, for the wire format."""

import collections
import json
import random
import sys
import time
import uuid

import boto3
import botocore.config
import requests

from aggregation import aggregate
from buckets import BucketOdometer
from checks import figure
from events import check_totals, configure, event
from odometer import PRODUCTS
from processes import free_port, wait_until

KEYS = {"AWS_ACCESS_KEY_ID": "AKTEST", "AWS_SECRET_ACCESS_KEY": "SKTEST", "AWS_REGION": "us-east-1"}


def run(checks, scale, seed):
    with checks.part("Splits, merges and splits of splits while records come and the reader is killed") as (children, home):
        resharding(checks, children, home, max(4, int(200 * scale)), seed)
    with checks.part("64 shards at once, with aggregated records") as (children, home):
        many_shards(checks, children, home, max(640, int(640_000 * scale)))


def run_moto(checks):
    with checks.part("moto, as a second opinion on the wire format") as (children, home):
        port = free_port()
        children.start([sys.executable, "-m", "moto.server", "-p", str(port)], stdout=open(home / "moto", "wb"),
                       stderr=open(home / "moto.errors", "wb"))
        wait_until(lambda: answers(port), "moto answers")
        client = connect(port)
        client.create_stream(StreamName="usage", ShardCount=4)
        put(client, [(str(number), event(number)) for number in range(3_000)])
        odometer = BucketOdometer(children, configure(home, source(port)), KEYS)
        odometer.run_until_idle()
        check_totals(checks, odometer, range(3_000), "moto's stream")
        put(client, [(str(number), event(number)) for number in range(3_000, 4_000)])
        odometer.run_until_idle()
        check_totals(checks, odometer, range(4_000), "moto's stream, later")


def source(port, more=""):
    return f'kinesis: {{stream: usage, endpoint: "http://127.0.0.1:{port}", region: us-east-1{more}}}'


def connect(port):
    return boto3.session.Session().client(
        "kinesis", endpoint_url=f"http://127.0.0.1:{port}", region_name="us-east-1", aws_access_key_id="AKTEST",
        aws_secret_access_key="SKTEST", config=botocore.config.Config(retries={"max_attempts": 10, "mode": "standard"}))


def answers(port):
    try:
        return requests.get(f"http://127.0.0.1:{port}/", timeout=1).status_code > 0
    except requests.RequestException:
        return False


def strict(children, home, *options):
    """Starts the strict Kinesis; returns its port."""
    port = free_port()
    children.start(
        [PRODUCTS / "strict-kinesis", *options, "--port", str(port)], stdout=open(home / "kinesis", "wb"),
        stderr=open(home / "kinesis.errors", "wb"))
    wait_until(lambda: b"ready" in (home / "kinesis").read_bytes(), "the strict Kinesis listens")
    return port


def put(client, records):
    """Puts pairs of a partition key and data, each until it is taken, in order."""
    waiting = [{"PartitionKey": key, "Data": data} for key, data in records]
    while waiting:
        answer = client.put_records(StreamName="usage", Records=waiting[:400])
        failed = [record for record, result in zip(waiting, answer["Records"]) if "ErrorCode" in result]
        waiting = failed + waiting[400:]
        if failed:
            time.sleep(0.05)


def resharding(checks, children, home, kills, seed):
    dice = random.Random(seed)
    port = strict(children, home)
    client = connect(port)
    client.create_stream(StreamName="usage", ShardCount=2)
    odometer = BucketOdometer(children, configure(home, source(port), commit="50ms"), KEYS)
    numbers, conflicts, changed = [], 0, collections.Counter()
    for _ in range(kills):
        odometer.start()
        for _ in range(dice.randrange(3)):
            first = len(numbers)
            batch = range(first, first + dice.choice((1, 30, 300)))
            numbers += batch
            put(client, [(str(number % 50), event(number)) for number in batch])
        if dice.random() < 0.3:
            changed[reshard(client, dice)] += 1
        if numbers and dice.random() < 0.5:
            # Another event under an earlier one's id and key: in the key's order, the first one counts.
            number = dice.choice(numbers)
            other = json.loads(event(number))
            other["data"]["bytes"] = number + 1_000_000
            client.put_record(
                StreamName="usage", PartitionKey=str(number % 50), Data=json.dumps(other, separators=(",", ":")))
            conflicts += 1
        time.sleep(dice.random() * 0.3)
        odometer.kill()
    odometer.start()
    wait_until(lambda: odometer.counts()["accepted"] >= len(numbers), "all is counted")
    wait_until(lambda: odometer.counts()["records_read"] >= len(numbers) + conflicts, "conflicts are found")
    checks.equal(odometer.stop(), 0, "exit status")
    counts = odometer.counts()
    # Two events under the id of the same first one are conflicts with it, and the second a repeat of the conflict.
    checks.equal(counts["conflicts"] + counts["duplicates"], conflicts, "conflicts")
    checks.equal(counts["accepted"], len(numbers), "accepted")
    checks.equal(counts["records_read"], len(numbers) + conflicts, "read")
    checks.equal(
        sum(odometer.totals("bytes", ["tenant"]).values()), sum(numbers), "the first of each id counts, in order of its key")
    figure("events, kills, reshardings", f"{len(numbers)}, {kills}, {dict(changed)}")


def reshard(client, dice):
    """Splits or merges an open shard; tells what."""
    shards, answer = [], client.list_shards(StreamName="usage")
    while True:
        shards += answer["Shards"]
        if "NextToken" not in answer:
            break
        answer = client.list_shards(NextToken=answer["NextToken"])
    open_ones = sorted(
        (shard for shard in shards if "EndingSequenceNumber" not in shard["SequenceNumberRange"]),
        key=lambda shard: int(shard["HashKeyRange"]["StartingHashKey"]))
    if len(open_ones) < 3 or dice.random() < 0.5 and len(open_ones) < 12:
        shard = dice.choice(open_ones)
        low, high = (int(shard["HashKeyRange"][name]) for name in ("StartingHashKey", "EndingHashKey"))
        client.split_shard(
            StreamName="usage", ShardToSplit=shard["ShardId"], NewStartingHashKey=str((low + high) // 2 + 1))
        return "split"
    place = dice.randrange(len(open_ones) - 1)
    client.merge_shards(
        StreamName="usage", ShardToMerge=open_ones[place]["ShardId"],
        AdjacentShardToMerge=open_ones[place + 1]["ShardId"])
    return "merge"


def many_shards(checks, children, home, count):
    port = strict(children, home, "--no-throttles")
    client = connect(port)
    client.create_stream(StreamName="usage", ShardCount=64)
    # Each record of the stream holds 100 events of one key.
    records = []
    for start in range(0, count, 100):
        key = str(uuid.UUID(int=start))
        records.append((key, aggregate([(key, event(number).encode()) for number in range(start, min(count, start + 100))])))
    for start in range(0, len(records), 400):
        put(client, records[start:start + 400])
    odometer = BucketOdometer(children, configure(home, source(port), commit="1s"), KEYS)
    start = time.monotonic()
    odometer.run_until_idle()
    took = time.monotonic() - start
    check_totals(checks, odometer, range(count), "64 shards")
    partitions = odometer.status()["sources"][0]["partitions"]
    checks.equal(len(partitions), 64, "shards in the ledger")
    figure("events of 64 shards, aggregated by 100", f"{count:,} in {took:.1f} s, {count / took:,.0f}/s")
