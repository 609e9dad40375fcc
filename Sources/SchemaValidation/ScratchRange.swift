/// A range of a ``ScratchStack``, as an element of another.
struct ScratchRange: BitwiseCopyable {
    private let start: Int32
    private let end: Int32

    init(_ indices: Range<Int>) {
        start = Int32(indices.lowerBound)
        end = Int32(indices.upperBound)
    }

    @inline(__always)
    var lowerBound: Int { Int(start) }

    @inline(__always)
    var indices: Range<Int> { Int(start)..<Int(end) }
}
