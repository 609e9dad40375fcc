"""20,000 files in 200 directories, 100 of them growing: what tailing them costs, and how soon a line is committed."""

import array
import bisect
import pathlib
import sys
import time

from checks import figure
from ledgerframes import CommitFollower
from measures import handles, memory_mib, milliseconds_of_sync, processor_share, weighted_quantile
from odometer import Odometer
from processes import wait_until

DIRECTORIES, FILES_EACH, LINES_EACH = 200, 100, 3
ACTIVE = 100
RATES = (1_000, 100_000)
# Files that the reader may keep open, and all else that a process has: the ledger, its index, streams, notifications.
MAXIMUM_HANDLES = 512 + 64
# A second for which a rate goes on without being measured: the tailer has to see the first growth.
WARM_UP = 1

CONFIGURATION = """
ledger: {{path: {home}/ledger, commit: {{interval: {interval}}}}}
sources:
  - name: many
    files: {{include: ["logs/**/*.log"]}}
    format: json
    event: {{type: call, subject: {{field: /user}}, time: {{field: /time}}, id: {{field: /id}}}}
meters:
  - {{name: calls, event_type: call, aggregation: count, window: 1h}}
  - {{name: bytes, event_type: call, aggregation: sum, value: /data/bytes, window: 1h}}
"""


def run(checks, scale):
    title = f"{DIRECTORIES * FILES_EACH:,} files in {DIRECTORIES} directories, {ACTIVE} of them growing"
    with checks.part(title) as (children, home):
        Trial(checks, children, home, scale).run()


class Trial:
    def __init__(self, checks, children, home, scale):
        self.checks = checks
        self.children = children
        self.home = home
        self.scale = scale
        self.written = 0
        self.positions = {}
        self.commits = []
        self.files = self.make_files()
        # Every 200th file, so that they lie in all directories.
        self.active = self.files[:: len(self.files) // ACTIVE]

    def make_files(self):
        files = []
        for directory in range(DIRECTORIES):
            parent = self.home / "logs" / f"host-{directory:03}"
            parent.mkdir(parents=True)
            for number in range(FILES_EACH):
                path = parent / f"app-{number:02}.log"
                ids = [f"{directory}-{number}-{line}" for line in range(LINES_EACH)]
                path.write_text("".join(
                    f'{{"id":"{id}","time":{time.time():.3f},"user":"user-{number}","bytes":1}}\n' for id in ids))
                self.written += LINES_EACH
                files.append(path)
        return files

    def run(self):
        figure("a write of 4 KiB and its fdatasync", f"{milliseconds_of_sync(self.home):.2f} ms")
        (self.home / "ledger").mkdir()
        self.follower = CommitFollower(self.home / "ledger")
        for interval in ("1s", "100ms"):
            self.tail(interval)

    def tail(self, interval):
        """One life of the tailer, with one interval of commits."""
        self.start(interval)
        pid = self.odometer.tailer.pid
        if interval == "1s":
            seconds = 20 * self.scale
            figure(f"idle for {seconds:.0f} s: share of a core", f"{processor_share(pid, seconds):.1%}")
        for rate in RATES:
            self.measure_growth(interval, rate)
        figure("memory: now, and at most", f"{memory_mib(pid, 'VmRSS'):.0f} MiB, {memory_mib(pid, 'VmHWM'):.0f} MiB")
        opened = handles(pid)
        figure("open handles", opened)
        self.checks.that(opened <= MAXIMUM_HANDLES, f"{opened} open handles, more than {MAXIMUM_HANDLES}")
        self.checks.equal(self.odometer.stop(), 0, "exit status of the tailer")
        counts = self.odometer.counts()
        self.checks.equal(counts["accepted"], self.written, "lines counted")
        self.checks.equal(counts["records_read"], self.written, "lines read")
        for message, times in self.odometer.distinct_messages().items():
            figure(f"said {times} times", message)

    def start(self, interval):
        path = self.home / f"every-{interval}.yaml"
        path.write_text(CONFIGURATION.format(home=self.home, interval=interval))
        self.odometer = Odometer(self.children, path)
        began = time.monotonic()
        self.odometer.start()
        if not self.positions:
            wait_until(lambda: self.is_caught_up(self.files), "all files are read", seconds=300, every=0.2)
            figure("all files read and committed after", f"{time.monotonic() - began:.1f} s")
            return
        # It knows all files; it is ready when it has committed a line that is appended now.
        self.end_appender(self.start_appender(1_000, 0.1, "ready"), "ready")
        figure("ready again after a start", f"{time.monotonic() - began:.1f} s")

    def measure_growth(self, interval, rate):
        seconds = 15 * self.scale
        label = f"{interval}-{rate}"
        appender = self.start_appender(rate, WARM_UP + seconds, label)
        time.sleep(WARM_UP)
        share = processor_share(self.odometer.tailer.pid, seconds)
        notes = self.end_appender(appender, label)
        figure(f"{rate:,} lines/s, commits every {interval}: share of a core", f"{share:.1%}")
        latencies = self.latencies(notes)
        figure(
            "  from write to commit: median, p99, most",
            ", ".join(f"{weighted_quantile(latencies, part) / 1e6:,.0f} ms" for part in (0.5, 0.99, 1)))
        took = (notes[-1][3] - notes[0][3]) / 1e9
        figure("  lines/s that were really written", f"{sum(note[2] for note in notes) / max(took, 1):,.0f}")

    def start_appender(self, rate, seconds, label):
        command = [sys.executable, pathlib.Path(__file__).with_name("appender.py"), "--rate", str(rate)]
        command += ["--seconds", str(seconds), "--label", label, "--notes", self.home / f"notes-{label}"]
        return self.children.start(command + self.active)

    def end_appender(self, appender, label):
        """Waits for the end of the writes and for their commits; returns the notes."""
        self.checks.equal(appender.wait(), 0, "exit status of the appender")
        numbers = array.array("q")
        numbers.frombytes((self.home / f"notes-{label}").read_bytes())
        notes = list(zip(*(numbers[field::4] for field in range(4))))
        self.written += sum(note[2] for note in notes)
        wait_until(lambda: self.is_caught_up(self.active), "all that was appended is committed", seconds=300)
        return notes

    def partition(self, path):
        return f"{path.relative_to(self.home)}#0"

    def is_caught_up(self, files):
        if not self.odometer.is_running():
            raise RuntimeError(f"the tailer ended by itself: {self.odometer.distinct_messages()}")
        for commit in self.follower.new_commits():
            self.commits.append(commit)
            self.positions.update(commit.positions)
        return all(self.positions.get(self.partition(path), 0) >= path.stat().st_size for path in files)

    def latencies(self, notes):
        """(nanoseconds, lines) of every write: the first commit that has passed it, by the commit's own time.

        The time is taken before the frame is written and synced, so the line was safe a moment later than this says.
        """
        passed = {self.partition(path): ([], []) for path in self.active}
        for commit in self.commits:
            for partition, position in commit.positions.items():
                if partition in passed:
                    passed[partition][0].append(position)
                    passed[partition][1].append(commit.time)
        result = []
        for index, size, lines, moment in notes:
            positions, times = passed[self.partition(self.active[index])]
            result.append((times[bisect.bisect_left(positions, size)] - moment, lines))
        return result
