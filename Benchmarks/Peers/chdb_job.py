#!/usr/bin/env python3
"""The job of the comparison, done by ClickHouse within Python (chDB): events counted and added up by type, tenant and hour.

    chdb_job.py DIRECTORY --threads 2 --totals FILE

It is the fastest query for it that was found. What it leaves out, and so does not pay for: telling conflicts from
repeats (it takes any record of an id), the schema beyond what the result needs, quarantine with reasons, positions, durable
storage, and running again without counting twice.
"""

import chdb
from chdb.session import Session

import peerjob

SESSION = Session()

# Lines are taken apart by JSONExtract, which uses simdjson. The format JSONEachRow is slower, loses the line after one that
# is cut off, and lets broken UTF-8 pass. Numbers go through a double to their text, so they are exact up to 15 digits. No
# valid id or source has a NUL in it (CloudEvents, 3.1 Type System), so one text of both with a NUL between is the same key.
# Nullable columns are slower; what is null is left out before. Small blocks stay in the processor's caches.
TOTALS = """
CREATE TABLE job.totals ENGINE = Memory AS
WITH record AS (
    SELECT JSONExtract(line, 'Tuple(source String, id String, type LowCardinality(String), subject String, time String,
        data Tuple(bytes String, gb String, seconds String))') AS r, concat(r.data.bytes, r.data.gb, r.data.seconds) AS digits,
        parseDateTime64BestEffortOrNull(r.time, 3, 'UTC') AS time, toDecimal128OrNull(digits, 12) AS value
    FROM file('{directory}/logs/*', 'LineAsString', 'line String')
), event AS (
    SELECT any(r.type) AS type, any(r.subject) AS subject, any(assumeNotNull(record.time)) AS time,
        any(assumeNotNull(record.value)) AS value
    FROM record
    WHERE r.source != '' AND r.id != '' AND r.type IN ('api.request', 'storage.write', 'job.run') AND r.subject != ''
        AND isNotNull(record.time) AND isNotNull(record.value) AND r.time NOT LIKE '%T24:%'
        AND NOT (length(digits) > 13 AND match(digits, '[.][0-9]{{13,}}$'))
    GROUP BY concat(r.id, '\\0', r.source)
), tenant AS (
    SELECT subject, tenant, ifNull(valid_from, toDateTime64('1900-01-01 00:00:00', 3, 'UTC')) AS valid_from,
        ifNull(valid_to, toDateTime64('2299-12-31 00:00:00', 3, 'UTC')) AS valid_to
    FROM file('{directory}/tenants.csv', 'CSVWithNames', 'subject String, tenant String,
        valid_from Nullable(DateTime64(3, \\'UTC\\')), valid_to Nullable(DateTime64(3, \\'UTC\\'))')
)
SELECT event.type AS type, if(tenant.subject = '', concat('unmapped:', event.subject), tenant.tenant) AS tenant,
    toStartOfHour(event.time) AS hour, count() AS events, sum(event.value) AS value
FROM event LEFT JOIN tenant
    ON event.subject = tenant.subject AND event.time >= tenant.valid_from AND event.time < tenant.valid_to
GROUP BY 1, 2, 3
SETTINGS max_threads = {threads}, date_time_input_format = 'best_effort', storage_file_read_method = 'pread',
    max_block_size = 16384, min_chunk_bytes_for_parallel_parsing = 2097152
"""

ROWS = "SELECT type, tenant, formatDateTime(hour, '%Y-%m-%dT%H:%i:%SZ', 'UTC'), events, toString(value) FROM job.totals"


def execute(directory, threads):
    SESSION.query(TOTALS.format(directory=directory, threads=threads))


def rows():
    return [line.split("\t") for line in str(SESSION.query(ROWS, "TabSeparatedRaw")).splitlines()]


if __name__ == "__main__":
    SESSION.query("CREATE DATABASE job")
    engine = str(SESSION.query("SELECT version()")).strip().strip('"')
    peerjob.run(__doc__, f"chDB {chdb.__version__} (ClickHouse {engine})", execute, rows)
