"""Sources in a bucket: how they are written in a configuration, read, and compared."""

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "Tailing"))

from odometer import PROGRAM, Odometer  # noqa: E402
from processes import succeed  # noqa: E402

from store import ENDPOINT, KEYS  # noqa: E402


def source(bucket, prefix="", endpoint=ENDPOINT, more=""):
    return f's3: {{bucket: {bucket}, prefix: "{prefix}", endpoint: "{endpoint}", region: us-east-1{more}}}'


class BucketOdometer(Odometer):
    """An odometer whose programs know the store's keys."""

    def __init__(self, children, configuration, environment=KEYS):
        super().__init__(children, configuration)
        self.environment = {**os.environ, **environment}

    def start(self):
        with open(self.messages, "ab") as messages:
            self.tailer = self.children.start(
                [PROGRAM, "run", "-c", self.configuration, "--progress", "none"], stderr=messages,
                env=self.environment)

    def ask(self, *command):
        return succeed([PROGRAM, *command, "-c", self.configuration], env=self.environment)

    def backfill(self, *more):
        return self.ask("backfill", "--source", "cloud", "--progress", "none", *more)
