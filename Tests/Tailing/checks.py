"""What is printed, and what decides about success."""

import contextlib
import pathlib
import shutil
import tempfile
import traceback

from processes import Children


class Checks:
    """Compares and remembers what was wrong; the program ends with failure where something was."""

    def __init__(self):
        self.made = 0
        self.failures = []

    def that(self, condition, text):
        self.made += 1
        if not condition:
            self.failures.append(text)
            print(f"  FAILED: {text}", flush=True)

    def equal(self, found, expected, what):
        self.that(found == expected, f"{what}: {found}, expected {expected}")

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
