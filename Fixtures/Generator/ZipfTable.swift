/// Picks ranks with weights 1, 1/2, 1/3 …: few subjects do most of the work, as in a real log.
struct ZipfTable {
    /// The sums of the weights up to and with each rank; a weight is a whole number of 2⁻³².
    private let sums: [UInt64]

    init(count: Int) {
        precondition(count > 0, "at least one rank")
        var total: UInt64 = 0
        sums = (1...UInt64(count)).map { rank in
            total += (1 << 32) / rank
            return total
        }
    }

    /// A rank from 0. O(log count).
    func pick(with random: inout SplitMix64) -> Int {
        let point = UInt64(random.below(Int(sums[sums.count - 1])))
        var low = 0
        var high = sums.count - 1
        while low < high {
            let middle = (low + high) / 2
            if sums[middle] > point { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
