import UsageModel

/// Looks identities up in a run's blocks. It keeps the last block, so lookups in the order of the run share them.
struct IdentityCursor {
    /// After so many guesses the search halves what is left: digests that are not spread evenly end it too.
    private static let maximumGuesses = 4

    private let run: IdentityRun
    private var block: (number: Int, block: IdentityBlock)?

    init(_ run: IdentityRun) {
        self.run = run
    }

    /// The content of an identity's event among those of one hour of the directory; `nil` when there is none.
    ///
    /// Interpolation search: identities are spread evenly, so a place can be guessed from the value. One block is enough for
    /// small hours, and two or three for millions of events.
    /// - Throws: damage, where a block is not what was written.
    mutating func content(of identity: Digest128, hour: Int) throws(LedgerError) -> UInt64? {
        var places = run.directory.events(of: hour)
        var (least, greatest): (UInt64, UInt64) = (0, .max)
        var guesses = 0
        while !places.isEmpty {
            let guess = IdentityCursor.guess(
                identity.high, in: places, between: least, and: greatest, halving: guesses >= Self.maximumGuesses)
            guesses += 1
            let number = guess / IdentityBlock.capacity
            let first = number * IdentityBlock.capacity
            let found = try read(number)
            let part = max(places.lowerBound, first)..<min(places.upperBound, first + IdentityBlock.capacity)
            let lowest = found.identity(part.lowerBound - first)
            if identity < lowest {
                places = places.lowerBound..<part.lowerBound
                greatest = lowest.high
                continue
            }
            let highest = found.identity(part.upperBound - 1 - first)
            if highest < identity {
                places = part.upperBound..<places.upperBound
                least = highest.high
                continue
            }
            return IdentityCursor.content(
                of: identity, in: found, from: part.lowerBound - first, to: part.upperBound - first)
        }
        return nil
    }

    private mutating func read(_ number: Int) throws(LedgerError) -> IdentityBlock {
        if let block, block.number == number { return block.block }
        let offset = UInt64(IdentityRunHeader.size + number * IdentityBlock.size)
        let bytes = try run.file.read(at: offset, count: IdentityBlock.size)
        guard let read = IdentityBlock(bytes, at: 0, number: number, of: run.header.number) else {
            throw run.damage(number)
        }
        block = (number, read)
        return read
    }

    /// The place where a value would be if all between the least and the greatest were spread evenly.
    private static func guess(
        _ value: UInt64, in places: Range<Int>, between least: UInt64, and greatest: UInt64, halving: Bool
    ) -> Int {
        let width = greatest - least
        if halving || width == 0 { return places.lowerBound + places.count / 2 }
        let distance = min(max(value, least) - least, width - 1)
        let product = distance.multipliedFullWidth(by: UInt64(places.count))
        // The distance is below the width, so the quotient is below the count, and fits.
        return places.lowerBound + Int(width.dividingFullWidth((product.high, product.low)).quotient)
    }

    private static func content(
        of identity: Digest128, in block: IdentityBlock, from first: Int, to end: Int
    ) -> UInt64? {
        var (low, high) = (first, end)
        while low < high {
            let middle = (low + high) / 2
            if block.identity(middle) < identity { low = middle + 1 } else { high = middle }
        }
        return low < end && block.identity(low) == identity ? block.content(low) : nil
    }
}
