import Pipeline
import UsageModel

/// Progress in words.
struct ProgressText {
    let progress: RunProgress

    /// One line of at most `width` columns for a terminal: a bar where the end is known.
    func bar(width: Int) -> String {
        guard let fraction else { return String(line.prefix(width)) }
        let percent = "\(Int(fraction * 100))%"
        let words = " " + String(repeating: " ", count: 4 - percent.count) + percent + "  " + line
        let room = min(30, width - words.count - 2)
        guard room >= 5 else { return String(words.dropFirst().prefix(width)) }
        let filled = Int(fraction * Double(room))
        return "[" + String(repeating: "#", count: filled) + String(repeating: "-", count: room - filled) + "]" + words
    }

    /// One line, such as `12.0 MiB of 64.0 MiB, 3 of 16 files, 48,000 events, 24,000 events/s, 4 s left`.
    var line: String {
        let done = ProgressText.size(progress.bytesRead)
        // What is still being looked for makes the totals larger.
        let more = progress.lookingIn.isEmpty ? "" : " or more"
        let total = progress.bytesTotal.map { " of \(ProgressText.size($0))\(more)" } ?? ""
        var parts = [done + total]
        if let files = progress.partitionsTotal {
            parts.append("\(ProgressText.grouped(progress.partitionsRead)) of \(partitions(files))\(more)")
        }
        parts += ["\(ProgressText.grouped(progress.counts.read)) events", rate]
        if let secondsLeft { parts.append(ProgressText.time(secondsLeft) + " left") }
        return parts.joined(separator: ", ")
    }

    /// What a run did, for its end.
    var summary: String {
        let counts = progress.counts
        let outcomes = [
            (counts.accepted, "accepted"), (counts.duplicates, "duplicates"), (counts.conflicts, "conflicts"),
            (counts.rejected, "rejected"),
        ].map { "\(ProgressText.grouped($0)) \($1)" }.joined(separator: ", ")
        let alone = progress.partitionsLeft == 0 ? "" : "; \(partitions(progress.partitionsLeft)) left alone"
        return "\(ProgressText.grouped(counts.read)) records read: \(outcomes); \(progress.commits) commits;"
            + " \(ProgressText.size(progress.bytesRead)) in \(ProgressText.time(seconds)), \(rate)" + alone
    }

    /// What is left of a bounded run that was told to stop; `nil` when it came to its end.
    var left: String? {
        guard !progress.isComplete, let bytes = progress.bytesTotal, let files = progress.partitionsTotal else {
            return nil
        }
        let unread = files - min(files, progress.partitionsRead)
        return
            "not finished: \(ProgressText.size(bytes - min(bytes, progress.bytesRead))) in \(partitions(unread))"
            + " left to read; the same command goes on from there"
    }

    // MARK: Parts

    private var seconds: Double { progress.elapsed / .seconds(1) }

    /// How much is done, 0 to 1; `nil` where the end is not known.
    private var fraction: Double? {
        guard let total = progress.bytesTotal, progress.lookingIn.isEmpty else { return nil }
        return total == 0 ? 1 : min(1, Double(progress.bytesRead) / Double(total))
    }

    private var rate: String {
        let rate = seconds > 0 ? Double(progress.counts.read) / seconds : 0
        return "\(ProgressText.grouped(UInt64(rate))) events/s"
    }

    private var secondsLeft: Double? {
        guard let left = progress.timeLeft, left > .zero else { return nil }
        return left / .seconds(1)
    }

    /// With one decimal, rounded down: a run is not done before it is.
    private static func size(_ bytes: UInt64) -> String {
        if bytes < 1 << 10 { return "\(bytes) B" }
        var unit: UInt64 = 1 << 10
        var names = ["KiB", "MiB", "GiB", "TiB"][...]
        while names.count > 1, bytes / unit >= 1 << 10 {
            unit <<= 10
            names = names.dropFirst()
        }
        return "\(bytes / unit).\(bytes % unit * 10 / unit) \(names.first ?? "")"
    }

    private func partitions(_ count: UInt64) -> String {
        ProgressText.grouped(count) + " \(progress.partitionName.rawValue)" + (count == 1 ? "" : "s")
    }

    /// With commas between thousands.
    private static func grouped(_ number: UInt64) -> String {
        var text = ""
        for (index, digit) in String(number).reversed().enumerated() {
            if index > 0, index % 3 == 0 { text = "," + text }
            text = String(digit) + text
        }
        return text
    }

    private static func time(_ seconds: Double) -> String {
        let tenths = Int(min(seconds, 1e9) * 10)
        let whole = tenths / 10
        if whole < 10 { return "\(whole).\(tenths % 10) s" }
        if whole < 60 { return "\(whole) s" }
        if whole < 3_600 { return "\(whole / 60) min \(whole % 60) s" }
        return "\(whole / 3_600) h \(whole / 60 % 60) min"
    }
}
