import AWSClient
import DequeModule
import Execution
import Synchronization
import UsageModel

// Asking for objects, and reading the first of them.
extension S3Reader {
    enum Reading {
        case batch(RecordBatch)
        /// For the network.
        case waits
        case goesOn
    }

    /// Asks for as much as the window holds, in the order of reading.
    mutating func ask() {
        var bytes = begun.reduce(0) { $0 + $1.bytes }
        var parts = begun.reduce(0) { $0 + $1.parts.count }
        while parts == 0 || parts < options.maximumRequests && bytes < options.windowBytes {
            if let last = begun.indices.last, !begun[last].isAskedFor {
                let before = begun[last].bytes
                begun[last].begin(in: bucket, on: ahead, partBytes: options.partBytes)
                bytes += begun[last].bytes - before
                parts += 1
            } else if let plan = planned.popFirst() {
                begun.append(ObjectFetch(plan, from: firstByte(of: plan)))
            } else {
                return
            }
        }
    }

    private func firstByte(of plan: ObjectPlan) -> UInt64 {
        // Whether it is wanted shows from its beginning.
        if selection != nil { return 0 }
        return ObjectTurn.firstByte(after: plan.position, plan.descriptor.format, rule: rule)
    }

    /// Reads on in the first object.
    mutating func read() throws(SourceError) -> Reading {
        guard let plan = begun.first?.plan else { return .goesOn }
        switch beginTurn(plan).turn.withLock({ $0.step() }) {
        case .batch(let batch):
            if look != nil { return look(at: batch, plan) }
            if plan.isOverwrite { tellOverwrite(plan.object) }
            return .batch(batch)
        case .done:
            if look != nil { selection?.left(plan.lag(in: source).unreadBytes) }
            dropFirst()
            return .goesOn
        case .needsPart:
            return try feed()
        case .isShort(let position):
            dropFirst()
            throw error("\(plan.object.key) ends at \(position), and \(plan.position) bytes of it were counted")
        }
    }

    private mutating func feed() throws(SourceError) -> Reading {
        guard let part = begun.first?.parts.first, let object = begun.first?.plan.object, let turn else {
            preconditionFailure("a part is asked for before it is needed")
        }
        guard let answer = part.answer.value else { return .waits }
        switch answer {
        case .success(let bytes):
            _ = begun[0].takeFirst()
            turn.turn.withLock { $0.feed(bytes, isLast: part.range.upperBound == object.size) }
            ask()
            return .goesOn
        case .failure(let failure):
            return try fail(failure, of: object)
        }
    }

    private mutating func fail(_ failure: AWSError, of object: S3Object) throws(SourceError) -> Reading {
        if failure.kind == .cancelled {
            begun[0].beginFirstAgain(in: bucket, on: ahead)
            return .waits
        }
        let wasBegun = given[object.key]?.contains { $0.partition.id == object.id } ?? (begun[0].plan.position > 0)
        dropFirst()
        switch failure.kind {
        case .preconditionFailed:
            let lost = wasBegun ? "; what was counted of its old contents stays, the rest of them is gone" : ""
            untold.notices.append("\(object.key) was overwritten while it was being read, and is read anew\(lost)")
            replaced = object
            replacement = page(of: object.key, from: .beginning, keys: 1)
        case .notFound:
            let lost = wasBegun ? "it was read to its end" : "it was read"
            untold.notices.append("\(object.key) was deleted before \(lost)")
        default:
            throw error("cannot read s3://\(bucket.name)/\(object.key): \(failure)")
        }
        return .goesOn
    }

    private mutating func dropFirst() {
        begun.removeFirst()
        (turn, look) = (nil, nil)
    }

    /// The turn of the first object, which is begun if it was not.
    private mutating func beginTurn(_ plan: ObjectPlan) -> ObjectTurnBox {
        if let turn { return turn }
        if selection != nil { look = ObjectLook(maximumBytes: options.windowBytes) }
        let turn = makeTurn(plan, from: firstByte(of: plan), resume: look == nil ? plan.position : 0)
        self.turn = turn
        return turn
    }

    private func makeTurn(_ plan: ObjectPlan, from start: UInt64, resume: UInt64) -> ObjectTurnBox {
        ObjectTurnBox(
            ObjectTurn(
                Partition(source: source, id: plan.object.id, descriptor: []), plan.descriptor, from: start,
                resume: resume, rule: rule, options: options))
    }

    private mutating func tellOverwrite(_ object: S3Object) {
        begun[0].plan.isOverwrite = false
        untold.notices.append("\(object.key) was overwritten after it was read; its new contents are read as well")
    }

    // MARK: Overwritten under the reader

    /// Goes on with the contents that a key has now.
    mutating func replan(_ answer: Result<S3Page, AWSError>) async throws(SourceError) {
        guard let old = replaced else { return }
        (replacement, replaced) = (nil, nil)
        switch answer {
        case .failure(let failure) where failure.kind == .cancelled:
            replaced = old
            replacement = page(of: old.key, from: .beginning, keys: 1)
        case .failure(let failure):
            throw error("cannot list s3://\(bucket.name)/\(old.key): \(failure)")
        case .success(let page):
            // The key itself comes before all that begin with it.
            guard let object = page.objects.first, object.key == old.key, object.size > 0 else { return }
            let states = try await ledger.find([S3Object.prefix(of: object.key)])
            let later = planned
            planned = []
            try plan(object, Array(states.joined()))
            planned += later
        }
    }

    // MARK: Looking before reading

    /// Keeps what is looked at until it is known whether it is wanted.
    ///
    /// An object that was begun is looked into from its beginning too: what was wanted when it was begun is wanted still.
    private mutating func look(at batch: RecordBatch, _ plan: ObjectPlan) -> Reading {
        look?.append(batch)
        guard selection?.isWanted(batch) ?? true, let look else { return .goesOn }
        self.look = nil
        if plan.position == 0, !look.hasLetGo {
            ready = look.batches
        } else {
            // What is not held is read again.
            let start = ObjectTurn.firstByte(after: plan.position, plan.descriptor.format, rule: rule)
            begun[0] = ObjectFetch(plan, from: start)
            turn = makeTurn(plan, from: start, resume: plan.position)
        }
        return .goesOn
    }
}
