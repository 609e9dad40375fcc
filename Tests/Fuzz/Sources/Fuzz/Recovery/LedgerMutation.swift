import UsageModel

@testable import Ledger

/// Breaks a ledger as an input says, step by step, and makes checksums right again where it asks for that.
struct LedgerMutation {
    private(set) var ledger = SampleLedger.whole
    /// Whether a checksum was made right, so that frames may be whole that nobody wrote.
    private(set) var isForged = false

    init(_ input: inout FuzzInput) {
        var steps = 0
        while !input.isEmpty, steps < 12 {
            step(&input)
            steps += 1
        }
    }

    private mutating func step(_ input: inout FuzzInput) {
        let kind = input.byte() % 12
        if ledger.segments.isEmpty { return }
        let index = input.number(below: ledger.segments.count)
        let size = ledger.segments[index].bytes.count
        let place = input.number(below: size + 1)
        switch kind {
        case 0: if place < size { ledger.segments[index].bytes[place] ^= max(input.byte(), 1) }
        case 1: ledger.segments[index].bytes.removeSubrange(place...)
        case 2: ledger.segments[index].bytes.insert(contentsOf: input.take(1 + input.number(below: 200)), at: place)
        case 3: ledger.segments[index].bytes.removeSubrange(place..<min(size, place + 1 + input.number(below: 256)))
        case 4: replaceFrame(&input)
        case 5: insertFrame(at: place, of: index, &input)
        case 6: ledger.segments[index].bytes += input.take(input.number(below: 256))
        case 7: ledger.segments.remove(at: index)
        case 8: overwriteHeader(of: index, &input)
        case 9: overwriteFrame(&input)
        case 10: chainAgain()
        default: rename(index, input.number(below: 16))
        }
    }

    private func bytes(of frame: SampleLedger.Place) -> [UInt8] {
        Array(SampleLedger.whole.segments[frame.segment].bytes[frame.range])
    }

    /// One frame in the place of another one.
    private mutating func replaceFrame(_ input: inout FuzzInput) {
        let source = ledger.frames[input.number(below: ledger.frames.count)]
        let target = ledger.frames[input.number(below: ledger.frames.count)]
        guard target.segment < ledger.segments.count,
            target.range.upperBound <= ledger.segments[target.segment].bytes.count
        else { return }
        ledger.segments[target.segment].bytes.replaceSubrange(target.range, with: bytes(of: source))
    }

    private mutating func insertFrame(at place: Int, of index: Int, _ input: inout FuzzInput) {
        let source = ledger.frames[input.number(below: ledger.frames.count)]
        let isAppended = input.byte() & 1 == 0
        let bytes = ledger.segments[index].bytes
        let end = isAppended ? (bytes.lastIndex { $0 != 0 } ?? -1) + 1 : place
        ledger.segments[index].bytes.insert(contentsOf: self.bytes(of: source), at: end)
    }

    private mutating func overwriteHeader(of index: Int, _ input: inout FuzzInput) {
        let field = 8 + input.number(below: 116)
        let value = input.take(1 + input.number(below: 16))
        var forged = ForgedBytes(ledger.segments[index].bytes)
        guard field + value.count <= 124, forged.bytes.count >= 128 else { return }
        forged.put(value, at: field)
        forged.sealSegmentHeader()
        ledger.segments[index].bytes = forged.bytes
        isForged = true
    }

    private mutating func overwriteFrame(_ input: inout FuzzInput) {
        let frame = ledger.frames[input.number(below: ledger.frames.count)]
        let field = frame.range.lowerBound + input.number(below: frame.range.count)
        let value = input.take(1 + input.number(below: 16))
        let isWhole = input.byte() & 1 == 0
        guard frame.segment < ledger.segments.count else { return }
        var forged = ForgedBytes(ledger.segments[frame.segment].bytes)
        guard field + value.count <= forged.bytes.count else { return }
        forged.put(value, at: field)
        if isWhole {
            forged.sealFrame(at: frame.range.lowerBound, in: FrameTarget.ledger)
        } else {
            forged.sealHeader(at: frame.range.lowerBound, in: FrameTarget.ledger)
        }
        ledger.segments[frame.segment].bytes = forged.bytes
        isForged = true
    }

    /// Gives every frame and segment the hash of the one before it, and its own.
    private mutating func chainAgain() {
        isForged = true
        var previous = [UInt8](repeating: 0, count: 32)
        for index in ledger.segments.indices {
            var forged = ForgedBytes(ledger.segments[index].bytes)
            guard forged.bytes.count >= SegmentHeader.size else { return }
            forged.put(previous, at: 48)
            forged.sealSegmentHeader()
            var offset = SegmentHeader.size
            while offset + FrameHeader.size <= forged.bytes.count, forged.bytes[offset] != 0 {
                forged.put(previous, at: offset + 48)
                guard let (hash, end) = forged.sealFrame(at: offset, in: FrameTarget.ledger) else { break }
                previous = hash
                offset = end
            }
            ledger.segments[index].bytes = forged.bytes
        }
    }

    private mutating func rename(_ index: Int, _ number: Int) {
        let name = LedgerDirectory.segmentName(firstSeq: UInt64(number))
        guard !ledger.segments.contains(where: { $0.name == name }) else { return }
        ledger.segments[index].name = name
        ledger.segments.sort { $0.name < $1.name }
    }
}
