import AWSClient
import Execution
import UsageModel

// What is asked for, and what becomes of the answers.
extension KinesisReader {
    /// What a request under way may bring.
    private static let room = KinesisOptions.maximumAnswerBytes
    /// GetRecords may be asked 5 times a second a shard, for 2 MB a second; the second is left to pass after an answer,
    /// whichever of the two takes longer (https://docs.aws.amazon.com/streams/latest/dev/service-sizes-and-limits.html).
    private static let requestPause = Duration.milliseconds(200)
    private static let bytesPerSecond = 2_000_000
    /// So often a shard that is asked too often is only asked less often.
    private static let quietFailures = 3

    /// Whether the shard has something to be asked for in this pass.
    func mayFetch(_ shard: ShardReading) -> Bool {
        if options.follows { return true }
        if surveyPass != pass || shard.tipPass == pass || shard.failedPass == pass { return false }
        return shard.answers.last.map { !$0.isTip } ?? true
    }

    mutating func beginFetches(_ now: Timestamp) {
        var due = reading.indices.filter {
            reading[$0].wantsFetch && reading[$0].pace.isOver(now) && mayFetch(reading[$0])
        }
        if options.follows { due.sort { reading[$0].pace.until < reading[$1].pace.until } }
        let turn = options.follows ? nil : turnIndex(now)
        for index in due {
            if index == turn, reading[index].answers.isEmpty {
                // The others never keep it from going on.
            } else if heldBytes + (options.follows || index == turn ? 1 : 2) * KinesisReader.room > options.bufferBytes
            {
                continue
            }
            beginFetch(index, now)
        }
    }

    private mutating func beginFetch(_ index: Int, _ now: Timestamp) {
        guard prepare(index, now) else { return }
        let shard = reading[index]
        let fetch = ShardFetch(
            shard: shard.id, iterator: shard.iterator, cursor: shard.cursor, taken: shard.taken, hashes: shard.hashes,
            limit: options.recordsPerRequest, pass: pass)
        heldBytes += KinesisReader.room
        reading[index].fetch = lookahead.begin { [service] in await fetch.run(service) }
    }

    /// Sees whether what comes next may have been discarded: then the record before it has to be there still.
    private mutating func prepare(_ index: Int, _ now: Timestamp) -> Bool {
        guard reading[index].iterator == nil, !reading[index].isVerifying, let known = reading[index].known,
            let retention = stream?.retention, now.since(known) >= retention
        else { return true }
        switch reading[index].cursor {
        case .after(let number), .at(let number):
            reading[index].cursor = .at(number)
            reading[index].taken = reading[index].taken ?? .behind(number, sub: nil)
            reading[index].isVerifying = true
            return true
        case .horizon, .time:
            ageOut(index, now)
            return options.agedOut == .continue
        }
    }

    mutating func takeAnswers(_ now: Timestamp) {
        for index in reading.indices {
            guard let result = reading[index].fetch?.value else { continue }
            reading[index].fetch = nil
            heldBytes -= KinesisReader.room
            switch result.answer {
            case .success(let answer):
                let bytes = Double(answer.payloadBytes) / Double(KinesisReader.bytesPerSecond)
                var pause = max(KinesisReader.requestPause, .seconds(bytes))
                if answer.isTip, options.follows { pause = max(pause, options.pollInterval) }
                reading[index].pace = Pace(from: result.time, pause: pause)
                accept(answer, index, now)
            case .failure(let error):
                reading[index].pace = Pace(from: result.time, pause: KinesisReader.requestPause)
                fail(index, error, now)
            }
        }
    }

    private mutating func accept(_ answer: ShardAnswer, _ index: Int, _ now: Timestamp) {
        if reading[index].isVerifying {
            if answer.sawExpected {
                reading[index].isVerifying = false
            } else if answer.hasRecords || answer.isTip || answer.isEnd {
                ageOut(index, now)
                return
            }
        }
        reading[index].failures = 0
        reading[index].hasToldFailure = false
        reading[index].isAtTip = answer.isTip
        reading[index].iterator = answer.nextIterator
        if let last = answer.carriers.last {
            reading[index].cursor = .after(last.number)
            reading[index].taken = nil
            reading[index].known = [reading[index].known, last.arrival].compactMap { $0 }.max()
        } else if answer.sawExpected, case .behind(let number, _) = reading[index].taken {
            reading[index].cursor = .after(number)
            reading[index].taken = nil
        }
        if answer.isTip { reading[index].known = [reading[index].known, answer.time].compactMap { $0 }.max() }
        if answer.isEnd {
            reading[index].isFetched = true
            if !answer.children.isEmpty, answer.children.allSatisfy({ $0.parents.allSatisfy(isKnown) }) {
                for child in answer.children { add(child) }
            } else {
                // What comes of the shard, and what else that comes of, is looked for before the shard ends.
                wantsSurvey = true
                reading[index].awaitedSurvey = surveysBegun + 1
            }
        }
        if answer.carriers.isEmpty, !answer.isTip, !answer.isEnd { return }
        reading[index].answers.append(answer)
        heldBytes += answer.heldBytes
    }

    private mutating func fail(_ index: Int, _ error: AWSError, _ now: Timestamp) {
        // Nobody knows whether it was answered; it is begun again.
        if error.kind == .cancelled { return }
        reading[index].failures += 1
        let failures = reading[index].failures
        if error.kind == .expiredIterator {
            reading[index].iterator = nil
            if failures < KinesisReader.quietFailures { return }
        }
        reading[index].pace = Pace(from: now, pause: KinesisReader.backoff(failures))
        if error.kind == .throttled, failures < KinesisReader.quietFailures { return }
        if error.kind == .notFound {
            // A list says whether it is the shard or the stream.
            reading[index].isMissing = true
            reading[index].iterator = nil
            wantsSurvey = true
        }
        reading[index].failedPass = pass
        reading[index].hasToldFailure = true
        self.failures.append(failure(reading: reading[index].id, error))
    }

    /// What comes next in the shard, or a part of it, may have been discarded.
    private mutating func ageOut(_ index: Int, _ now: Timestamp) {
        let loss = loss(in: reading[index], now)
        reading[index].iterator = nil
        guard options.agedOut == .continue else {
            reading[index].failures += 1
            reading[index].pace = Pace(from: now, pause: KinesisReader.backoff(reading[index].failures))
            reading[index].failedPass = pass
            reading[index].hasToldFailure = true
            failures.append(
                SourceError(
                    source: source,
                    message: loss
                        + ". To accept the gap and go on with the oldest records there are, set aged_out: continue"))
            return
        }
        notices.append(loss + "; reading goes on with the oldest records there are, as aged_out says")
        if case .behind = reading[index].position, reading[index].taken == nil {
            reading[index].taken = .some(reading[index].position)
        }
        reading[index].cursor = .horizon
        reading[index].isVerifying = false
        reading[index].known = now
    }
}
