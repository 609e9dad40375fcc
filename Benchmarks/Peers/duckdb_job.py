#!/usr/bin/env python3
"""The job of the comparison, done by DuckDB: events counted and added up by type, tenant and hour.

    duckdb_job.py DIRECTORY --threads 2 --totals FILE

It is the fastest query for it that was found. What it leaves out, and so does not pay for: telling conflicts from
repeats (it takes any record of an id), the schema beyond what the result needs, quarantine with reasons, positions, durable
storage, and running again without counting twice.
"""

import duckdb

import peerjob

CONNECTION = duckdb.connect()

# A broken line becomes a row of nulls. The digits of numbers are read as text and cast to an exact decimal; such with more
# than 12 decimals would be rounded, and are left out. DuckDB takes hour 24 for the next day's midnight, which RFC 3339
# does not. `random() >= 0` always holds: with it the casts are done once, and not a second time for the filter on them.
# The type is a small number on its way through the aggregation, which is faster than a text.
TOTALS = """
CREATE TEMP TABLE totals AS
WITH record AS (
    SELECT source, id, subject, time AS written, coalesce(data.bytes, data.gb, data.seconds) AS digits,
        CASE type WHEN 'api.request' THEN 1::UTINYINT WHEN 'storage.write' THEN 2::UTINYINT
            WHEN 'job.run' THEN 3::UTINYINT END AS type
    FROM read_json('{directory}/logs/*', format = 'newline_delimited', ignore_errors = true, columns = {{
        id: 'VARCHAR', source: 'VARCHAR', type: 'VARCHAR', subject: 'VARCHAR', time: 'VARCHAR',
        data: 'STRUCT(bytes VARCHAR, gb VARCHAR, seconds VARCHAR)'}})
), parsed AS (
    SELECT source, id, type, subject, written, digits,
        TRY_CAST(CASE WHEN random() >= 0 THEN written END AS TIMESTAMP) AS time,
        TRY_CAST(CASE WHEN random() >= 0 THEN digits END AS DECIMAL(38, 12)) AS value
    FROM record
), event AS (
    SELECT any_value(type) AS type, any_value(subject) AS subject, any_value(time) AS time, any_value(value) AS value
    FROM parsed
    WHERE source IS NOT NULL AND id IS NOT NULL AND type IS NOT NULL AND subject IS NOT NULL AND time IS NOT NULL
        AND value IS NOT NULL AND written NOT LIKE '%T24:%'
        AND (strlen(digits) <= 13 OR NOT regexp_matches(digits, '[.][0-9]{{13,}}$'))
    GROUP BY source, id
), tenant AS (
    SELECT subject, tenant, coalesce(valid_from, '-infinity'::TIMESTAMP) AS valid_from,
        coalesce(valid_to, 'infinity'::TIMESTAMP) AS valid_to
    FROM read_csv('{directory}/tenants.csv', header = true, columns = {{
        subject: 'VARCHAR', tenant: 'VARCHAR', valid_from: 'TIMESTAMP', valid_to: 'TIMESTAMP'}})
)
SELECT type, coalesce(tenant, 'unmapped:' || event.subject) AS tenant, date_trunc('hour', time) AS hour,
    count(*) AS events, sum(value) AS value
FROM event LEFT JOIN tenant ON event.subject = tenant.subject AND time >= valid_from AND time < valid_to
GROUP BY ALL
"""

ROWS = """
SELECT CASE type WHEN 1 THEN 'api.request' WHEN 2 THEN 'storage.write' ELSE 'job.run' END, tenant,
    strftime(hour, '%Y-%m-%dT%H:%M:%SZ'), events, value::VARCHAR
FROM totals
"""


def execute(directory, threads):
    CONNECTION.execute(f"SET threads = {threads}; SET TimeZone = 'UTC'; SET preserve_insertion_order = false")
    CONNECTION.execute(TOTALS.format(directory=directory))


def rows():
    return CONNECTION.execute(ROWS).fetchall()


if __name__ == "__main__":
    peerjob.run(__doc__, f"DuckDB {duckdb.__version__}", execute, rows)
