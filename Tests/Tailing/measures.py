"""What Linux tells of a process, and figures from many numbers."""

import os
import pathlib
import time

TICKS = os.sysconf("SC_CLK_TCK")


def processor_seconds(pid):
    # The name in the second field may hold anything; what follows its last parenthesis does not.
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def processor_share(pid, seconds):
    """Of one core, over the seconds that follow."""
    began, used = time.monotonic(), processor_seconds(pid)
    time.sleep(seconds)
    return (processor_seconds(pid) - used) / (time.monotonic() - began)


def memory_mib(pid, name):
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(name + ":"):
            return int(line.split()[1]) / 1024
    raise RuntimeError(f"no {name} in the status of the process")


def handles(pid):
    return len(os.listdir(f"/proc/{pid}/fd"))


def weighted_quantile(values, share):
    """Of (value, weight) pairs: the least value that has this share of the weight at or below it."""
    values = sorted(values)
    wanted = share * sum(weight for _, weight in values)
    for value, weight in values:
        wanted -= weight
        if wanted <= 0:
            return value
    raise ValueError("no values")


def milliseconds_of_sync(directory, times=50):
    """How long a small write and its fdatasync take on this disk, in the middle."""
    took = []
    with open(directory / "probe", "wb", buffering=0) as file:
        for _ in range(times):
            began = time.monotonic()
            file.write(b"x" * 4096)
            os.fdatasync(file.fileno())
            took.append(time.monotonic() - began)
    os.unlink(directory / "probe")
    return sorted(took)[times // 2] * 1_000
