import AWSClient
public import UsageModel

// How far behind the reader is.
extension S3Reader {
    /// What there is to read in every object that was not read to its end. Lists everything; fetches no object.
    ///
    /// It waits for the network, and needs nobody to serve: so a reader made only to be asked this serves `status`.
    public mutating func lag() async throws(SourceError) -> [PartitionLag] {
        var lags: [PartitionLag] = []
        for listing in listings {
            var start: ListingStart? = .beginning
            while let from = start {
                let page: S3Page
                do throws(AWSError) {
                    page = try await bucket.list(listing.prefix, from: from, keys: options.pageKeys)
                } catch { throw self.error("cannot list s3://\(bucket.name)/\(listing.prefix.shown)", error) }
                lags += try await self.lags(of: page)
                start = page.next
            }
        }
        return lags
    }

    private func lags(of page: S3Page) async throws(SourceError) -> [PartitionLag] {
        let objects = page.objects.filter { $0.size > 0 }
        let found = try await ledger.find(objects.map { S3Object.prefix(of: $0.key) })
        return zip(objects, found).compactMap { object, states in
            let known = (given[object.key] ?? []) + states
            guard let state = known.first(where: { $0.partition.id == object.id }),
                let descriptor = S3Descriptor(state.partition.descriptor), case .byte(let position) = state.position
            else { return ObjectPlan(object, in: bucket.name).lag(in: source) }
            return descriptor.isComplete ? nil : ObjectPlan(object, descriptor, at: position).lag(in: source)
        }
    }
}
