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
            throw self.error("cannot list s3://\(bucket.name)/\(prefix): \(error)")
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
        for object in page.objects {
            var isCommitted = true
            if let states = states[object.key] {
                isCommitted = try plan(object, states)
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
    mutating func plan(_ object: S3Object, _ states: [PartitionState]) throws(SourceError) -> Bool {
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
            throw error("the committed state of \(object.id) is not one that this version can read")
        }
        guard descriptor.bucket == bucket.name else {
            throw error(
                "\(object.key) was read from the bucket \(descriptor.bucket); give the source of \(bucket.name) a name of its own"
            )
        }
        guard descriptor.size == object.size else {
            throw error(
                "\(object.key) has the ETag \(object.etag) and \(object.size) bytes, and had \(descriptor.size); put it there again"
            )
        }
        if descriptor.isComplete { return committed == state }
        let plan = ObjectPlan(object, descriptor, at: position)
        planned.append(plan)
        untold.found.append(plan.lag(in: source))
        return false
    }

    /// Forgets what was given out and is found in the ledger.
    private mutating func forgetCommitted() async throws(SourceError) {
        guard given.count >= S3Reader.maximumGiven else { return }
        let keys = Array(given.keys)
        for (key, states) in zip(keys, try await ledger.find(keys.map(S3Object.prefix))) {
            if given[key]?.allSatisfy(states.contains) ?? false { given[key] = nil }
        }
    }

    /// So many objects are remembered before the ledger is asked which of them it has.
    private static var maximumGiven: Int { 4_096 }
}
