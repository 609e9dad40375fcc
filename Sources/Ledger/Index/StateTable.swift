import Foundation
import GRDB
import UsageModel

/// The table `states`: what is no number of a window of a series (digests, readings), in pieces as the commits brought it.
///
/// Sixteen pieces of a level become one of the next, so that a window has few of them and each byte is written anew once a
/// level, as in a log-structured merge tree (O'Neil et al., 1996). What is merged when follows from the frames alone.
struct StateTable {
    private static let fanOut = 16
    /// Pieces that are as large together stay as they are: whoever reads one has it in memory whole.
    private static let maximumBytes = 1 << 20

    /// Where a piece stands among those of its window.
    private struct Place {
        var level: Int
        var seq: Int64
        var number: Int
    }

    private let db: Database

    init(_ db: Database) {
        self.db = db
    }

    /// Adds the state of an entry of a frame.
    /// - Parameter number: the entry's number in the frame.
    func insert(_ state: Aggregate, _ series: Int64, _ window: Window, seq: UInt64, number: Int) throws {
        try insert(state, series, window, at: Place(level: 0, seq: Int64(seq), number: number))
    }

    private func insert(_ state: Aggregate, _ series: Int64, _ window: Window, at place: Place) throws {
        var writer = ByteWriter()
        CommitCodec.encode(state, to: &writer)
        try db.cachedStatement(sql: "INSERT INTO states VALUES (?, ?, ?, ?, ?, ?, ?)").execute(arguments: [
            series, window.start.nanoseconds, window.end.nanoseconds, place.level, place.seq, place.number,
            Data(writer.bytes),
        ])
        let count = try db.cachedStatement(
            sql: "SELECT count(*) >= \(StateTable.fanOut) AND total(length(state)) < \(StateTable.maximumBytes)"
                + " FROM states \(StateTable.ofLevel)")
        let arguments: StatementArguments = [series, window.start.nanoseconds, window.end.nanoseconds, place.level]
        guard try Bool.fetchOne(count, arguments: arguments) ?? false else { return }
        let select = try db.cachedStatement(sql: "SELECT state FROM states \(StateTable.ofLevel) ORDER BY seq, number")
        let pieces = try Data.fetchAll(select, arguments: arguments)
            .map { try StateTable.decode([UInt8]($0), state.aggregation) }
        guard let whole = try StateTable.merged(pieces) else { return }
        try db.cachedStatement(sql: "DELETE FROM states \(StateTable.ofLevel)").execute(arguments: arguments)
        try insert(whole, series, window, at: Place(level: place.level + 1, seq: place.seq, number: place.number))
    }

    /// All pieces of a window as one; `nil` when there is none.
    func state(of series: Int64, in window: Window, _ aggregation: Meter.Aggregation) throws -> Aggregate? {
        let select = try db.cachedStatement(sql: "SELECT state FROM states \(StateTable.ofWindow)")
        let pieces = try Data.fetchAll(
            select, arguments: [series, window.start.nanoseconds, window.end.nanoseconds])
        return try StateTable.merged(pieces.map { try StateTable.decode([UInt8]($0), aggregation) })
    }

    func remove(_ series: Int64, _ window: Window) throws {
        try db.cachedStatement(sql: "DELETE FROM states \(StateTable.ofWindow)").execute(
            arguments: [series, window.start.nanoseconds, window.end.nanoseconds])
    }

    /// Makes the pieces of one window those of another, which a session has become part of.
    func move(_ series: Int64, from old: Window, to new: Window) throws {
        if old == new { return }
        try db.cachedStatement(sql: "UPDATE states SET window_start = ?, window_end = ? \(StateTable.ofWindow)")
            .execute(
                arguments: [
                    new.start.nanoseconds, new.end.nanoseconds, series, old.start.nanoseconds, old.end.nanoseconds,
                ])
    }

    static func decode(_ bytes: [UInt8], _ aggregation: Meter.Aggregation) throws -> Aggregate {
        var reader = ByteReader(bytes)
        do throws(CodecError) {
            let state = try CommitCodec.aggregate(aggregation, from: &reader)
            try reader.end()
            return state
        } catch {
            throw LedgerError.index("a state: \(error)")
        }
    }

    /// By halves, so that each byte is copied log n times.
    private static func merged(_ pieces: [Aggregate]) throws -> Aggregate? {
        var pieces = pieces
        while pieces.count > 1 {
            var next: [Aggregate] = []
            for index in stride(from: 0, to: pieces.count, by: 2) {
                next.append(
                    index + 1 < pieces.count ? try pieces[index].merged(with: pieces[index + 1]) : pieces[index])
            }
            pieces = next
        }
        return pieces.first
    }

    private static let ofWindow = "WHERE series = ? AND window_start = ? AND window_end = ?"
    private static let ofLevel = "\(ofWindow) AND level = ?"
}
