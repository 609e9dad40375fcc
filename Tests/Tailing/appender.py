#!/usr/bin/env python3
"""Appends lines to files at a steady rate, and notes when it wrote what.

    appender.py --rate 1000 --seconds 10 --label a --notes notes FILE...

The notes are records of four 8-byte numbers: index of the file, its size after the write, lines written, nanoseconds since
1970 just before the write. The lines of a write carry its moment, and ids that begin with the label.
"""

import argparse
import array
import os
import time

# Writes of a second: small ones, so that lines come spread over the time and the files as in a real log.
WRITES = 10_000


def append(files, rate, seconds, label):
    handles = [os.open(path, os.O_WRONLY | os.O_APPEND) for path in files]
    sizes = [os.fstat(handle).st_size for handle in handles]
    notes = array.array("q")
    lines_a_write = max(1, rate // WRITES)
    total = int(rate * seconds)
    written = turn = 0
    began = time.monotonic()
    while written < total:
        due = min(total, int((time.monotonic() - began) * rate))
        if due < written + lines_a_write and due < total:
            time.sleep(0.001)
            continue
        while written < due:
            count = min(lines_a_write, total - written)
            index = turn % len(handles)
            turn += 1
            now = time.time_ns()
            text = lines(label, written, count, now)
            os.write(handles[index], text)
            sizes[index] += len(text)
            notes.extend((index, sizes[index], count, now))
            written += count
    return notes


def lines(label, first, count, now):
    at = f"{now // 10**9}.{now % 10**9:09}"
    return "".join(
        f'{{"id":"{label}-{number}","time":{at},"user":"user-{number % 997}","bytes":{number % 5_003}}}\n'
        for number in range(first, first + count)
    ).encode()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rate", type=int, required=True)
    parser.add_argument("--seconds", type=float, required=True)
    parser.add_argument("--label", required=True)
    parser.add_argument("--notes", required=True)
    parser.add_argument("files", nargs="+")
    options = parser.parse_args()
    notes = append(options.files, options.rate, options.seconds, options.label)
    with open(options.notes, "wb") as file:
        notes.tofile(file)


if __name__ == "__main__":
    main()
