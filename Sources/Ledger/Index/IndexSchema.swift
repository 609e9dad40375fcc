import Foundation
import GRDB
import UsageModel

/// The tables of the index.
enum IndexSchema {
    /// In the order in which they can be compared and dropped.
    static let tables = [
        "usage", "states", "corrections", "series", "meters", "partitions", "quarantine", "commits", "documents",
        "rejections", "meta",
    ]

    /// Drops what is there and makes the tables, empty.
    static func create(in db: Database, ledger: LedgerID) throws {
        for table in try String.fetchAll(db, sql: "SELECT name FROM sqlite_master WHERE type = 'table'") {
            try db.execute(sql: "DROP TABLE \"\(table)\"")
        }
        try db.execute(sql: statements)
        try db.execute(
            sql: """
                INSERT INTO meta (version, ledger, applied_seq, frame_hash, segment, offset, commits,
                accepted, duplicates, conflicts, rejected, unmapped) VALUES (?, ?, 0, ?, '', 0, 0, '0', '0', '0', '0', '0')
                """,
            arguments: [LedgerIndex.version, Data(ledger.bytes), Data(Digest256.none.bytes)])
    }

    /// Counters are decimal text, as they may pass 2⁶³. `tenant` and `dimensions` sort as BLOBs in the order of the
    /// output; see ``SeriesKey``. A quantity is two integers: units = high × 2⁶⁴ + low, with low taken as unsigned. What is no
    /// number lies in `states`; see ``StateTable``.
    private static let statements = """
        CREATE TABLE meta (version INTEGER NOT NULL, ledger BLOB NOT NULL, applied_seq INTEGER NOT NULL,
          frame_hash BLOB NOT NULL, segment TEXT NOT NULL, offset INTEGER NOT NULL, watermark INTEGER, latest INTEGER,
          sealed_before INTEGER, commits INTEGER NOT NULL, accepted TEXT NOT NULL, duplicates TEXT NOT NULL, conflicts TEXT NOT NULL,
          rejected TEXT NOT NULL, unmapped TEXT NOT NULL);
        CREATE TABLE meters (id INTEGER PRIMARY KEY, name TEXT NOT NULL, header BLOB NOT NULL, first_seq INTEGER NOT NULL,
          recounted INTEGER);
        CREATE INDEX meters_name ON meters (name, id);
        CREATE TABLE series (id INTEGER PRIMARY KEY, meter INTEGER NOT NULL, tenant BLOB NOT NULL,
          dimensions BLOB NOT NULL, UNIQUE (meter, tenant, dimensions));
        CREATE TABLE usage (meter INTEGER NOT NULL, window_start INTEGER NOT NULL, window_end INTEGER NOT NULL,
          series INTEGER NOT NULL, high INTEGER NOT NULL, low INTEGER NOT NULL, events INTEGER NOT NULL,
          PRIMARY KEY (meter, window_start, window_end, series)) WITHOUT ROWID;
        CREATE INDEX usage_series ON usage (series, window_start);
        CREATE TABLE states (series INTEGER NOT NULL, window_start INTEGER NOT NULL, window_end INTEGER NOT NULL,
          level INTEGER NOT NULL, seq INTEGER NOT NULL, number INTEGER NOT NULL, state BLOB NOT NULL,
          PRIMARY KEY (series, window_start, window_end, level, seq, number)) WITHOUT ROWID;
        CREATE TABLE corrections (seq INTEGER NOT NULL, number INTEGER NOT NULL, meter INTEGER NOT NULL,
          series INTEGER NOT NULL, window_start INTEGER NOT NULL, window_end INTEGER NOT NULL, cause INTEGER NOT NULL,
          is_debit INTEGER NOT NULL, events INTEGER NOT NULL, value TEXT, PRIMARY KEY (seq, number)) WITHOUT ROWID;
        CREATE TABLE partitions (source TEXT NOT NULL, id BLOB NOT NULL, descriptor BLOB NOT NULL,
          position BLOB NOT NULL, PRIMARY KEY (source, id)) WITHOUT ROWID;
        CREATE TABLE quarantine (seq INTEGER NOT NULL, number INTEGER NOT NULL, source TEXT NOT NULL,
          partition BLOB NOT NULL, position BLOB NOT NULL, length INTEGER NOT NULL, reason INTEGER NOT NULL,
          detail TEXT NOT NULL, bytes BLOB NOT NULL, PRIMARY KEY (seq, number)) WITHOUT ROWID;
        CREATE TABLE rejections (reason INTEGER PRIMARY KEY, count INTEGER NOT NULL);
        CREATE TABLE commits (seq INTEGER PRIMARY KEY, time INTEGER NOT NULL, epoch INTEGER NOT NULL,
          hash BLOB NOT NULL, segment TEXT NOT NULL, offset INTEGER NOT NULL, bytes INTEGER NOT NULL,
          accepted INTEGER NOT NULL, duplicates INTEGER NOT NULL, conflicts INTEGER NOT NULL,
          rejected INTEGER NOT NULL, unmapped INTEGER NOT NULL, ranges INTEGER NOT NULL, entries INTEGER NOT NULL,
          watermark INTEGER, sealed_before INTEGER, window_start INTEGER, window_end INTEGER);
        CREATE INDEX commits_windows ON commits (window_end, window_start);
        CREATE INDEX commits_seals ON commits (seq, sealed_before) WHERE sealed_before IS NOT NULL;
        CREATE TABLE documents (digest BLOB PRIMARY KEY, kind INTEGER NOT NULL, seq INTEGER NOT NULL,
          segment TEXT NOT NULL, offset INTEGER NOT NULL) WITHOUT ROWID;
        """
}
