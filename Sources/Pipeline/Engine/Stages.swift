import AsyncAlgorithms
import Ledger
import SchemaValidation
import TenantMapping
import UsageModel
import Windowing

/// The stages as the configuration wants them, compiled once and shared by the decoders.
struct Stages: Sendable {
    let plan: ExtractionPlan
    let tenants: TenantTable
    let schemas: SchemaSet
    /// By the source's name.
    let formats: [String: RecordFormat]
    /// The sources whose records are kept in the archive.
    let archived: Set<String>
    /// The days of the configured time zone.
    let days: LocalDays
    /// How far ahead of the clock an event's time may lie.
    let future: Duration

    /// - Throws: what is wrong with a schema or the tenant table, in one line.
    init(configuration: Configuration) throws {
        plan = ExtractionPlan(meters: configuration.meters)
        tenants = try configuration.tenantTable()
        schemas = try configuration.schemaSet()
        formats = Dictionary(uniqueKeysWithValues: configuration.sources.map { ($0.name, $0.format) })
        archived = configuration.archive?.sources ?? []
        days = try LocalDays(timeZone: configuration.timeZone)
        future = configuration.future
    }

    /// Decodes and attributes what comes into a lane, until the reader ends it.
    /// - Parameter now: the wall clock, which says what is of the future.
    func decode(_ lane: Lane, identityKey: [UInt8], now: @Sendable () -> Timestamp) async {
        var tenants = tenants
        var decoders: [String: SourceDecoder] = [:]
        for await item in lane.input {
            switch item {
            case .opened(let lags):
                await lane.output.send(.opened(lags))
            case .dropped(let partitions):
                await lane.output.send(.dropped(partitions))
            case .settled(let source):
                await lane.output.send(.settled(source))
            case .tenants(let version):
                tenants = version.table
                await lane.output.send(.tenants(version))
            case .idle:
                await lane.output.send(.idle)
            case .batches(let batches):
                var decoded: [Lane.Decoded] = []
                for (batch, digest) in zip(batches, DigestLanes.digests(of: batches)) {
                    let source = batch.partition.source
                    let decoder = decoders[source] ?? decoder(for: source, identityKey: identityKey)
                    decoders[source] = decoder
                    let events = decoder.decode(batch, digest: digest, before: now().adding(future))
                    let block = archived.contains(source) ? ArchiveBlock(batch) : nil
                    decoded.append(Lane.Decoded(batch: tenants.attribute(events), block: block))
                }
                await lane.output.send(.batches(decoded))
                lane.load.leave()
            }
        }
    }

    /// A decoder for one source's records; it is used by one task at a time.
    func decoder(for source: String, identityKey: [UInt8]) -> SourceDecoder {
        SourceDecoder(recordDecoder(for: source, identityKey: identityKey))
    }

    /// What finds the events of a period in one source's records.
    func finder(of period: EventPeriod, in source: String) -> PeriodFinder {
        // Who an event is makes no difference here, so that no key has to be secret.
        let key = [UInt8](repeating: 0, count: 16)
        return PeriodFinder(period, decoder: recordDecoder(for: source, identityKey: key))
    }

    private func recordDecoder(for source: String, identityKey: [UInt8]) -> RecordDecoder {
        guard let format = formats[source] else { preconditionFailure("no source is named \(source)") }
        return RecordDecoder(format: format, plan: plan, identityKey: identityKey, schemas: schemas)
    }
}
