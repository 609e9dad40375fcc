import AWSClient
import DequeModule
import Execution
import UsageModel

// Finding what there is to read.
extension S3Reader {
    /// Plans are made for no more than so many objects ahead.
    private var plansAhead: Int { 2 * options.pageKeys }

    /// Takes in the page that was asked for, if it is there, and asks for the next one.
    mutating func list() async throws(SourceError) {
        while var pass, !pass.isAtEnd {
            if let page = pass.page {
                guard let answer = page.value else { return }
                pass.page = nil
                self.pass = pass
                try await take(answer)
                continue
            }
            if planned.count >= plansAhead { return }
            let start = pass.start ?? listings[pass.index].begin(at: elapsed(), options)
            pass.start = start
            pass.page = page(of: listings[pass.index].prefix, from: start, keys: options.pageKeys)
            self.pass = pass
        }
    }

    func page(
        of prefix: ByteString, from start: ListingStart, keys: Int
    ) -> Pending<Result<S3Page, AWSError>> {
        let bucket = bucket
        return ahead.begin { () async -> Result<S3Page, AWSError> in
            do throws(AWSError) {
                return .success(try await bucket.list(prefix, from: start, keys: keys))
            } catch { return .failure(error) }
        }
    }

    private mutating func take(_ answer: Result<S3Page, AWSError>) async throws(SourceError) {
        switch answer {
        case .success(let page):
            do throws(SourceError) {
                try await plan(page)
            } catch {
                endListing(isWhole: false)
                throw error
            }
            if let next = page.next { pass?.start = next } else { endListing(isWhole: true) }
        case .failure(let error) where error.kind == .cancelled:
            // It is asked for again when the next call comes.
            return
        case .failure(let error):
            let prefix = listings[pass?.index ?? 0].prefix
            endListing(isWhole: false)
            throw self.error("cannot list s3://\(bucket.name)/\(prefix.shown)", error)
        }
    }

    private mutating func endListing(isWhole: Bool) {
        guard var pass else { return }
        if isWhole { listings[pass.index].end() } else { listings[pass.index].giveUp() }
        pass.start = nil
        pass.index += 1
        pass.isAtEnd = pass.index == listings.count
        self.pass = pass
    }

    /// Plans the reading of what a page has that was not read.
    private mutating func plan(_ page: S3Page) async throws(SourceError) {
        guard let index = pass?.index else { return }
        let oldest = now().nanoseconds - options.lookBack.nanoseconds
        let unknown = page.objects.filter { $0.size > 0 && !listings[index].isDone($0) }
        let found = try await ledger.find(unknown.map { S3Object.prefix(of: $0.key) })
        let states = Dictionary(zip(unknown.map(\.key), found)) { first, _ in first }
        deferred += page.unreadable.map { error("s3://\(bucket.name): \($0)") }
        for object in page.objects {
            var isCommitted = true
            if let states = states[object.key] {
                isCommitted = plan(object, states)
            }
            listings[index].take(object, isCommitted: isCommitted, isOld: object.lastModified.nanoseconds < oldest)
        }
        listings[index].endPage()
        try await forgetCommitted()
    }

    /// Plans the reading of one object, unless all of it was given out.
    /// - Parameter states: what the ledger has of keys that begin with this one.
    /// - Returns: whether the ledger has all of it.
    @discardableResult
    mutating func plan(_ object: S3Object, _ states: [PartitionState]) -> Bool {
        let generations = states.filter { S3Object.key(of: $0.partition.id) == object.key }
        let committed = generations.first { $0.partition.id == object.id }
        let held = given[object.key]?.first { $0.partition.id == object.id }
        guard let state = held ?? committed else {
            var plan = ObjectPlan(object, in: bucket.name)
            plan.isOverwrite = !generations.isEmpty || given[object.key] != nil
            planned.append(plan)
            untold.found.append(plan.lag(in: source))
            return false
        }
        guard let descriptor = S3Descriptor(state.partition.descriptor), case .byte(let position) = state.position
        else {
            deferred.append(error("the committed state of \(object.id.shown) is not one that this version can read"))
            return false
        }
        if let contradiction = contradiction(of: object, to: descriptor) {
            deferred.append(error("\(object.key.shown) \(contradiction)"))
            return false
        }
        if descriptor.isComplete { return committed == state }
        let plan = ObjectPlan(object, descriptor, at: position)
        planned.append(plan)
        untold.found.append(plan.lag(in: source))
        return false
    }

    /// Why an object cannot be the one that was read; `nil` where it can.
    private func contradiction(of object: S3Object, to descriptor: S3Descriptor) -> String? {
        if descriptor.bucket != bucket.name {
            return "was read from the bucket \(descriptor.bucket); give the source of \(bucket.name) a name of its own"
        }
        if descriptor.size != object.size {
            return
                "has the ETag \(object.etag) and \(object.size) bytes, and had \(descriptor.size); put it under another key"
        }
        return nil
    }

    /// Forgets what was given out and is found in the ledger.
    private mutating func forgetCommitted() async throws(SourceError) {
        guard given.count >= forgetAt else { return }
        let keys = Array(given.keys)
        for (key, states) in zip(keys, try await ledger.find(keys.map(S3Object.prefix))) {
            if given[key]?.allSatisfy(states.contains) ?? false { given[key] = nil }
        }
        // What the ledger lacks is asked for again when as many others have come.
        forgetAt = given.count + S3Reader.forgetStep
    }

    static var forgetStep: Int { 4_096 }
}
