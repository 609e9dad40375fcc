"""Odometer as a user has it: the program, its configuration, and what it prints."""

import json
import os
import pathlib
import signal
import time

from processes import kill, succeed

ROOT = pathlib.Path(__file__).resolve().parents[2]
PRODUCTS = ROOT / ".build" / "release"
PROGRAM = os.environ.get("ODOMETER_BINARY", str(PRODUCTS / "odometer"))
COUNTS = ("records_read", "accepted", "duplicates", "conflicts", "rejected")


class Odometer:
    """One configuration, and the tailer that follows it, if any."""

    def __init__(self, children, configuration):
        self.children = children
        self.configuration = configuration
        self.messages = configuration.with_suffix(".messages")
        self.tailer = None

    def start(self):
        with open(self.messages, "ab") as messages:
            self.tailer = self.children.start(
                [PROGRAM, "run", "-c", self.configuration, "--progress", "none"], stderr=messages)

    def is_running(self):
        return self.tailer.poll() is None

    def kill(self):
        kill(self.tailer)

    def stop(self):
        """Asks the tailer to end; returns its exit status."""
        self.tailer.send_signal(signal.SIGTERM)
        return self.tailer.wait(timeout=120)

    def run_until_idle(self):
        self.ask("run", "--until-idle", "--progress", "none")

    def status(self):
        return json.loads(self.ask("status", "--format", "json"))

    def counts(self):
        status = self.status()
        return {name: status[name] for name in COUNTS}

    def totals(self, meter, group_by):
        """A meter's value by the given fields, over all time."""
        text = self.ask(
            "usage", "--meter", meter, "--window", "total", "--group-by", ",".join(group_by), "--format", "json")
        return {self.key(row, group_by): int(row["value"]) for row in json.loads(text)["rows"]}

    @staticmethod
    def key(row, group_by):
        return tuple(row["tenant"] if name == "tenant" else row["dimensions"][name] for name in group_by)

    def wait_until_caught_up(self, seconds=30):
        """Returns what is left to be read when the time is over, by partition; nothing when all is read."""
        end = time.monotonic() + seconds
        while self.lag() and time.monotonic() < end:
            time.sleep(0.2)
        return self.lag()

    def lag(self):
        partitions = [part for source in self.status()["sources"] for part in source["partitions"]]
        return {part["id"]: part["lag_bytes"] for part in partitions if part["lag_bytes"] > 0}

    def ask(self, *command):
        return succeed([PROGRAM, *command, "-c", self.configuration])

    def distinct_messages(self):
        """What the tailers said on standard error, with how often, without repeats."""
        counts = {}
        for line in self.messages.read_text(errors="replace").splitlines():
            counts[line] = counts.get(line, 0) + 1
        return counts
