#!/usr/bin/env python3
"""Writes requests.json: random requests, each with the signature that botocore gives it.

It needs botocore (1.43 was used). The bytes come out the same each time.
"""

import datetime
import json
import pathlib
import random
import urllib.parse

import botocore.auth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import Credentials

CASES = 300
PIECES = [
    "a", "Z", "0", "9", "key", "log.ndjson", "dt=2024-01-31", "/", "//", "/./", "/../", ".", "..", " ", "  ", "+", "=",
    "&", "%", "%2F", "%zz", "é", "e\u0301", "日本", "😀", "~", "-", "_", "*", "'", '"', "(", ")", "!", "@", "$", ",",
    ";", ":", "?", "#", "[", "]", "{", "}", "|", "\\", "^", "`", "<", ">", "\x7f",
]
SERVICES = ["s3", "s3", "kinesis", "sts", "execute-api"]
REGIONS = ["us-east-1", "eu-central-1", "cn-north-1", "us-gov-west-1"]


def text(rng, longest):
    return "".join(rng.choice(PIECES) for _ in range(rng.randint(0, longest)))


def header_value(rng):
    words = ["bytes=0-9", "a", "B c", "x   y", "  left", "right  ", "é", "1", '"q  q"', ""]
    return rng.choice(words)


def case(rng):
    service = rng.choice(SERVICES)
    body = rng.choice(["", "", '{"Limit":10000}', "Param=é", "x" * 100])
    headers = [["Host", rng.choice(["example.com", "b.s3.eu-central-1.amazonaws.com", "localhost:9000", "[::1]:9000"])]]
    names = ["Range", "X-Amz-Target", "x-amz-request-payer", "Content-Type", "My-Header", "my-header", "If-Match"]
    headers += [[rng.choice(names), header_value(rng)] for _ in range(rng.randint(0, 4))]
    return {
        "service": service,
        "region": rng.choice(REGIONS),
        "key": "AKID%016d" % rng.randint(0, 10**16 - 1),
        "secret": "".join(rng.choice("abcXYZ019+/") for _ in range(40)),
        "token": rng.choice([None, "FwoGZXIvYXdzE" + "".join(rng.choice("abcXYZ019+/=") for _ in range(50))]),
        "time": rng.randint(0, 4_000_000_000),
        "method": "POST" if body else rng.choice(["GET", "HEAD", "PUT"]),
        "path": "/" + text(rng, 6),
        "query": [[text(rng, 3), text(rng, 3)] for _ in range(rng.randint(0, 4))],
        "headers": headers,
        "body": body,
    }


def sign(case):
    query = "&".join(
        urllib.parse.quote(name, safe="") + "=" + urllib.parse.quote(value, safe="") for name, value in case["query"])
    url = "https://host" + urllib.parse.quote(case["path"], safe="/") + ("?" + query if query else "")
    request = AWSRequest(method=case["method"], url=url, data=case["body"].encode() or None)
    for name, value in case["headers"]:
        request.headers.add_header(name, value)
    request.context["client_config"] = Config(s3={"payload_signing_enabled": True})
    moment = datetime.datetime.fromtimestamp(case["time"], datetime.timezone.utc).replace(tzinfo=None)
    botocore.auth.get_current_datetime = lambda *_, **__: moment
    signer = botocore.auth.S3SigV4Auth if case["service"] == "s3" else botocore.auth.SigV4Auth
    credentials = Credentials(case["key"], case["secret"], case["token"])
    signer(credentials, case["service"], case["region"]).add_auth(request)
    assert request.headers["X-Amz-Date"] == moment.strftime("%Y%m%dT%H%M%SZ")
    return request.headers["Authorization"]


def main():
    rng = random.Random(7)
    cases = [case(rng) for _ in range(CASES)]
    for each in cases:
        each["authorization"] = sign(each)
    lines = ",\n".join(json.dumps(each, ensure_ascii=True, separators=(",", ":")) for each in cases)
    pathlib.Path(__file__).with_name("requests.json").write_text("[\n" + lines + "\n]\n")


if __name__ == "__main__":
    main()
