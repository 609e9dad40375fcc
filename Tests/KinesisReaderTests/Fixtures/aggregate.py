#!/usr/bin/env python3
"""Writes aggregated.json: records as a producer aggregates them, and what is in them.

They are made by AWS's own library for Python, aws_kinesis_agg 1.2.3 (needs protobuf and six): a second opinion on the
format. Run it with the folder of the file as its argument; it writes the same bytes each time.
"""
import base64
import hashlib
import json
import os
import random
import sys

os.environ.setdefault("PROTOCOL_BUFFERS_PYTHON_IMPLEMENTATION", "python")

from aws_kinesis_agg import aggregator  # noqa: E402


def aggregate(records):
    """records: (partition key, explicit hash key or None, data)"""
    record = aggregator.AggRecord(1 << 20)
    for key, explicit, data in records:
        assert record.add_user_record(key, data, explicit)
    _, _, contents = record.get_contents()
    return contents


def hash_key(key, explicit):
    return int(explicit) if explicit is not None else int.from_bytes(hashlib.md5(key.encode()).digest(), "big")


def main(folder):
    dice = random.Random(4)
    cases = []

    def case(records):
        contents = aggregate(records)
        cases.append(
            {
                "record": base64.b64encode(contents).decode(),
                "elements": [
                    {"data": base64.b64encode(data).decode(), "hashKey": str(hash_key(key, explicit))}
                    for key, explicit, data in records
                ],
            }
        )

    case([("a", None, b"{}")])
    case([("a", None, b""), ("a", None, b"second"), ("b", "0", b"third")])
    case([("é☃", None, b"\xff\x00\xfe"), ("x" * 256, str(2**128 - 1), b"y" * 300)])
    for _ in range(40):
        keys = ["key-%d" % dice.randrange(1000) for _ in range(1 + dice.randrange(6))]
        records = []
        for _ in range(1 + dice.randrange(50)):
            explicit = str(dice.randrange(2**128)) if dice.random() < 0.3 else None
            records.append((dice.choice(keys), explicit, dice.randbytes(dice.randrange(200))))
        case(records)
    with open(os.path.join(folder, "aggregated.json"), "w") as file:
        json.dump(cases, file, indent=0)
        file.write("\n")


main(sys.argv[1])
