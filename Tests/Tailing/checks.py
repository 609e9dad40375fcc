"""What is printed, and what decides about success."""

import contextlib
import pathlib
import shutil
import sys
import tempfile
import time
import traceback

from processes import Children


class Checks:
    """Compares and remembers what was wrong; the program ends with failure where something was."""

    def __init__(self):
        self.began = time.monotonic()
        self.made = 0
        self.failures = []

    def that(self, condition, text):
        self.made += 1
        if not condition:
            self.failures.append(text)
            print(f"  FAILED: {text}", flush=True)

    def equal(self, found, expected, what):
        self.that(found == expected, f"{what}: {found}, expected {expected}")

    def end(self):
        """Says how it went, and ends the program by it."""
        print(f"\n{self.made} checks, {len(self.failures)} failed, {time.monotonic() - self.began:.0f} s")
        for failure in self.failures:
            print(f"FAILED: {failure}")
        sys.exit(1 if self.failures else 0)

    @contextlib.contextmanager
    def part(self, text):
        """A directory and processes for one part. An error ends the part, not the others; what it left is kept then."""
        print(f"\n{text}", flush=True)
        home = pathlib.Path(tempfile.mkdtemp(prefix="odometer-tailing-"))
        before = len(self.failures)
        try:
            with Children() as children:
                yield children, home
        except Exception as error:
            traceback.print_exc()
            self.that(False, f"{type(error).__name__}: {error}")
        finally:
            if len(self.failures) > before:
                print(f"  all of it is kept in {home}", flush=True)
            else:
                shutil.rmtree(home)


def figure(name, value):
    print(f"  {name:<52} {value}", flush=True)
