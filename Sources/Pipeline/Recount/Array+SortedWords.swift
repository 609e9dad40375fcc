extension [UInt64] {
    /// Whether sorted words have one among them. O(log n).
    func hasSorted(_ word: UInt64) -> Bool {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if self[middle] < word { low = middle + 1 } else { high = middle }
        }
        return low < count && self[low] == word
    }
}
