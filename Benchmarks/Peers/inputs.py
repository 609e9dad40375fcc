"""The files that the job reads: made by the project's generator once for each size, compressed by the usual commands."""

import json
import pathlib
import shutil
import subprocess

JOB = pathlib.Path(__file__).resolve().parent / "job"
COMPRESSORS = {"gzip": (["gzip", "-6", "-c"], ".gz"), "lz4": (["lz4", "-q", "-c"], ".lz4")}


class Input:
    """A directory with a configuration, its schemas, tenants and logs, as a user of Odometer has it."""

    def __init__(self, directory):
        self.directory = directory
        self.configuration = directory / "odometer.yaml"
        self.ledger = directory / "ledger"
        summary = json.loads((directory / "summary.json").read_text())
        self.events = summary["records"]
        self.valid = summary["originals"]
        self.logs = sorted((directory / "logs").iterdir())
        self.bytes = sum(path.stat().st_size for path in self.logs)

    def warm(self):
        """Has the logs in the page cache, for all alike."""
        for path in self.logs:
            with open(path, "rb") as file:
                while file.read(1 << 20):
                    pass


class Inputs:
    def __init__(self, home, generator):
        self.home = home
        self.generator = generator

    def plain(self, events):
        def fill(directory):
            # Without conflicts a repeat has the same bytes as the first, and a peer may take either.
            subprocess.run(
                [self.generator, "generate", "--seed", "1", "--events", str(events), "--conflicts", "0", "--late", "0",
                 "--output", directory], check=True, stdout=subprocess.DEVNULL)

        return self.made(f"{events}", fill)

    def compressed(self, events, kind):
        command, suffix = COMPRESSORS[kind]
        source = self.plain(events)

        def fill(directory):
            (directory / "logs").mkdir(parents=True)
            for name in ("tenants.csv", "summary.json"):
                shutil.copy(source.directory / name, directory)
            for log in source.logs:
                with open(directory / "logs" / (log.name + suffix), "wb") as file:
                    subprocess.run([*command, log], check=True, stdout=file)

        return self.made(f"{events}-{kind}", fill)

    def bucket(self, events, port):
        """The plain logs once more, but read from a bucket on this machine."""
        source = self.plain(events)

        def fill(directory):
            directory.mkdir(parents=True)
            (directory / "logs").symlink_to(source.directory / "logs")
            for name in ("tenants.csv", "summary.json"):
                shutil.copy(source.directory / name, directory)

        job = self.made(f"{events}-s3", fill)
        place = (f's3: {{bucket: usage, prefix: "logs/", region: eu-west-1, endpoint: "http://127.0.0.1:{port}", '
                 "path_style: true}")
        text = job.configuration.read_text()
        job.configuration.write_text(text.replace('files: {include: ["logs/*"]}', place))
        return job

    def made(self, name, fill):
        """What is there under its name is whole: it gets the name last."""
        directory = self.home / name
        if not directory.exists():
            print(f"Making {name} ...", flush=True)
            unfinished = self.home / (name + ".unfinished")
            shutil.rmtree(unfinished, ignore_errors=True)
            fill(unfinished)
            unfinished.rename(directory)
        for file in JOB.iterdir():
            shutil.copy(file, directory)
        return Input(directory)
