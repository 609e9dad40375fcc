"""Odometer and its peers as child processes, and what a run of them took."""

import dataclasses
import filecmp
import itertools
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

import totals

HERE = pathlib.Path(__file__).resolve().parent


class Disagreement(Exception):
    """Two contenders came to other totals."""


@dataclasses.dataclass
class Run:
    """Of a whole process of Odometer, and of a peer's job without the start of its interpreter."""

    seconds: float
    processor: float
    peak: int


def run_child(command, cores=None):
    """Runs a command to its end, on some cores only if they are given. Returns its run and what it wrote."""
    pin = (lambda: os.sched_setaffinity(0, cores)) if cores else None
    with tempfile.TemporaryFile("w+") as output, tempfile.TemporaryFile("w+") as messages:
        began = time.monotonic()
        child = subprocess.Popen(command, stdout=output, stderr=messages, preexec_fn=pin)
        try:
            _, status, usage = os.wait4(child.pid, 0)
        except BaseException:
            child.kill()
            raise
        took = time.monotonic() - began
        child.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        messages.seek(0)
        if child.returncode != 0:
            raise RuntimeError(f"{' '.join(map(str, command))} ended with {child.returncode}: {messages.read().strip()}")
        # What a process peaks at is at least what this one held when it started it, so this one keeps small.
        return Run(took, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024), output.read()


class Odometer:
    name = "Odometer"

    def __init__(self, program):
        self.program = program
        self.version = f"{self.name} {run_child([program, '--version'])[1].strip()}"

    def run(self, job, parallel, cores=None):
        shutil.rmtree(job.ledger, ignore_errors=True)
        run, _ = run_child(
            [self.program, "run", "-c", job.configuration, "--until-idle", "--progress", "none",
             "--workers", str(parallel)], cores)
        accepted = json.loads(self.ask(job, "status", "--format", "json"))["accepted"]
        if accepted != job.valid:
            raise Disagreement(f"Odometer accepted {accepted} of {job.valid} events in {job.directory.name}")
        return run

    def write_totals(self, job, path):
        run_child([sys.executable, HERE / "totals.py", self.program, job.configuration, path])

    def ask(self, job, *command):
        return run_child([self.program, *command, "-c", job.configuration])[1]


class Peer:
    """A peer's job writes its totals as it ends, so they only have to be put in place."""

    def __init__(self, name, script, home):
        self.name = name
        self.script = HERE / script
        self.written = home / f"{name}.written"
        self.version = name

    def run(self, job, parallel, cores=None):
        _, output = run_child(
            [sys.executable, self.script, job.directory, "--threads", str(parallel), "--totals", self.written], cores)
        result = json.loads(output)
        self.version = result["program"]
        return Run(result["seconds"], result["processor"], result["peak"])

    def write_totals(self, job, path):
        self.written.rename(path)


class Referee:
    """Holds the totals of each run against those of the first run over as many events."""

    def __init__(self, home):
        self.home = home
        self.first = {}

    def check(self, contender, job):
        path = self.home / f"{contender.name}.totals"
        contender.write_totals(job, path)
        if job.events not in self.first:
            self.first[job.events] = (contender.name, path.rename(self.home / f"{job.events}.totals"))
            return
        name, first = self.first[job.events]
        if filecmp.cmp(first, path, shallow=False):
            return
        found = itertools.islice(totals.differences(first, path), 10)
        raise Disagreement(f"{name} and {contender.name} do not agree:\n" + "\n".join(
            f"  {' '.join(key)}: {one}; {other}" for key, one, other in found))
