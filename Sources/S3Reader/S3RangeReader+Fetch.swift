import AWSClient
import Compression
import DequeModule
import Execution
import Synchronization
import UsageModel

// Opening objects, asking for them as they are expected, and taking in what comes.
extension S3RangeReader {
    /// The range's object, open at or before `start`.
    mutating func opened(_ range: CommittedRange, at start: UInt64) throws(RangeError) -> OpenObjectBox {
        let (id, rule) = (range.partition.id, rule)
        if let object = open[id], object.object.withLock({ $0.reaches(start, rule: rule) }) {
            if !object.object.withLock({ $0.isEntered }) { makeRoom() }
            return object
        }
        open[id] = nil
        let place = try place(of: range)
        makeRoom()
        return begin(id, place, at: start)
    }

    private mutating func begin(_ id: ByteString, _ place: Place, at start: UInt64) -> OpenObjectBox {
        clock += 1
        let object = OpenObjectBox(
            id, OpenObject(place, in: bucket.name, at: start, rule: rule, options: options, now: clock))
        open[id] = object
        return object
    }

    /// Keeps an object where it stands, unless it is at its end.
    mutating func leave(_ object: OpenObjectBox) {
        clock += 1
        let now = clock
        let (isAtEnd, format) = object.object.withLock { object in
            object.used = now
            // With its last part there is nothing to wait for.
            guard object.isFed, case .end = object.peek() else { return (false, object.format) }
            return (true, object.format)
        }
        places[object.id]?.format = format
        if isAtEnd { open[object.id] = nil }
    }

    /// Closes what was used least recently, where much is open that something was read of.
    private mutating func makeRoom() {
        let entered = open.values.filter { $0.object.withLock { $0.isEntered } }
        guard entered.count >= S3RangeReader.maximumOpen else { return }
        if let oldest = entered.min(by: { S3RangeReader.used($0) < S3RangeReader.used($1) }) { open[oldest.id] = nil }
    }

    private static func used(_ object: OpenObjectBox) -> UInt64 { object.object.withLock { $0.used } }

    // MARK: Asking

    /// Asks for as much as the window holds, in the order in which it is expected.
    mutating func ask() {
        while true {
            let unasked = firstUnasked()
            if unasked == nil {
                while begun < expected.count, isBegun(expected[begun].id) { begun += 1 }
                if begun == expected.count { return }
            }
            guard hasRoom else {
                if letGo() { continue }
                return
            }
            askOn(in: unasked ?? beginExpected())
        }
    }

    private func isBegun(_ id: ByteString) -> Bool { open[id] != nil || losses[id] != nil }

    private mutating func beginExpected() -> OpenObjectBox {
        let next = expected[begun]
        begun += 1
        return begin(next.id, places[next.id] ?? next.place, at: next.start)
    }

    /// Asks for an object's next part.
    private func askOn(in object: OpenObjectBox) {
        let (bucket, ahead, partBytes) = (bucket, ahead, options.partBytes)
        object.object.withLock { object in
            if object.fetch.isAskedFor { return }
            object.fetch.begin(in: bucket.of(object.place), on: ahead, partBytes: partBytes)
        }
    }

    /// The object of which more can be asked for and will be wanted first.
    private func firstUnasked() -> OpenObjectBox? {
        var first: (object: OpenObjectBox, opened: UInt64)?
        for (id, object) in open where id == reading || wanted[id] != nil {
            let opened = object.object.withLock { $0.fetch.isAskedFor ? nil : $0.opened }
            guard let opened else { continue }
            if id == reading { return object }
            if opened < first?.opened ?? .max { first = (object, opened) }
        }
        return first?.object
    }

    private var hasRoom: Bool {
        var (bytes, parts) = (0 as UInt64, 0)
        for object in open.values {
            let held = object.object.withLock { (bytes: $0.fetch.bytes, parts: $0.fetch.parts.count) }
            bytes += held.bytes
            parts += held.parts
        }
        return parts < options.maximumRequests && bytes < options.windowBytes
    }

    /// Lets go of what was asked for of an object that nobody expects, for the sake of those that are expected.
    /// - Returns: `false` where there is none.
    private mutating func letGo() -> Bool {
        let idle = open.values.filter { object in
            object.id != reading && wanted[object.id] == nil && object.object.withLock { !$0.fetch.parts.isEmpty }
        }
        guard let oldest = idle.min(by: { S3RangeReader.used($0) < S3RangeReader.used($1) }) else { return false }
        let isEntered = oldest.object.withLock { object in
            object.forgetParts()
            return object.isEntered
        }
        if !isEntered { open[oldest.id] = nil }
        return true
    }

    // MARK: Taking in

    /// Feeds an object's next part.
    /// - Returns: `false` where other contents have taken the object's place.
    mutating func feed(_ object: OpenObjectBox) async throws(RangeError) -> Bool {
        if object.object.withLock({ $0.feedRest() }) { return true }
        if object.object.withLock({ $0.fetch.parts.isEmpty }) { askOn(in: object) }
        ask()
        guard let part = object.object.withLock({ $0.fetch.parts.first }) else {
            // Nothing is left that could be asked for: what is there now is shorter than what was.
            object.object.withLock { $0.feed([], from: $0.place.object.size, isLast: true) }
            return true
        }
        switch try await answer(part.answer) {
        case .success(let bytes):
            object.object.withLock { object in
                _ = object.fetch.takeFirst()
                let isLast = part.range.upperBound == object.place.object.size
                object.feed(bytes.bytes, from: part.range.lowerBound, isLast: isLast)
            }
            ask()
            return true
        case .failure(let failure) where failure.kind == .cancelled:
            let (bucket, ahead) = (bucket, ahead)
            object.object.withLock { $0.fetch.beginFirstAgain(in: bucket.of($0.place), on: ahead) }
            return true
        case .failure(let failure):
            return try await fail(failure, of: object)
        }
    }

    /// Waits for something that was begun.
    private func answer<Value: Sendable>(_ pending: Pending<Value>) async throws(RangeError) -> Value {
        while true {
            ahead.settle()
            if let value = pending.value { return value }
            if Task.isCancelled { throw failed("reading was cancelled") }
            await ahead.wait()
        }
    }

    // MARK: Finding

    /// Where a range's object is to be had, as far as is known.
    func place(of range: CommittedRange) throws(RangeError) -> Place {
        let id = range.partition.id
        if let place = places[id] { return place }
        guard let descriptor = S3Descriptor(range.partition.descriptor) else {
            throw failed("the committed state of \(id.shown) is not one that this version can read")
        }
        let key = S3Object.key(of: id)
        guard descriptor.bucket == bucket.name else {
            throw failed("\(key.shown) was read from the bucket \(descriptor.bucket), and not from \(bucket.name)")
        }
        let object = S3Object(
            key: key, etag: descriptor.etag, size: descriptor.size, lastModified: descriptor.lastModified)
        return Place(object: object, version: descriptor.version, format: descriptor.format)
    }

    /// Finds out where an object is to be had that was not to be had as it was asked for.
    /// - Returns: `false` where other contents have taken its place.
    private mutating func fail(_ failure: AWSError, of object: OpenObjectBox) async throws(RangeError) -> Bool {
        var place = object.object.withLock { $0.place }
        let isElsewhere = failure.kind == .preconditionFailed || failure.kind == .notFound
        // Who may not read versions, or has a store that does not know them, may have the same contents without.
        if place.version != nil, isElsewhere || failure.kind == .accessDenied || failure.kind == .refused {
            place.version = nil
            place.denial = isElsewhere ? nil : failure
            settle(object, at: place)
            return true
        }
        let key = place.object.key
        guard isElsewhere else { throw failed("cannot read \(url(of: key))", failure) }
        if let denial = place.denial {
            throw failed("cannot read the version of \(url(of: key)) that was read, which is not the newest", denial)
        }
        guard let now = try await current(key) else {
            let error = RangeError.gone(
                "\(url(of: key)) was deleted after it was read; its ETag was \(place.object.etag)")
            losses[object.id] = Loss(position: 0, error: error)
            throw error
        }
        guard now.etag != place.object.etag else {
            throw failed("cannot read \(url(of: key)), which is listed", failure)
        }
        places[object.id] = Place(object: now, format: .unknown, oldETag: place.oldETag ?? place.object.etag)
        open[object.id] = nil
        return false
    }

    /// Goes on with the same contents at another place.
    private mutating func settle(_ object: OpenObjectBox, at place: Place) {
        places[object.id] = place
        object.object.withLock { object in
            object.place = place
            object.forgetParts()
        }
    }

    /// Begins an object anew that was damaged, so that all comes out that stands before the damage.
    /// - Returns: `false` where that was done before.
    mutating func beginAnew(_ object: OpenObjectBox, before error: CompressionError) -> Bool {
        var place = object.object.withLock { $0.place }
        guard place.damageOffset == nil else { return false }
        place.damageOffset = error.offset
        places[object.id] = place
        open[object.id] = nil
        return true
    }

    /// What a key has now.
    private func current(_ key: ByteString) async throws(RangeError) -> S3Object? {
        var start = ListingStart.beginning
        while true {
            switch try await answer(page(of: key, from: start)) {
            case .success(let page):
                // The key itself comes before all that begin with it.
                if let first = page.objects.first { return first.key == key ? first : nil }
                if let message = page.unreadable.first { throw failed("s3://\(bucket.name): \(message)") }
                guard let next = page.next else { return nil }
                start = next
            case .failure(let failure) where failure.kind == .cancelled: continue
            case .failure(let failure): throw failed("cannot list \(url(of: key))", failure)
            }
        }
    }

    private func page(of key: ByteString, from start: ListingStart) -> Pending<Result<S3Page, AWSError>> {
        let bucket = bucket
        return ahead.begin { () async -> Result<S3Page, AWSError> in
            do throws(AWSError) {
                return .success(try await bucket.list(key, from: start, keys: 1))
            } catch { return .failure(error) }
        }
    }

    // MARK: Telling

    func url(of object: OpenObjectBox) -> String { url(of: S3Object.key(of: object.id)) }

    private func url(of key: ByteString) -> String { "s3://\(bucket.name)/\(key.shown)" }

    /// What is told when an object ends before what was committed of it does; it is remembered.
    mutating func lost(_ object: OpenObjectBox, _ what: String) -> RangeError {
        let (place, offset) = object.object.withLock { ($0.place, $0.offset) }
        let now = place.oldETag.map { "has other contents (ETag \(place.object.etag), was \($0)), and " } ?? ""
        let error = RangeError.changed("\(url(of: object)) \(now)\(what), before what was counted of it does")
        losses[object.id] = Loss(position: offset, error: error)
        return error
    }

    func failed(_ message: String) -> RangeError { .failed("source \(source): \(message)") }

    /// - Parameter failure: told without the request's number, so that the same is known for the same.
    private func failed(_ message: String, _ failure: AWSError) -> RangeError {
        var failure = failure
        failure.requestID = nil
        return failed("\(message): \(failure)")
    }
}

extension CompressionError {
    /// Where it was met, in the compressed bytes.
    fileprivate var offset: UInt64 {
        switch self {
        case .corrupt(_, let offset, _), .trailingGarbage(_, let offset), .truncated(_, let offset),
            .ratioExceeded(_, let offset, _):
            offset
        case .outOfMemory: 0
        }
    }
}

extension S3Bucket {
    /// The bucket, to be asked for an object at its place.
    fileprivate func of(_ place: S3RangeReader.Place) -> S3Bucket {
        var bucket = self
        bucket.version = place.version
        return bucket
    }
}
