import AWSClient
import Compression
import RecordCutting
import Synchronization
import UsageModel

extension S3RangeReader {
    /// Where the contents of a partition are to be had now.
    struct Place: Sendable {
        var object: S3Object
        /// The version to ask for; `nil` for what is there now.
        var version: String?
        var format: S3Descriptor.Format
        /// The ETag of what was committed, where other contents have taken its place.
        var oldETag: String?
        /// Why the version could not be asked for, where it may be there all the same.
        var denial: AWSError?
        /// Where damage was met, in the object as it lies there. All that stands before it is to be brought out first: what
        /// a decompressor meets damage with it does not give out.
        var damageOffset: UInt64?
    }

    /// Why no more of the contents comes.
    enum Stop {
        /// There is as much as was wanted.
        case full
        /// The next part has to be fed first.
        case needsPart
        case end
        case damage(CompressionError)
    }

    /// An object that is read again: its parts go in, its contents come out in order.
    struct OpenObject: ~Copyable, Sendable {
        var place: Place
        var fetch: ObjectFetch
        /// When it was opened, and when it was read last.
        var opened: UInt64
        var used: UInt64
        private var contents: ObjectContents
        /// Where the next byte of the contents stands.
        private(set) var offset: UInt64
        /// The next byte, where it was looked at.
        private var peeked: UInt8?
        private var damage: CompressionError?
        private var search: RecordHeaderSearch?
        /// What is to be fed of the last part that came, and whether it is the last one.
        private var rest: (bytes: ArraySlice<UInt8>, isLast: Bool)?
        /// Whether a part was fed.
        private(set) var isEntered = false
        /// Whether the last part was.
        private(set) var isFed = false

        /// - Parameter start: the first position that is wanted. ``offset`` is at or before it.
        init(
            _ place: Place, in bucket: String, at start: UInt64, rule: RecordRule, options: S3ReaderOptions, now: UInt64
        ) {
            let first = min(place.object.size, ObjectTurn.firstByte(after: start, place.format, rule: rule))
            self.place = place
            fetch = ObjectFetch(ObjectPlan(place.object, in: bucket), from: first)
            (opened, used) = (now, now)
            contents = ObjectContents(from: first, format: place.format)
            offset = first
            if rule.hasHeader {
                search = RecordHeaderSearch(rule, maximumRecordBytes: options.maximumRecordBytes)
            }
        }

        var format: S3Descriptor.Format { contents.format }
        var header: RecordHeader? { search?.header }
        var lacksHeader: Bool { search != nil && header == nil }

        /// Whether reading on comes to a position, and sooner than beginning there would.
        func reaches(_ start: UInt64, rule: RecordRule) -> Bool {
            if start <= offset { return start == offset }
            return start <= fetch.next || ObjectTurn.firstByte(after: start, contents.format, rule: rule) == 0
        }

        /// Takes in the next part, from `start` on.
        mutating func feed(_ part: [UInt8], from start: UInt64, isLast: Bool) {
            isEntered = true
            guard let offset = place.damageOffset, offset > start, offset - start < UInt64(part.count) else {
                contents.feed(part, isLast: isLast)
                isFed = isLast
                return
            }
            let count = Int(offset - start)
            contents.feed(Array(part[..<count]), isLast: false)
            rest = (part[count...], isLast)
        }

        /// Takes in what is left of the last part.
        /// - Returns: `false` where nothing is.
        mutating func feedRest() -> Bool {
            guard let last = rest.take() else { return false }
            contents.feed(Array(last.bytes), isLast: last.isLast)
            isFed = last.isLast
            return true
        }

        /// Goes on with the first part that was not used, to be asked for again.
        mutating func forgetParts() {
            guard let next = fetch.parts.first?.range.lowerBound else { return }
            fetch = ObjectFetch(fetch.plan, from: next)
        }

        /// Takes the next bytes, as far as the parts go. O(bytes).
        mutating func fill(_ slab: inout [UInt8], _ filled: inout Int, upTo count: Int) -> Stop {
            let start = filled
            let stop = take(&slab, &filled, upTo: count)
            offset += UInt64(filled - start)
            search?.take(slab[start..<filled], isLast: contents.isAtEnd && peeked == nil)
            return stop
        }

        /// What the next byte would be met by; it is not taken.
        mutating func peek() -> Stop {
            if peeked != nil { return .full }
            var (room, filled) = ([0 as UInt8], 0)
            let stop = take(&room, &filled, upTo: 1)
            if filled == 1 { peeked = room[0] }
            if case .end = stop { search?.take([], isLast: true) }
            return stop
        }

        private mutating func take(_ slab: inout [UInt8], _ filled: inout Int, upTo count: Int) -> Stop {
            while filled < count {
                if let byte = peeked.take() {
                    slab[filled] = byte
                    filled += 1
                    continue
                }
                if let damage { return .damage(damage) }
                if contents.isAtEnd { return .end }
                let start = filled
                do throws(CompressionError) {
                    let read = unsafe try slab.withUnsafeMutableBufferPointer { (slab) throws(CompressionError) in
                        unsafe try contents.read(into: UnsafeMutableBufferPointer(rebasing: slab[start..<count]))
                    }
                    filled += read
                    if read == 0, !contents.isAtEnd { return .needsPart }
                } catch { damage = error }
            }
            return .full
        }
    }

    /// An open object, in a box: its contents are not copyable, and a reader is.
    final class OpenObjectBox: Sendable {
        let id: ByteString
        let object: Mutex<OpenObject>

        init(_ id: ByteString, _ object: consuming sending OpenObject) {
            self.id = id
            self.object = Mutex(object)
        }
    }
}
