import FileReader
import Testing
import UsageModel

/// What a reader gave out, put down partition by partition and checked for what every reader promises.
struct ReaderHarness {
    struct Line: Hashable {
        var position: UInt64
        var bytes: [UInt8]
        /// The whole length where only the beginning is kept.
        var length: UInt64
    }

    var lines: [String: [Line]] = [:]
    /// Partitions in the order of their first batch.
    var order: [String] = []
    var batches: [RecordBatch] = []
    var states: [String: PartitionState] = [:]
    var errors: [SourceError] = []

    /// The committed states, as a restart would be given them.
    var resume: [PartitionState] { states.values.sorted { $0.partition.id < $1.partition.id } }

    /// Texts of the records of a partition.
    func texts(_ id: String) -> [String] { (lines[id] ?? []).map { String(decoding: $0.bytes, as: UTF8.self) } }

    /// Reads until there is nothing more, or until so many batches were read.
    mutating func drain(_ reader: inout FileReader, batches limit: Int = .max) async {
        var count = 0
        while count < limit {
            do throws(SourceError) {
                guard let batch = try await reader.next() else { return }
                take(batch)
                count += 1
            } catch { errors.append(error) }
        }
    }

    private mutating func take(_ batch: RecordBatch) {
        let id = batch.partition.id.description
        guard case .byte(let start) = batch.range.start, case .byte(let end) = batch.range.end else { return }
        if let state = states[id] {
            #expect(state.position == batch.range.start, "no gap and no overlap")
        } else {
            #expect(start == 0)
            order.append(id)
        }
        // A batch of no bytes says in which file the partition goes on.
        #expect(end >= start)
        #expect(batch.bytes.suffix(RecordBatch.padding).allSatisfy { $0 == 0 })
        if batch.oversized == nil { #expect(UInt64(batch.contentCount) == end - start) }
        for (number, record) in batch.records.enumerated() {
            guard case .byte(let position) = batch.position(ofRecord: number) else { continue }
            let bytes = batch.bytes[Int(record.start)..<Int(record.start + record.length)]
            lines[id, default: []].append(
                Line(position: position, bytes: Array(bytes), length: batch.oversized?.length ?? UInt64(record.length)))
        }
        states[id] = PartitionState(partition: batch.partition, position: batch.range.end)
        batches.append(batch)
    }

    /// The records of a file by another way: one byte after the other.
    static func oracle(_ contents: [UInt8], takesTail: Bool, maximum: Int) -> [Line] {
        var lines: [Line] = []
        var line: [UInt8] = []
        var start: UInt64 = 0
        func finish(_ next: UInt64) {
            if start == 0, line.starts(with: [0xEF, 0xBB, 0xBF]) {
                line.removeFirst(3)
                start = 3
            }
            if line.last == 0x0D { line.removeLast() }
            if line.count > maximum {
                lines.append(Line(position: start, bytes: Array(line.prefix(16_384)), length: UInt64(line.count)))
            } else if line.contains(where: { ![0x20, 0x09, 0x0D].contains($0) }) {
                lines.append(Line(position: start, bytes: line, length: UInt64(line.count)))
            }
            line = []
            start = next
        }
        for (index, byte) in contents.enumerated() {
            if byte == 0x0A { finish(UInt64(index) + 1) } else { line.append(byte) }
        }
        if takesTail && !line.isEmpty { finish(UInt64(contents.count)) }
        return lines
    }
}

/// Random contents from a seed: short and long lines, blank ones, both line ends, perhaps none at the end.
struct RandomContents {
    private var state: UInt64

    init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

    mutating func next(_ bound: Int) -> Int {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return Int(state >> 16) % bound
    }

    mutating func file(lines: Int, longest: Int) -> [UInt8] {
        var bytes: [UInt8] = next(8) == 0 ? [0xEF, 0xBB, 0xBF] : []
        for number in 0..<lines {
            switch next(10) {
            case 0: bytes += [0x20, 0x09].prefix(next(3))
            case 1: bytes += [UInt8](repeating: UInt8(97 + next(26)), count: next(longest * 3))
            case 2: bytes += [UInt8](repeating: 0x78, count: longest - 3 + next(6))
            default: bytes += Array("{\"n\":\(number),\"r\":\(next(1_000_000))}".utf8)
            }
            if next(20) == 0 { bytes.append(0x0D) }
            if number + 1 < lines || next(2) == 0 { bytes += next(3) == 0 ? [0x0D, 0x0A] : [0x0A] }
        }
        return bytes
    }
}
