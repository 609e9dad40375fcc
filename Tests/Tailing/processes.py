"""Child processes that end with the test, however it ends, and waiting for what they do."""

import os
import signal
import socket
import subprocess
import time


class Children:
    """The processes that a test has started. Leaving the `with` block ends each of them with all that it started."""

    def __init__(self):
        self.started = []

    def __enter__(self):
        return self

    def __exit__(self, *failure):
        for child in reversed(self.started):
            kill(child)

    def start(self, command, **options):
        """Starts a process as the leader of its own group, so that its own children can be ended with it."""
        self.started = [child for child in self.started if child.poll() is None]
        child = subprocess.Popen(command, start_new_session=True, **options)
        self.started.append(child)
        return child


def kill(child):
    """Ends a process and its group at once."""
    if child.poll() is None:
        os.killpg(child.pid, signal.SIGKILL)
        child.wait()


def succeed(command, **options):
    """Runs a command to its end and returns what it wrote; anything but success is an error."""
    result = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **options)
    if result.returncode != 0:
        raise RuntimeError(f"{' '.join(map(str, command))} ended with {result.returncode}: {result.stderr.strip()}")
    return result.stdout


def wait_until(condition, what, seconds=120, every=0.05):
    """Asks until the condition holds. That it never does is an error."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise RuntimeError(f"after {seconds} s still waiting until {what}")
        time.sleep(every)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def end_on_signals():
    """Lets SIGTERM unwind the program as SIGINT does, so that the children are ended."""

    def leave(number, frame):
        raise SystemExit(128 + number)

    signal.signal(signal.SIGTERM, leave)
