/// The records of a CSV file by another way: a state for each byte.
struct SlowCSV {
    var records: [ReaderHarness.Line] = []
    /// What stands between `start` and the end of a record.
    private let contents: [UInt8]
    private let maximum: Int

    /// - Parameters:
    ///   - takesTail: whether the end of the file ends the last record.
    ///   - maximum: the longest record.
    init(_ contents: [UInt8], takesTail: Bool, maximum: Int) {
        self.contents = contents
        self.maximum = maximum
        var line = 0
        while line < contents.count {
            let start = line == 0 && contents.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : line
            if let end = recordEnd(from: start), length(start, end) <= maximum {
                add(start, end)
                line = end + 1
            } else if recordEnd(from: start) != nil || contents.count - start > maximum + 1 {
                let limit = min(contents.count, line + maximum)
                let end = contents[limit...].firstIndex(of: 0x0A)
                if end == nil && !takesTail { return }
                add(start, end ?? contents.count)
                line = (end ?? contents.count) + 1
            } else {
                if takesTail { add(start, contents.count) }
                return
            }
        }
    }

    private func length(_ start: Int, _ end: Int) -> Int {
        end > start && contents[end - 1] == 0x0D ? end - 1 - start : end - start
    }

    private mutating func add(_ start: Int, _ end: Int) {
        let length = length(start, end)
        if length == 0 { return }
        records.append(
            .init(
                position: UInt64(start), bytes: Array(contents[start..<start + length].prefix(16_384)),
                length: UInt64(length)))
    }

    /// Where the line feed stands that is not between quotes; `nil` when the file has none.
    private func recordEnd(from start: Int) -> Int? {
        enum State { case first, plain, quoted, quote }
        var state = State.first
        for index in start..<contents.count {
            switch (state, contents[index]) {
            case (.first, 0x0A), (.plain, 0x0A), (.quote, 0x0A): return index
            case (.first, 0x22): state = .quoted
            case (.quoted, 0x22): state = .quote
            case (.quote, 0x22): state = .quoted
            case (.quoted, _): state = .quoted
            case (_, 0x2C): state = .first
            default: state = .plain
            }
        }
        return nil
    }
}

extension RandomContents {
    /// Random CSV: quoted fields with all that may stand in them, stray quotes, both line ends, perhaps none at the end.
    mutating func table(records: Int, longest: Int) -> [UInt8] {
        var text = next(8) == 0 ? "\u{FEFF}" : ""
        if next(6) == 0 { text += "\r\n\n" }
        text += next(12) == 0 ? String(repeating: "h", count: longest + next(4)) : "time,\"na\nme\",x"
        for number in 0..<records {
            text += next(3) == 0 ? "\r\n" : "\n"
            switch next(16) {
            case 0: text += ""
            case 1: text += "  "
            case 2: text += "\(number),\"not closed"
            case 3: text += "\(number),a 5\" disk,x"
            case 4: text += "\(number),\"" + String(repeating: "x\n", count: next(longest))
            case 5: text += String(repeating: "y", count: longest - 3 + next(6))
            case 6: text += "\"\(number)\"\"\"\"\n\",\"\",\"\r\n,\""
            default: text += "\(number),\"a\nb \"\"c\"\" \(next(1_000))\",\(next(9))"
            }
        }
        if next(2) == 0 { text += "\n" }
        return Array(text.utf8)
    }
}
