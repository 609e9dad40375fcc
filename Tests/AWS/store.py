"""The S3 that is tested against: radosgw of this machine, and what a test puts into it."""

import concurrent.futures
import pathlib
import subprocess
import threading

import boto3
import botocore.config

SCRIPT = pathlib.Path(__file__).resolve().parent / "radosgw.sh"
ENDPOINT = "http://127.0.0.1:7480"
KEYS = {"AWS_ACCESS_KEY_ID": "AKTEST", "AWS_SECRET_ACCESS_KEY": "SKTEST", "AWS_REGION": "us-east-1"}


class Store:
    """radosgw, from entering the `with` block to leaving it."""

    def __init__(self, home):
        self.home = home
        self.clients = threading.local()

    def __enter__(self):
        subprocess.run([SCRIPT, self.home], check=True, stdout=subprocess.DEVNULL)
        return self

    def __exit__(self, *failure):
        subprocess.run([SCRIPT, self.home, "stop"], check=False)

    @property
    def client(self):
        if not hasattr(self.clients, "made"):
            self.clients.made = boto3.session.Session().client(
                "s3", endpoint_url=ENDPOINT, region_name="us-east-1", aws_access_key_id=KEYS["AWS_ACCESS_KEY_ID"],
                aws_secret_access_key=KEYS["AWS_SECRET_ACCESS_KEY"],
                config=botocore.config.Config(
                    s3={"addressing_style": "path"}, max_pool_connections=32,
                    request_checksum_calculation="when_required", response_checksum_validation="when_required"))
        return self.clients.made

    def make(self, bucket):
        self.client.create_bucket(Bucket=bucket)

    def put(self, bucket, key, body):
        self.client.put_object(Bucket=bucket, Key=key, Body=body)

    def delete(self, bucket, key):
        self.client.delete_object(Bucket=bucket, Key=key)

    def put_all(self, bucket, objects, threads=16):
        """Puts pairs of a key and a body."""
        with concurrent.futures.ThreadPoolExecutor(threads) as pool:
            for _ in pool.map(lambda each: self.put(bucket, *each), objects, chunksize=64):
                pass
