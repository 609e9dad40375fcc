#!/usr/bin/env python3
"""Computes usage a second time, slowly and plainly, to compare Odometer's totals with.

Written from the description of the data and the rules, with the Python standard library only; it shares no code and no
data structure with Odometer. All numbers are whole counts of 10^-12 units.

    oracle.py usage --meters meters.json --tenants tenants.csv --expected expected.json FILE...
    oracle.py compare --expected expected.json --status status.json --usage METER WINDOW usage.json ...

`usage` reads the files in the byte order of their paths. `compare` prints each difference and exits with 1 when there
is one; it leaves out what only a ledger knows (commits, positions, watermark, `final`).
"""

import argparse
import csv
import datetime
import gzip
import json
import os
import re
import sys
from decimal import Decimal

SCALE = 10**12
INT128 = range(-(2**127), 2**127)
NANOSECONDS = 10**9
DAY = 86_400
REQUIRED = ("specversion", "id", "source", "type", "subject", "time")
RFC3339 = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:\.(\d+))?(?:[Zz]|([+-])(\d\d):(\d\d))", re.ASCII
)


class Rejected(Exception):
    """The record is not an event; the argument is the reason."""


class Number(str):
    """The digits of a JSON number, as they were written."""


def object_without_repeats(pairs):
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("a key stands twice")
    return members


def refuse_constant(text):
    raise ValueError(text + " is not JSON")


DECODER = json.JSONDecoder(
    object_pairs_hook=object_without_repeats, parse_float=Number, parse_int=Number, parse_constant=refuse_constant
)


def units(text):
    """The number in 10^-12 units; None when it is not a whole number of them or out of range."""
    if text.isdigit() and len(text) <= 20:
        value = int(text) * SCALE
    else:
        sign, digits, exponent = Decimal(text).as_tuple()
        value = int("".join(map(str, digits)))
        shift = exponent + 12
        if value == 0:
            return 0
        if abs(shift) > 200:
            return None
        if shift >= 0:
            value *= 10**shift
        else:
            value, rest = divmod(value, 10**-shift)
            if rest:
                return None
        if sign:
            value = -value
    return value if value in INT128 else None


def decimal_text(value):
    whole, fraction = divmod(abs(value), SCALE)
    text = ("-" if value < 0 else "") + str(whole)
    return text + ("." + f"{fraction:012d}".rstrip("0") if fraction else "")


day_numbers = {}


def seconds_of_date(year, month, day):
    key = (year, month, day)
    if key not in day_numbers:
        try:
            day_numbers[key] = (datetime.date(int(year), int(month), int(day)).toordinal() - 719_163) * DAY
        except ValueError:
            day_numbers[key] = None
    return day_numbers[key]


def moment(text):
    """Nanoseconds since 1970 of an RFC 3339 time; None when it is not one that 64 bits hold."""
    match = RFC3339.fullmatch(text)
    if not match:
        return None
    year, month, day, hour, minute, second, fraction, sign, offset_hour, offset_minute = match.groups()
    seconds = seconds_of_date(year, month, day)
    hour, minute, second = int(hour), int(minute), int(second)
    if seconds is None or hour > 23 or minute > 59 or second > 60:
        return None
    nanoseconds = int((fraction or "0")[:9].ljust(9, "0"))
    seconds += hour * 3_600 + minute * 60 + min(second, 59)
    if sign:
        if int(offset_hour) > 23 or int(offset_minute) > 59:
            return None
        offset = int(offset_hour) * 3_600 + int(offset_minute) * 60
        seconds += offset if sign == "-" else -offset
    if second == 60:
        # A leap second ends a day of UTC; it counts into the second before it.
        if seconds % DAY != DAY - 1:
            return None
        nanoseconds = NANOSECONDS - 1
    result = seconds * NANOSECONDS + nanoseconds
    return result if -(2**63) <= result < 2**63 else None


def time_text(seconds):
    return (datetime.datetime(1970, 1, 1) + datetime.timedelta(seconds=seconds)).isoformat() + "Z"


def pick(event, pointer):
    """The value at a JSON Pointer, or None."""
    for token in pointer:
        if not isinstance(event, dict):
            return None
        event = event.get(token)
    return event


def tokens(pointer):
    return [token.replace("~1", "/").replace("~0", "~") for token in pointer.split("/")[1:]]


class Meter:
    def __init__(self, description):
        self.name = description["name"]
        self.aggregation = description["aggregation"]
        self.value = tokens(description["value"]) if "value" in description else None
        self.group_by = description.get("group_by", [])
        self.dimensions = [tokens(pointer) for pointer in self.group_by]
        self.filter = [(tokens(p), values) for p, values in description.get("filter", {}).items()]
        self.size = description.get("window_seconds", 3_600)
        # (window start, tenant, dimensions) -> [units, events]
        self.rows = {}

    def wants(self, event):
        for pointer, wanted in self.filter:
            found = pick(event, pointer)
            for value in wanted:
                if isinstance(found, Number):
                    if isinstance(value, Number) and units(found) == units(value):
                        break
                elif not isinstance(value, Number) and found == value and type(found) is type(value):
                    break
            else:
                return False
        return True

    def take(self, event, value, seconds, tenant):
        if not self.wants(event):
            return
        if self.value is None:
            value = SCALE
        elif value is None:
            return
        key = (seconds - seconds % self.size, tenant, tuple(dimension(pick(event, p)) for p in self.dimensions))
        row = self.rows.get(key)
        if row is None:
            self.rows[key] = [value, 1]
            return
        row[1] += 1
        row[0] = self.merge(row[0], value)

    def merge(self, left, right):
        if self.aggregation in ("count", "sum"):
            return left + right
        return min(left, right) if self.aggregation == "min" else max(left, right)

    def merged_rows(self, window):
        """The rows by hour, by day or in total: [start, end, tenant, dimensions, value, events], in order."""
        merged = {}
        for (start, tenant, dimensions), (value, events) in self.rows.items():
            start = None if window == "total" else start - start % (DAY if window == "day" else self.size)
            row = merged.setdefault((start, tenant, dimensions), [None, 0])
            row[0] = value if row[0] is None else self.merge(row[0], value)
            row[1] += events

        def order(item):
            start, tenant, dimensions = item[0]
            absent_first = [(d is not None, (d or "").encode()) for d in dimensions]
            return (start or 0, tenant.encode(), absent_first)

        size = DAY if window == "day" else self.size
        for (start, tenant, dimensions), (value, events) in sorted(merged.items(), key=order):
            yield {
                "window_start": None if start is None else time_text(start),
                "window_end": None if start is None else time_text(start + size),
                "tenant": tenant,
                "dimensions": dict(zip(self.group_by, dimensions)),
                "value": decimal_text(value),
                "events": events,
            }


def dimension(value):
    if value is None or isinstance(value, str):
        return None if value is None else str(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    raise ValueError("the oracle groups by text, numbers and booleans only")


def tenant_table(path):
    """subject -> [(from, to, tenant)], the times in nanoseconds and half-open."""
    table = {}
    with open(path, encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            start = moment(row["valid_from"]) if row.get("valid_from") else -(2**63)
            end = moment(row["valid_to"]) if row.get("valid_to") else 2**63
            table.setdefault(row["subject"], []).append((start, end, row["tenant"]))
    return table


def tenant_of(table, subject, time):
    for start, end, tenant in table.get(subject, ()):
        if start <= time < end:
            return tenant
    return None


def event_of(record, values_of_type):
    """The event of a record with its time and the units of its values, or Rejected."""
    try:
        text = record.decode("utf-8", "strict")
    except UnicodeDecodeError:
        raise Rejected("bad_encoding")
    try:
        event = DECODER.decode(text)
    except ValueError:
        raise Rejected("malformed_json")
    except RecursionError:
        raise Rejected("too_deep")
    if not isinstance(event, dict):
        raise Rejected("schema")
    for name in REQUIRED:
        value = event.get(name)
        if not isinstance(value, str) or isinstance(value, Number) or (not value and name != "time"):
            raise Rejected("schema")
    if event["specversion"] != "1.0":
        raise Rejected("schema")
    time = moment(event["time"])
    if time is None:
        raise Rejected("bad_time")
    values = {}
    for pointer in values_of_type.get(event["type"], ()):
        found = pick(event, pointer)
        if found is None:
            continue
        value = units(found) if isinstance(found, Number) else None
        if value is None:
            raise Rejected("bad_number")
        values["/".join(pointer)] = value
    return event, time, values


def records_of(path):
    """The records of a file, without line ends; an unfinished last line only when it is whole."""
    closed = path.endswith(".gz")
    with (gzip.open(path) if closed else open(path, "rb")) as file:
        for line in file:
            if not line.endswith(b"\n") and not closed:
                try:
                    if not isinstance(DECODER.decode(line.decode("utf-8")), dict):
                        return
                except ValueError:
                    return
            record = line.rstrip(b"\n")
            if record.endswith(b"\r"):
                record = record[:-1]
            if record.strip():
                yield record


def usage(options):
    with open(options.meters, encoding="utf-8") as file:
        meters = [(m["event_type"], Meter(m)) for m in DECODER.decode(file.read())]
    meters_of_type, values_of_type = {}, {}
    for event_type, meter in meters:
        meters_of_type.setdefault(event_type, []).append(meter)
        if meter.value is not None and meter.value not in values_of_type.setdefault(event_type, []):
            values_of_type[event_type].append(meter.value)
    table = tenant_table(options.tenants)
    seen = {}
    counts = dict.fromkeys(("records_read", "accepted", "duplicates", "conflicts", "rejected", "unmapped"), 0)
    reasons = {}
    for path in sorted(options.files, key=os.fsencode):
        for record in records_of(path):
            counts["records_read"] += 1
            try:
                event, time, values = event_of(record, values_of_type)
            except Rejected as rejection:
                counts["rejected"] += 1
                reasons[rejection.args[0]] = reasons.get(rejection.args[0], 0) + 1
                continue
            first = seen.setdefault((event["source"], event["id"]), record)
            if first is not record:
                counts["duplicates" if first == record else "conflicts"] += 1
                continue
            counts["accepted"] += 1
            tenant = tenant_of(table, event["subject"], time)
            if tenant is None:
                counts["unmapped"] += 1
                tenant = "unmapped:" + event["subject"]
            for meter in meters_of_type.get(event["type"], ()):
                value = values.get("/".join(meter.value)) if meter.value else None
                meter.take(event, value, time // NANOSECONDS, tenant)
    expected = {
        "status": dict(counts, rejected_by_reason=reasons),
        "meters": {
            meter.name: {window: list(meter.merged_rows(window)) for window in ("hour", "day", "total")}
            for _, meter in meters
        },
    }
    with open(options.expected, "w", encoding="utf-8") as file:
        json.dump(expected, file)
    print(json.dumps(expected["status"]))
    return 0


def load(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def row_key(row):
    return (row["window_start"], row["tenant"], tuple(sorted(row["dimensions"].items(), key=str)))


def compare_rows(name, expected, found, window):
    """The differences of the rows, and of their order."""
    found = [dict(row) for row in found]
    for row in found:
        if window == "total":
            row["window_start"] = row["window_end"] = None
    wanted = {row_key(row): row for row in expected}
    given = {row_key(row): row for row in found}
    if len(given) != len(found):
        yield f"{name}: {len(found) - len(given)} rows stand twice"
    for key, row in wanted.items():
        other = given.get(key)
        if other is None:
            yield f"{name}: missing {row}"
        elif any(other.get(part) != row[part] for part in row):
            yield f"{name}: expected {row}, found {other}"
    for key, row in given.items():
        if key not in wanted:
            yield f"{name}: not expected {row}"
    if wanted.keys() == given.keys() and list(wanted) != list(given):
        yield f"{name}: the rows are not in the order of window, tenant and dimensions"


def compare(options):
    expected = load(options.expected)
    differences = []
    status = load(options.status)
    for key, value in expected["status"].items():
        found = status.get(key)
        if key == "rejected_by_reason":
            found = {reason: count for reason, count in (found or {}).items() if count}
        if found != value:
            differences.append(f"status: {key} is {found}, expected {value}")
    for meter, window, path in options.usage or []:
        rows = load(path)["rows"]
        differences.extend(compare_rows(f"{meter} by {window}", expected["meters"][meter][window], rows, window))
    for difference in differences[: options.limit]:
        print(difference)
    if len(differences) > options.limit:
        print(f"and {len(differences) - options.limit} more")
    return 1 if differences else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(required=True)
    command = commands.add_parser("usage", help="compute the expected usage and status")
    command.add_argument("--meters", required=True)
    command.add_argument("--tenants", required=True)
    command.add_argument("--expected", required=True, help="where to write the result")
    command.add_argument("files", nargs="+")
    command.set_defaults(run=usage)
    command = commands.add_parser("compare", help="compare Odometer's output with it")
    command.add_argument("--expected", required=True)
    command.add_argument("--status", required=True)
    command.add_argument("--usage", nargs=3, action="append", metavar=("METER", "WINDOW", "FILE"))
    command.add_argument("--limit", type=int, default=20, help="how many differences to print")
    command.set_defaults(run=compare)
    options = parser.parse_args()
    sys.exit(options.run(options))


if __name__ == "__main__":
    main()
