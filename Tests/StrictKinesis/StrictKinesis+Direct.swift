import Synchronization
import UsageModel

// What tests do without a request.
extension StrictKinesis {
    public func createStream(_ name: String, shards: Int) {
        let time = now()
        state.withLock { state in
            _ = try? state.perform(
                "CreateStream", Array("{\"StreamName\":\"\(name)\",\"ShardCount\":\(shards)}".utf8), time)
        }
    }

    /// Adds a shard without parents by its number, which a stream of the service does not do, unless it is there.
    public func addShard(_ number: Int, to name: String) {
        let time = now()
        state.withLock { state in
            guard state.streams[name]?.shards.contains(where: { $0.number == number }) == false else { return }
            state.streams[name]?.addShard(0...UInt128.max, at: time, number: number)
        }
    }

    /// Puts a record into a shard whatever its key is. Returns its number.
    @discardableResult
    public func put(_ data: [UInt8], key: String, into shard: Int, of name: String) -> String {
        let time = now()
        return state.withLock { state in
            guard let index = state.streams[name]?.shards.firstIndex(where: { $0.number == shard }) else { return "" }
            return state.put(PutEntry(data: data, key: key), into: name, index, time).SequenceNumber
        }
    }

    /// Puts a record by its key. Returns the shard's id and the record's number.
    @discardableResult
    public func put(_ data: [UInt8], key: String, into name: String) -> (shard: String, number: String) {
        let time = now()
        return state.withLock { state in
            let answer = try? state.put(PutEntry(data: data, key: key), into: name, time)
            return (answer?.ShardId ?? "", answer?.SequenceNumber ?? "")
        }
    }

    /// Splits an open shard in the middle. Returns whether it could.
    @discardableResult
    public func split(_ shard: String, of name: String) -> Bool {
        guard let hashes = hashes(of: shard, in: name), hashes.upperBound - hashes.lowerBound > 4 else { return false }
        let middle = hashes.lowerBound + (hashes.upperBound - hashes.lowerBound) / 2 + 1
        return perform(
            "SplitShard", #"{"StreamName":"\#(name)","ShardToSplit":"\#(shard)","NewStartingHashKey":"\#(middle)"}"#)
    }

    @discardableResult
    public func merge(_ shard: String, _ adjacent: String, of name: String) -> Bool {
        perform(
            "MergeShards",
            #"{"StreamName":"\#(name)","ShardToMerge":"\#(shard)","AdjacentShardToMerge":"\#(adjacent)"}"#)
    }

    public func setRetention(hours: Int, of name: String) {
        _ = perform("IncreaseStreamRetentionPeriod", #"{"StreamName":"\#(name)","RetentionPeriodHours":\#(hours)}"#)
    }

    public func deleteStream(_ name: String) { _ = perform("DeleteStream", #"{"StreamName":"\#(name)"}"#) }

    /// The ids of the shards that get records, in the order of their hash keys.
    public func openShards(of name: String) -> [String] {
        state.withLock { state in
            let open = (state.streams[name]?.shards ?? []).filter { !$0.isClosed }
            return open.sorted { $0.hashes.lowerBound < $1.hashes.lowerBound }.map(\.id)
        }
    }

    public func hashes(of shard: String, in name: String) -> ClosedRange<UInt128>? {
        state.withLock { $0.streams[name]?.shards.first { $0.id == shard }?.hashes }
    }

    /// Forgets all iterators and tokens, as if they had expired.
    public func expireIterators() {
        state.withLock { state in
            for token in state.iterators.keys { state.iterators[token]?.time = Timestamp(nanoseconds: -1 << 60) }
            for token in state.tokens.keys { state.tokens[token]?.time = Timestamp(nanoseconds: -1 << 60) }
        }
    }

    private func perform(_ operation: String, _ body: String) -> Bool {
        let time = now()
        return state.withLock { (try? $0.perform(operation, Array(body.utf8), time)) != nil }
    }
}
