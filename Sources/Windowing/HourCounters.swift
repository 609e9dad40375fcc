/// A number for each of some hours: an array where they lie close together, as they do unless somebody's clock is wrong.
struct HourCounters {
    /// Hours that are kept in the array at most, from the least on.
    private static let maximumSpan = 1 << 16

    private let least: Int32
    private var near: [Int]
    private var far: [Int32: Int] = [:]

    /// - Parameter hours: all hours that will be asked for lie in it.
    init(_ hours: ClosedRange<Int32>) {
        least = hours.lowerBound
        near = [Int](repeating: 0, count: min(hours.count, HourCounters.maximumSpan))
    }

    subscript(hour: Int32) -> Int {
        @inline(__always) get {
            let place = Int(hour) - Int(least)
            return place < near.count ? near[place] : far[hour, default: 0]
        }
        @inline(__always) set {
            let place = Int(hour) - Int(least)
            if place < near.count { near[place] = newValue } else { far[hour] = newValue }
        }
    }

    /// Those that are not 0, in ascending order of the hours.
    var counted: [(hour: Int32, count: Int)] {
        near.indices.filter { near[$0] != 0 }.map { (least + Int32($0), near[$0]) }
            + far.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }
}
