import Crypto
import UsageModel

// What is given out.
extension KinesisReader {
    /// The shard that is read to its tip before any behind it, where shards are read in their order.
    func turnIndex(_ now: Timestamp) -> Int? { reading.firstIndex { !isSettled($0, now) } }

    /// The next batch of what is there.
    mutating func give(_ now: Timestamp) -> RecordBatch? {
        if !options.follows {
            if surveyPass != pass { return nil }
            while let turn = turnIndex(now) {
                if let batch = give(turn) { return batch }
                if reading.indices.contains(turn), !isSettled(reading[turn], now) { return nil }
            }
            return nil
        }
        // In turn, from the one behind that which was last.
        let start = place(of: last)
        let first = start < reading.count && reading[start].id == last ? start + 1 : start
        for offset in reading.indices {
            let index = (first + offset) % reading.count
            if let batch = give(index) { return batch }
        }
        return nil
    }

    /// The next batch of a shard.
    private mutating func give(_ index: Int) -> RecordBatch? {
        if reading[index].needsPin {
            reading[index].needsPin = false
            return batch(index, SlabCut(), to: reading[index].position)
        }
        while let answer = reading[index].answers.first {
            let given = reading[index].given
            if given < answer.entries.count { return giveEntries(index, answer) }
            if answer.isEnd { return mayEnd(index) ? finish(index, SlabCut()) : nil }
            drop(index)
            if answer.isTip {
                if let batch = giveTip(index, answer) { return batch }
            } else if answer.entries.isEmpty {
                // Nothing but blank data: the position passes it.
                reading[index].descriptor.arrival = answer.carriers.last?.arrival
                return batch(index, SlabCut(), to: answer.position(behind: 0))
            }
        }
        return reading[index].isGone ? finish(index, SlabCut()) : nil
    }

    private mutating func giveEntries(_ index: Int, _ answer: ShardAnswer) -> RecordBatch {
        let cut = SlabCut(answer, from: reading[index].given, options)
        let isRest = cut.end == answer.entries.count
        if isRest, answer.isEnd, mayEnd(index) { return finish(index, cut) }
        reading[index].given = cut.end
        reading[index].descriptor.arrival = answer.arrival(behind: cut.end) ?? reading[index].descriptor.arrival
        let reachesEnd = isRest && answer.millisBehindLatest == 0 && reading[index].answers.count == 1 && !answer.isEnd
        if isRest, !answer.isEnd { drop(index) }
        return batch(index, cut, to: answer.position(behind: cut.end), reachesEnd: reachesEnd)
    }

    /// Says once that nothing is behind what was given out, and says it again before that is too old to tell anything.
    private mutating func giveTip(_ index: Int, _ answer: ShardAnswer) -> RecordBatch? {
        reading[index].tipPass = answer.pass
        let refresh = max(.seconds(600), (stream?.retention ?? .zero) / 24)
        let isOld = reading[index].descriptor.known.map { answer.time.since($0) >= refresh } ?? true
        guard !reading[index].hasSaidEnd || isOld else { return nil }
        reading[index].descriptor.tip = answer.time
        return batch(index, SlabCut(), to: reading[index].position, reachesEnd: true)
    }

    /// Whether what comes of the shard is known, so that it can be told of before the end is committed.
    private func mayEnd(_ index: Int) -> Bool { surveysDone >= reading[index].awaitedSurvey }

    /// The shard's last batch.
    private mutating func finish(_ index: Int, _ cut: SlabCut) -> RecordBatch {
        let id = reading[index].id
        let answer = reading[index].answers.first
        reading[index].descriptor.arrival = answer?.carriers.last?.arrival ?? reading[index].descriptor.arrival
        if answer != nil { drop(index) }
        var batch = batch(index, cut, to: .end, reachesEnd: true)
        batch.isLast = true
        ended[id] = EndedShard(
            wasClosedAtStart: reading[index].descriptor.wasClosedAtStart, listed: service.now)
        reading.remove(at: index)
        tellChildren(of: id)
        promote()
        return batch
    }

    /// Forgets the first answer.
    private mutating func drop(_ index: Int) {
        heldBytes -= reading[index].answers.removeFirst().heldBytes
        reading[index].given = 0
    }

    private mutating func batch(
        _ index: Int, _ cut: SlabCut, to end: ShardPosition, reachesEnd: Bool = false
    ) -> RecordBatch {
        let start = reading[index].position
        reading[index].position = end
        reading[index].hasSaidEnd = reachesEnd
        last = reading[index].id
        let partition = Partition(source: source, id: last, descriptor: reading[index].descriptor.encoded())
        return cut.batch(of: partition, PositionRange(start: .shard(start), end: .shard(end)), reachesEnd: reachesEnd)
    }
}
