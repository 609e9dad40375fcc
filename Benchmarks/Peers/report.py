"""The results as Markdown, and the numbers that the chart has too."""

import datetime
import os
import pathlib
import statistics
import subprocess

LEAD = "Odometer"
# The parts in which peers run too, with their titles.
RACES = {
    "job": "Two workers beside two threads",
    "core": "One worker beside one thread, all on one core",
    "gzip": "The same logs compressed with gzip, two workers",
    "lz4": "The same logs compressed with LZ4, two workers",
}
MONTH = 1_000_000_000

METHOD = """\
Made by `make bench-peers`; [Peers/README.md](../Peers/README.md) tells the job and the method. {date}, commit {commit}, {versions}.
{machine}. {rounds} rounds in turn, warm page cache; all totals agreed to the last digit in each run.
Odometer's time is that of the whole process, into a ledger on disk that did not exist; a peer's begins when its library is loaded
and ends when the totals are in a table in its memory.
"""


class Series:
    """The runs of one contender over one input."""

    def __init__(self, job):
        self.events = job.events
        self.bytes = job.bytes
        self.runs = []

    @property
    def seconds(self):
        return statistics.median(run.seconds for run in self.runs)

    @property
    def processor(self):
        return statistics.median(run.processor for run in self.runs)

    @property
    def peak(self):
        return max(run.peak for run in self.runs) / 1e6

    @property
    def rate(self):
        return self.events / self.seconds

    @property
    def core_rate(self):
        return self.events / self.processor

    @property
    def month_hours(self):
        return MONTH / self.core_rate / 3600


class Machine:
    def __init__(self, root, data):
        self.commit = output(["git", "-C", root, "describe", "--always", "--dirty", "--exclude", "*"]) or "unknown"
        self.date = datetime.date.today().isoformat()
        self.model = next(
            (line.split(":", 1)[1].strip() for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines()
             if line.startswith("model name")), "unknown processor")
        self.cores = len(os.sched_getaffinity(0))
        self.memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 1e9
        self.file_system = file_system(data)

    def __str__(self):
        return f"{self.model}, {self.cores} cores"


def file_system(path):
    """The type of the one that is mounted nearest above a path. (`stat` has one name for ext2, ext3 and ext4.)"""
    nearest = ("", "unknown file system")
    for line in pathlib.Path("/proc/self/mountinfo").read_text().splitlines():
        place, _, rest = line.partition(" - ")
        mounted = place.split()[4]
        if path.resolve().is_relative_to(mounted) and len(mounted) >= len(nearest[0]):
            nearest = (mounted, rest.split()[0])
    return nearest[1]


def output(command):
    return subprocess.run(command, stdout=subprocess.PIPE, text=True).stdout.strip()


def ratio(part, label=LEAD):
    """How many times as fast as the fastest peer Odometer is."""
    return min(part[name].seconds for name in peers(part)) / part[label].seconds


def peers(part):
    return [name for name in part if not name.startswith(LEAD)]


def markdown(parts, machine, versions, rounds):
    text = ["# Odometer beside DuckDB and ClickHouse\n", METHOD.format(
        date=machine.date, commit=machine.commit, versions=", ".join(versions), rounds=rounds,
        machine=f"{machine}, {machine.memory:.0f} GB of memory, ledger on {machine.file_system}")]
    if any(part in RACES for part in parts):
        text.append("![Seconds of each](peers.svg)\n")
    text += ["## What was to be reached\n", *bar(parts), ""]
    for name, title in RACES.items():
        if name in parts:
            text += [f"## {title}\n", *race(parts[name]), ""]
    if "s3" in parts:
        text += ["## From a bucket on this machine, two workers\n", *alone(parts["s3"], "of the files'"), ""]
    if "scaling" in parts:
        text += ["## More events, two workers\n", *alone(parts["scaling"], "of the smallest's"), ""]
    if "start" in parts:
        text += ["## A hundred events, from start to finish\n", *start(parts["start"]), ""]
    if "job" in parts:
        text += ["## What it costs\n", cost(parts["job"])]
    return "\n".join(text)


def table(columns, rows):
    return ["| " + " | ".join(columns) + " |", "| --- |" + " ---: |" * (len(columns) - 1),
            *("| " + " | ".join(row) + " |" for row in rows)]


def race(part):
    first = part[LEAD]
    columns = [f"{first.events:,} events, {first.bytes / 1e6:,.0f} MB", "median", "fastest", "slowest", "processor",
               "peak memory", "events/s", "events per core-second", "CPU hours for a billion", "time, Odometer = 1"]
    rows = [[
        label, *times(series), f"{series.processor:.2f} s", f"{series.peak:,.0f} MB", f"{series.rate:,.0f}",
        f"{series.core_rate:,.0f}", f"{series.month_hours:.2f}", f"{series.seconds / first.seconds:.2f}",
    ] for label, series in part.items()]
    if "DuckDB" not in part:
        rows.append(["DuckDB", "cannot read it", *[""] * (len(columns) - 2)])
    return table(columns, rows)


def times(series):
    seconds = [run.seconds for run in series.runs]
    return [f"{each:.2f} s" for each in (series.seconds, min(seconds), max(seconds))]


def alone(part, share):
    """Odometer over several inputs; the last column is the share of the first one's speed."""
    first = next(iter(part.values()))
    columns = ["", "median", "fastest", "slowest", "processor", "peak memory", "events/s", share]
    return table(columns, [[
        label, *times(series), f"{series.processor:.2f} s", f"{series.peak:,.0f} MB", f"{series.rate:,.0f}",
        f"{series.rate / first.rate:.0%}",
    ] for label, series in part.items()])


def start(part):
    (label, series), = part.items()
    seconds = [run.seconds for run in series.runs]
    return table(["", "runs", "median", "fastest", "slowest"], [[label, f"{len(seconds)}", *(
        f"{each * 1000:.1f} ms" for each in (series.seconds, min(seconds), max(seconds)))]])


def bar(parts):
    return table(["", "wanted", "measured", ""], [
        [text, wanted, measured, "yes" if is_met else "**no**"] for text, wanted, measured, is_met in goals(parts)])


def goals(parts):
    """What was to be reached: what, how much, what was measured, and whether that is enough."""
    if "job" in parts:
        job = parts["job"]
        yield "throughput, of the faster peer's", "3 times", f"{ratio(job):.2f} times", ratio(job) >= 3
    if "core" in parts:
        found = ratio(parts["core"])
        yield "the same on one core", "2.5 times", f"{found:.2f} times", found >= 2.5
    if "job" in parts:
        peak = job[LEAD].peak
        yield "peak memory", "at most 400 MB", f"{peak:,.0f} MB", peak <= 400
    for kind in ("gzip", "lz4"):
        if kind in parts:
            found = ratio(parts[kind])
            yield f"throughput from {kind}, of the faster peer's", "more than once", f"{found:.2f} times", found > 1
    if "s3" in parts:
        files, bucket = parts["s3"].values()
        found = files.seconds / bucket.seconds
        yield "throughput from S3, of the files'", "80%", f"{found:.0%}", found >= 0.8
    if "scaling" in parts:
        rates = [series.rate for series in parts["scaling"].values()]
        yield ("events/s of more events, of the smallest's", "at least 1 / 1.1",
               ", ".join(f"{rate / rates[0]:.0%}" for rate in rates[1:]), min(rates) * 1.1 >= rates[0])
    if "job" in parts:
        ones = [("one worker", job["Odometer, one worker"])]
        if "core" in parts:
            ones.append(("one worker on one core", parts["core"][LEAD]))
        for name, one in ones:
            found = one.seconds / job[LEAD].seconds
            yield f"two workers, of {name}'s throughput", "1.7 times", f"{found:.2f} times", found >= 1.7
    if "start" in parts:
        (_, series), = parts["start"].items()
        yield "100 events, start to finish", "under 50 ms", f"{series.seconds * 1000:.1f} ms", series.seconds < 0.05


def cost(part):
    lead, others = part[LEAD], [(name, part[name]) for name in peers(part)]
    hours = ", ".join(f"{series.month_hours:.2f} with {name}" for name, series in others)
    return (f"Odometer does {lead.core_rate:,.0f} events per core-second. A month of a billion events costs "
            f"{lead.month_hours:.2f} CPU hours; {hours}.\n")
