import AWSClient
import Execution
import UsageModel

// Which shards there are, and which may be read.
extension KinesisReader {
    /// A shard that is not listed is remembered so long, in case that a list was not whole.
    private static let memory = Duration.seconds(3_600)

    mutating func beginSurvey(_ now: Timestamp) {
        guard survey == nil else { return }
        if options.follows {
            guard surveyRetry.isOver(now), wantsSurvey || surveyDue.isOver(now) else { return }
        } else {
            guard surveyPass != pass || wantsSurvey else { return }
        }
        wantsSurvey = false
        surveysBegun += 1
        survey = lookahead.begin { [service] in
            do throws(AWSError) { return .success(try await service.survey()) } catch { return .failure(error) }
        }
    }

    mutating func takeSurvey(_ now: Timestamp) {
        guard let result = survey?.value else { return }
        survey = nil
        switch result {
        case .success(let found):
            surveyFailures = 0
            surveyDue = Pace(from: now, pause: options.surveyInterval)
            surveyRetry = Pace(from: now, pause: .seconds(1))
            apply(found, now)
        case .failure(let error):
            if error.kind == .cancelled {
                // The next one counts for those who wait for this one.
                wantsSurvey = true
                return
            }
            surveyFailures += 1
            surveyRetry = Pace(from: now, pause: KinesisReader.backoff(surveyFailures))
            failures.append(failure(asking: error))
        }
        surveysDone = surveysBegun
        surveyPass = pass
    }

    /// Takes the list of all shards.
    mutating func apply(_ survey: StreamSurvey, _ now: Timestamp) {
        if let message = refusal(of: survey.summary) {
            failures.append(SourceError(source: source, message: message))
            return
        }
        let isBeginning = beginning == nil
        if isBeginning { beginning = beginning(survey) }
        stream = survey.summary
        committedStream = (survey.summary.identity, survey.summary.created)
        let shards = survey.shards.sorted { $0.id < $1.id }
        let listed = Dictionary(shards.map { ($0.id, $0) }) { first, _ in first }
        takeResumed(listed)
        for shard in shards {
            if ended[shard.id] != nil {
                ended[shard.id]?.listed = now
            } else if let index = index(of: shard.id) {
                reading[index].hashes = shard.hashes
            } else if waiting[shard.id] == nil {
                if isBeginning { begin(shard, shards, survey) } else { add(shard) }
            }
        }
        ended = ended.filter { now.since($0.value.listed) < KinesisReader.memory }
        judgeMissing(listed)
        promote()
    }

    /// Why it is not the stream that was read before.
    private func refusal(of summary: StreamSummary) -> String? {
        guard let known = committedStream else { return nil }
        if known.identity != summary.identity {
            return """
                the committed states are of the stream \(known.identity), but this is \(summary.identity); \
                give it a source of its own
                """
        }
        let difference = known.created.since(summary.created)
        if difference < .seconds(1), difference > .seconds(-1) { return nil }
        return """
            the stream \(summary.identity) was created at \(summary.created), but the committed states are of one of \
            the same name that was created at \(known.created), and deleted since; what was not read of it is lost. \
            Give the new one a source of its own
            """
    }

    private func beginning(_ survey: StreamSurvey) -> ShardPosition {
        switch start {
        case .trimHorizon: .horizon
        case .latest: .time(survey.time.roundedDownToMilliseconds)
        case .timestamp(let time): .time(time.roundedDownToMilliseconds)
        }
    }

    /// Goes on with the shards that are listed. The others have vanished before they were read to their end.
    private mutating func takeResumed(_ listed: [ByteString: ListedShard]) {
        for shard in resumed {
            var reading = ShardReading(shard, listed[shard.id]?.hashes ?? HashKeyRange.all)
            reading.isMissing = listed[shard.id] == nil
            insert(reading)
        }
        resumed = []
    }

    /// Takes a shard that is there when the source is begun.
    private mutating func begin(_ shard: ListedShard, _ all: [ListedShard], _ survey: StreamSurvey) {
        if start == .latest, shard.isClosed,
            !all.contains(where: { !$0.isClosed && $0.parents.contains(shard.id) })
        {
            // It was closed before the time from which on records are wanted.
            ended[shard.id] = EndedShard(wasClosedAtStart: true, listed: survey.time)
            return
        }
        var found = FoundShard(shard: shard, position: beginning ?? .horizon, descriptor: descriptor())
        found.descriptor.wasClosedAtStart = shard.isClosed
        found.needsPin = start == .latest && !shard.isClosed
        waiting[shard.id] = found
    }

    /// Takes a shard that was found later, or of which nothing was committed when the reader stopped.
    ///
    /// What came of known shards is read from its first record on. Only where all its parents were closed when the
    /// source was begun, it was there too, and is begun where the source was.
    mutating func add(_ shard: ListedShard) {
        guard ended[shard.id] == nil, waiting[shard.id] == nil, index(of: shard.id) == nil else { return }
        let wasThere = shard.parents.allSatisfy { wasClosedAtStart($0) ?? true }
        var found = FoundShard(
            shard: shard, position: wasThere ? beginning ?? .horizon : .horizon, descriptor: descriptor())
        found.descriptor.wasClosedAtStart = wasThere && shard.isClosed
        waiting[shard.id] = found
    }

    private func descriptor() -> ShardDescriptor {
        var start: Timestamp?
        if case .time(let time) = beginning { start = time }
        return ShardDescriptor(
            stream: committedStream?.identity ?? service.stream,
            created: committedStream?.created ?? Timestamp(nanoseconds: 0), start: start)
    }

    private func wasClosedAtStart(_ id: ByteString) -> Bool? {
        ended[id]?.wasClosedAtStart ?? waiting[id]?.descriptor.wasClosedAtStart
            ?? index(of: id).map { reading[$0].descriptor.wasClosedAtStart }
    }

    /// Decides about shards that the service did not know.
    private mutating func judgeMissing(_ listed: [ByteString: ListedShard]) {
        for index in reading.indices where reading[index].isMissing && !reading[index].isGone {
            if listed[reading[index].id] != nil {
                reading[index].isMissing = false
            } else if options.agedOut == .continue {
                reading[index].isGone = true
                notices.append(lossOfShard(reading[index]) + "; it is taken as read, as aged_out says")
            } else {
                reading[index].failedPass = pass
                failures.append(
                    SourceError(
                        source: source,
                        message: lossOfShard(reading[index])
                            + "; the shards that came of it are not read. To accept the gap, set aged_out: continue"))
            }
        }
    }

    /// Begins to read what has no parent any more that has to be read before it.
    mutating func promote() {
        let ready = waiting.values.filter { $0.shard.parents.allSatisfy(isDone) }
        for found in ready.sorted(by: { $0.shard.id < $1.shard.id }) {
            waiting[found.shard.id] = nil
            var shard = ShardReading(found.shard, from: found.position, descriptor: found.descriptor)
            shard.needsPin = found.needsPin
            insert(shard, isTold: found.isTold)
        }
    }

    /// Tells of the shards that come of one whose end is given out, so that they hold the watermark from there on.
    mutating func tellChildren(of id: ByteString) {
        let children = waiting.values.filter { !$0.isTold && $0.shard.parents.contains(id) }
        for child in children.sorted(by: { $0.shard.id < $1.shard.id }) {
            waiting[child.shard.id]?.isTold = true
            found.append(lag(of: child))
        }
    }

    /// Whether a list or a shard's end told of it.
    func isKnown(_ id: ByteString) -> Bool { ended[id] != nil || waiting[id] != nil || index(of: id) != nil }

    /// One that is not known has aged out and was never seen: what waits for it came by a list, which was whole.
    private func isDone(_ id: ByteString) -> Bool { waiting[id] == nil && index(of: id) == nil }

    private mutating func insert(_ shard: ShardReading, isTold: Bool = false) {
        reading.insert(shard, at: place(of: shard.id))
        if !isTold { found.append(lag(of: shard)) }
    }

    func index(of id: ByteString) -> Int? {
        let place = place(of: id)
        return place < reading.count && reading[place].id == id ? place : nil
    }

    /// Where a shard stands in the order of the ids, or would. O(log shards).
    func place(of id: ByteString) -> Int {
        var (low, high) = (0, reading.count)
        while low < high {
            let middle = (low + high) / 2
            if reading[middle].id < id { low = middle + 1 } else { high = middle }
        }
        return low
    }

    static func backoff(_ failures: Int) -> Duration { min(.seconds(10) * (1 << min(failures - 1, 5)), .seconds(300)) }
}
