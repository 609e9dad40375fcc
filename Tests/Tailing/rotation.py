"""nginx under load, its log rotated by logrotate, and a tailer that is killed all the time.

Every request has an id of its own, so a line that is read twice shows as a duplicate. nginx writes each line to a second
file too, the witness, which is never rotated: it says what was served, and so which lines a rotation has lost.
"""

import dataclasses
import random
import time

from checks import figure
from loglines import lines_of, totals_of, write_lines
from odometer import Odometer
from rotator import Rotator
from webserver import CONNECTIONS, Webserver

# Milliseconds that a user waits between two requests: some 5,000 lines a second in all.
PAUSE = 12
GROUP_BY = ("tenant", "/data/uri", "/data/status")

CONFIGURATION = """
ledger: {{path: {home}/ledger, commit: {{interval: 100ms}}}}
sources:
  - name: web
    files: {{include: ["{include}"]}}
    format: json
    event: {{type: http, subject: {{field: /client}}, time: {{field: /time}}, id: {{field: /id}}}}
tenants: {{file: {home}/tenants.csv}}
meters:
  - {{name: requests, event_type: http, aggregation: count, window: 1h, group_by: [/data/uri, /data/status]}}
  - name: bytes
    event_type: http
    aggregation: sum
    value: /data/bytes
    window: 1h
    group_by: [/data/uri, /data/status]
"""


@dataclasses.dataclass
class Way:
    """A way of rotating."""

    name: str
    directives: list
    # Whether the rotation itself loses lines: what nginx writes after the copy was made and before the file is cut, or
    # to a renamed file after it was compressed.
    loses: bool
    is_slow: bool = False


WAYS = [
    Way("create", ["create"], loses=False),
    Way("copytruncate", ["copytruncate"], loses=True),
    Way("create, compress", ["create", "compress"], loses=True),
    Way("create, delaycompress, dateext", ["create", "compress", "delaycompress", "dateext", "dateformat -%s"], False),
    Way("copytruncate, compress", ["copytruncate", "compress"], loses=True),
    Way("copytruncate, the cut long after the copy", ["copytruncate"], loses=True, is_slow=True),
]


def run(checks, seconds, seed, only=None):
    for number, way in enumerate(WAYS):
        if only is not None and number not in only:
            continue
        title = f"nginx, logrotate ({way.name}) and SIGKILL, for {seconds:.0f} s, seed {seed + number}"
        with checks.part(title) as (children, home):
            Trial(checks, children, home, way, random.Random(seed + number)).run(seconds)


class Trial:
    def __init__(self, checks, children, home, way, random_numbers):
        self.checks = checks
        self.home = home
        self.way = way
        self.random = random_numbers
        self.logs = home / "logs"
        self.logs.mkdir()
        self.web = Webserver(children, home, self.logs)
        self.rotator = Rotator(home, self.logs, way.directives, random.Random(random_numbers.random()), way.is_slow)
        # One client has no tenant.
        tenants = "".join(f"client-{client:02},tenant-{client:02}\n" for client in range(11))
        (home / "tenants.csv").write_text("subject,tenant\n" + tenants)
        self.children = children
        self.odometer = self.configured("odometer.yaml", "logs/access.log*")
        self.kills = 0
        self.kills_that_hit = 0

    def configured(self, name, include):
        """Odometer over the one ledger, with files of its own."""
        path = self.home / name
        path.write_text(CONFIGURATION.format(home=self.home, include=self.home / include))
        return Odometer(self.children, path)

    def run(self, seconds):
        self.web.start()
        users = self.web.start_users(round(seconds), PAUSE, self.random.randrange(1_000))
        with self.rotator:
            self.kill_until_ended(users)
        self.rotator.rotate_quiet_log()
        served_by_nginx = self.web.requests()
        self.web.stop()
        self.finish()
        self.compare(served_by_nginx)
        self.read_again()

    def kill_until_ended(self, users):
        """Starts and kills tailers until the users have gone."""
        while users.poll() is None:
            self.odometer.start()
            before = self.segments()
            time.sleep(self.random.uniform(0.02, 1.2))
            self.checks.that(self.odometer.is_running(), "a tailer ended by itself")
            self.odometer.kill()
            self.kills += 1
            self.kills_that_hit += self.segments() != before
        self.checks.equal(users.returncode, 0, "wrk's exit status")

    def segments(self):
        """Other than before when something was committed."""
        return [(path.name, path.stat().st_mtime_ns) for path in sorted(self.home.glob("ledger/segments/*.seg"))]

    def finish(self):
        """The last tailer reads what is left; after it there is nothing to read."""
        started = time.monotonic()
        self.odometer.start()
        self.checks.equal(self.odometer.wait_until_caught_up(), {}, "lag by partition of the last tailer")
        self.checks.equal(self.odometer.stop(), 0, "exit status of the last tailer")
        self.caught_up = time.monotonic() - started
        before = self.odometer.counts()
        self.odometer.run_until_idle()
        self.checks.equal(self.odometer.counts(), before, "counts after one more run over files that were read")
        self.odometer.ask("ledger", "verify")

    def compare(self, served_by_nginx):
        self.served, unfinished = lines_of([self.web.witness])
        self.checks.equal(unfinished, [], "unfinished lines of the witness")
        files = sorted(self.logs.iterdir())
        in_files, self.torn = self.lines_in(files)
        self.kept = list(dict.fromkeys(in_files))
        lost = len(self.served) - len(self.kept)
        completed, errors = self.web.completed()
        self.counts = self.odometer.counts()
        self.show(files, len(in_files), lost, completed, served_by_nginx)

        equal, that = self.checks.equal, self.checks.that
        equal(self.rotator.complaints, [], "complaints of logrotate")
        equal(errors, 0, "errors that wrk met")
        equal(served_by_nginx, len(self.served), "requests that nginx counts, beside lines of the witness")
        that(completed <= len(self.served) <= completed + CONNECTIONS, "wrk counts other requests than nginx")
        equal(len(set(self.served)), len(self.served), "different lines of the witness")
        that(set(self.kept) <= set(self.served), "a file holds a line that the witness does not")
        that(self.way.loses or lost == 0, f"{lost} lines are in no file, in a way of rotating that loses none")

        accepted = self.counts["accepted"]
        equal(self.counts["duplicates"], 0, "duplicates")
        equal(self.counts["conflicts"], 0, "conflicts")
        that(self.counts["rejected"] <= len(self.torn), f"{self.counts['rejected']} lines were rejected")
        that(self.way.loses or not self.torn, "a line was torn, in a way of rotating that tears none")
        that(accepted >= len(self.kept), f"{accepted} lines were counted, fewer than the {len(self.kept)} in the files")
        that(accepted <= len(self.served), f"{accepted} lines were counted, more than the {len(self.served)} served")
        if lost == 0:
            self.compare_totals("what was served")

    def lines_in(self, files):
        """The lines of the rotated files, and the beginnings of lines that the rotation has torn.

        The copy of copytruncate may end inside a line that is just being written; the rest of the line is cut away.
        """
        served = set(self.served)
        lines, unfinished = lines_of(files)
        return lines + [line for line in unfinished if line in served], [
            line for line in unfinished if line not in served]

    def show(self, files, lines, lost, completed, served_by_nginx):
        compressed = sum(file.suffix == ".gz" for file in files)
        figure("requests: wrk, nginx, witness", f"{completed:,}, {served_by_nginx:,}, {len(self.served):,}")
        figure("rotations; files at the end; compressed", f"{self.rotator.rotations}; {len(files)}; {compressed}")
        figure("SIGKILLs; with commits since the start", f"{self.kills}; {self.kills_that_hit}")
        figure("lines in the files; repeated ones", f"{len(self.kept):,}; {lines - len(self.kept):,}")
        figure("lines that the rotation lost; torn ones of them", f"{lost:,}; {len(self.torn)}")
        if self.rotator.still_written:
            figure("files still written while compressed", self.rotator.still_written)
        figure("lines that the ledger counts", f"{self.counts['accepted']:,}, of the lost ones "
               f"{self.counts['accepted'] - len(self.kept):,}")
        figure("duplicates, conflicts, rejected",
               ", ".join(str(self.counts[name]) for name in ("duplicates", "conflicts", "rejected")))
        figure("the last tailer had caught up after", f"{self.caught_up:.1f} s")
        for message, times in self.odometer.distinct_messages().items():
            figure(f"said {times} times", message)

    def compare_totals(self, what):
        requests, sizes = totals_of(self.served, self.key_of)
        self.checks.equal(self.odometer.totals("requests", GROUP_BY) == requests, True, f"requests are those of {what}")
        self.checks.equal(self.odometer.totals("bytes", GROUP_BY) == sizes, True, f"bytes are those of {what}")
        figure(f"totals compared with {what}", f"{2 * len(requests)}")

    @staticmethod
    def key_of(record):
        client = record["client"]
        tenant = "unmapped:" + client if client == "client-11" else client.replace("client", "tenant")
        return (tenant, record["uri"], str(record["status"]))

    def read_again(self):
        """Shows line by line what was counted: a line that was, is a duplicate when it is read again.

        First the lines of the files: none may be new. Then those of the witness: as many must be known as were counted,
        so nothing else was; with the lost ones added, the totals must be those of the witness.
        """
        before = self.counts
        write_lines(self.home / "again" / "kept", self.kept)
        self.configured("kept.yaml", "again/kept").run_until_idle()
        kept = self.odometer.counts()
        self.checks.equal(kept["accepted"], before["accepted"], "counted, after the files' lines were read again")
        self.checks.equal(kept["duplicates"] - before["duplicates"], len(self.kept), "lines of the files known")
        write_lines(self.home / "again" / "served", self.served)
        self.configured("served.yaml", "again/served").run_until_idle()
        served = self.odometer.counts()
        self.checks.equal(
            served["duplicates"] - kept["duplicates"], kept["accepted"], "lines of the witness known")
        self.checks.equal(served["accepted"], len(self.served), "counted, after the witness was read")
        self.checks.equal(served["conflicts"], 0, "conflicts, after all was read again")
        self.checks.equal(served["rejected"], before["rejected"], "rejected lines, after all was read again")
        self.compare_totals("the witness")
