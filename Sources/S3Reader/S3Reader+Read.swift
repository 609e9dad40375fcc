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
        while needsFirst || parts < options.maximumRequests && bytes < options.windowBytes {
            if let next = begun.firstIndex(where: { !$0.isAskedFor }) {
                let before = begun[next].bytes
                begun[next].begin(in: bucket, on: ahead, partBytes: options.partBytes)
                bytes += begun[next].bytes - before
                parts += 1
            } else if let plan = planned.popFirst() {
                begun.append(ObjectFetch(plan, from: firstByte(of: plan)))
            } else {
                return
            }
        }
    }

    /// Whether the object that is being read, or is to be, cannot go on with what was asked for.
    private var needsFirst: Bool {
        begun.first.map { !$0.isAskedFor && $0.parts.isEmpty } ?? true
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
            return .batch(batch)
        case .done:
            if look != nil { selection?.left(plan.lag(in: source).unreadBytes) }
            dropFirst()
            return .goesOn
        case .needsPart:
            return try feed()
        case .isShort(let position):
            giveUpFirst()
            throw error("\(plan.object.key.shown) ends at \(position), and \(plan.position) bytes of it were counted")
        case .failed(let message):
            giveUpFirst()
            throw error("cannot read s3://\(bucket.name)/\(plan.object.key.shown): \(message)")
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
        let isGiven = given[object.key]?.contains { $0.partition.id == object.id } ?? false
        let wasBegun = isGiven || begun[0].plan.position > 0
        giveUpFirst()
        guard failure.kind == .preconditionFailed || failure.kind == .notFound else {
            throw error("cannot read s3://\(bucket.name)/\(object.key.shown)", failure)
        }
        replacements.append(
            ObjectReplacement(
                object: object, failure: failure, wasBegun: wasBegun,
                answer: page(of: object.key, from: .beginning, keys: 1)))
        return .goesOn
    }

    /// Drops the first object, of which nothing more comes in this pass.
    private mutating func giveUpFirst() {
        if let plan = begun.first?.plan { untold.dropped.append(plan.lag(in: source)) }
        dropFirst()
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

    // MARK: Changed under the reader

    /// Goes on with what the keys have now whose objects were not there any more.
    mutating func replan() async throws(SourceError) {
        while let first = replacements.first, let answer = first.answer.value {
            let (old, key) = (first.object, first.object.key.shown)
            switch answer {
            case .failure(let failure) where failure.kind == .cancelled:
                replacements[0].answer = page(of: old.key, from: .beginning, keys: 1)
                return
            case .failure(let failure):
                replacements.removeFirst()
                throw error("cannot list s3://\(bucket.name)/\(key)", failure)
            case .success(let page):
                replacements.removeFirst()
                // The key itself comes before all that begin with it.
                guard let object = page.objects.first, object.key == old.key, object.size > 0 else {
                    let what = first.wasBegun ? "it was read to its end" : "it was read"
                    untold.notices.append("\(key) was deleted before \(what)")
                    continue
                }
                guard object.id != old.id, replacedKeys.insert(old.key).inserted else {
                    throw error("cannot read s3://\(bucket.name)/\(key), which is listed", first.failure)
                }
                let lost = first.wasBegun ? "; what was counted of its old contents stays, the rest is gone" : ""
                untold.notices.append("\(key) was overwritten while it was being read, and is read anew\(lost)")
                try await planFirst(object)
            }
        }
    }

    /// Plans an object before all others that are planned.
    private mutating func planFirst(_ object: S3Object) async throws(SourceError) {
        let states = try await ledger.find([S3Object.prefix(of: object.key)])
        let later = planned
        planned = []
        plan(object, Array(states.joined()))
        for index in planned.indices { planned[index].isOverwrite = false }
        planned += later
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
