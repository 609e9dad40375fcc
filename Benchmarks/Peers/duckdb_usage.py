#!/usr/bin/env python3
"""The usage of Odometer's meters, computed by DuckDB from the same files, and how long it takes.

    pip install duckdb
    Benchmarks/Peers/duckdb_usage.py DIRECTORY [--threads 2] [--expected expected.json]

DIRECTORY is what `odometer-fixtures generate` wrote. With the oracle's --expected file the totals of `egress_bytes` are
compared, and the exit status is 1 where they differ. What is left out, and so is not paid for: telling conflicts from
duplicates, quarantine, positions, durability, and running again without counting twice.
"""

import argparse
import json
import resource
import sys
import time

import duckdb

# A broken line becomes a row of nulls. DuckDB takes hour 24 for the next day's midnight; RFC 3339 does not. The digits of
# numbers are kept as text and cast to an exact decimal.
EVENTS = """
CREATE TABLE event AS
SELECT * EXCLUDE (file, line, place)
FROM (
    SELECT *, row_number() OVER (PARTITION BY source, id ORDER BY file, line) AS place
    FROM (
        SELECT filename AS file, row_number() OVER () AS line, specversion, id, source, type, subject,
            TRY_CAST(time AS TIMESTAMPTZ) AT TIME ZONE 'UTC' AS time,
            data.region AS region, TRY_CAST(data.status AS DOUBLE) AS status,
            TRY_CAST(data.bytes AS DECIMAL(38, 12)) AS bytes, TRY_CAST(data.gb AS DECIMAL(38, 12)) AS gb,
            TRY_CAST(data.seconds AS DECIMAL(38, 12)) AS seconds, data.class AS class, data.queue AS queue,
            coalesce(data.bytes, data.gb, data.seconds) AS digits
        FROM read_json('{directory}/logs/*.ndjson', format = 'newline_delimited', ignore_errors = true,
            filename = true, columns = {{
                specversion: 'VARCHAR', id: 'VARCHAR', source: 'VARCHAR', type: 'VARCHAR', subject: 'VARCHAR',
                time: 'VARCHAR', data: 'STRUCT(region VARCHAR, status VARCHAR, bytes VARCHAR, gb VARCHAR,
                    seconds VARCHAR, class VARCHAR, queue VARCHAR)'}}) AS raw
        WHERE raw.time NOT LIKE '%T24:%'
    )
    WHERE specversion = '1.0' AND id IS NOT NULL AND source IS NOT NULL AND type IS NOT NULL
        AND subject IS NOT NULL AND time IS NOT NULL AND NOT regexp_full_match(digits, '.*[.][0-9]{{13,}}')
)
WHERE place = 1
"""

TENANTS = """
CREATE TABLE tenant AS
SELECT subject, tenant, coalesce(valid_from, '-infinity'::TIMESTAMP) AS valid_from,
    coalesce(valid_to, 'infinity'::TIMESTAMP) AS valid_to
FROM read_csv('{directory}/tenants.csv', header = true, columns = {{
    subject: 'VARCHAR', tenant: 'VARCHAR', valid_from: 'TIMESTAMP', valid_to: 'TIMESTAMP'}})
"""

ATTRIBUTED = """
CREATE VIEW attributed AS
SELECT event.*, date_trunc('hour', time) AS hour, coalesce(tenant, 'unmapped:' || event.subject) AS tenant
FROM event LEFT JOIN tenant
    ON event.subject = tenant.subject AND event.time >= valid_from AND event.time < valid_to
"""

METERS = {
    "requests": "SELECT hour, tenant, region, count(*) FROM attributed WHERE type = 'api.request' GROUP BY ALL",
    "egress_bytes": """SELECT hour, tenant, sum(bytes), count(*) FROM attributed
        WHERE type = 'api.request' AND status IN (200, 201) GROUP BY ALL""",
    "storage_gb": """SELECT hour, tenant, region, class, sum(gb), count(*) FROM attributed
        WHERE type = 'storage.write' GROUP BY ALL""",
    "job_seconds_max": """SELECT hour, tenant, max(seconds), count(*) FROM attributed
        WHERE type = 'job.run' GROUP BY ALL""",
    "job_seconds_min": """SELECT hour, tenant, min(seconds), count(*) FROM attributed
        WHERE type = 'job.run' AND queue = 'batch' GROUP BY ALL""",
}


def differences(expected, rows):
    wanted = {(row["window_start"], row["tenant"]): (row["value"], row["events"]) for row in expected}
    for hour, tenant, value, events in rows:
        text = f"{value:f}".rstrip("0").rstrip(".")
        found = wanted.pop((hour.strftime("%Y-%m-%dT%H:%M:%SZ"), tenant), None)
        if found != (text, events):
            yield f"{hour} {tenant}: {text} of {events} events, expected {found}"
    for key, row in wanted.items():
        yield f"missing {key}: {row}"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("directory")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--expected", help="the oracle's totals, to compare with")
    options = parser.parse_args()
    started = time.monotonic()
    connection = duckdb.connect()
    connection.execute(f"SET threads = {options.threads}; SET TimeZone = 'UTC'")
    connection.execute(EVENTS.format(directory=options.directory))
    connection.execute(TENANTS.format(directory=options.directory))
    connection.execute(ATTRIBUTED)
    results = {name: connection.execute(query).fetchall() for name, query in METERS.items()}
    seconds = time.monotonic() - started
    accepted = connection.execute("SELECT count(*) FROM event").fetchone()[0]
    print(
        json.dumps(
            {
                "program": "DuckDB " + duckdb.__version__,
                "seconds": round(seconds, 3),
                "events": accepted,
                "rows": {name: len(rows) for name, rows in results.items()},
                "peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
            }
        )
    )
    if options.expected:
        with open(options.expected, encoding="utf-8") as file:
            expected = json.load(file)["meters"]["egress_bytes"]["hour"]
        found = list(differences(expected, results["egress_bytes"]))
        for difference in found[:20]:
            print(difference)
        sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
