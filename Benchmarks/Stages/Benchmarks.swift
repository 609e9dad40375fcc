import Benchmark
import CSHA256
import Crypto
import Foundation
import SchemaValidation
import TenantMapping
import UsageModel
import Windowing

// One iteration is one batch of 4,000 events, or 1,000 values: divide by that for the cost of one.
let benchmarks: @Sendable () -> Void = {
    Benchmark.defaultConfiguration = .init(
        metrics: [.throughput, .cpuTotal, .instructions, .peakMemoryResident], scalingFactor: .one,
        maxDuration: .seconds(3), maxIterations: 2_000)

    let key = [UInt8](0..<16)
    let none = Digest256.none
    let plan = ExtractionPlan(meters: SampleBatch.meters)

    func measure(_ name: String, _ body: @escaping (Benchmark) throws -> Void) {
        Benchmark(name) { try body($0) }
    }

    func schemas() throws -> SchemaSet {
        let schema = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../Schemas/usage-event.schema.json")
        return SchemaSet(
            cloudEvents: try CompiledSchema.compile([UInt8](Data(contentsOf: schema)), name: "usage-event"))
    }

    func decoded(_ number: Int) -> EventBatch {
        var decoder = RecordDecoder(format: .cloudEvents, plan: plan, identityKey: key, schemas: SchemaSet())
        return decoder.decode(SampleBatch.make(number), digest: none)
    }

    measure("decode 4,000 events, without a schema") { benchmark in
        var decoder = RecordDecoder(format: .cloudEvents, plan: plan, identityKey: key, schemas: SchemaSet())
        let batch = SampleBatch.make()
        benchmark.startMeasurement()
        for _ in benchmark.scaledIterations { blackHole(decoder.decode(batch, digest: none).count) }
    }

    measure("decode 4,000 events, with the schema") { benchmark in
        var decoder = RecordDecoder(format: .cloudEvents, plan: plan, identityKey: key, schemas: try schemas())
        let batch = SampleBatch.make()
        benchmark.startMeasurement()
        for _ in benchmark.scaledIterations { blackHole(decoder.decode(batch, digest: none).count) }
    }

    measure("decode 4,000 events, with the schema and one of their data") { benchmark in
        var schemas = try schemas()
        let data = try CompiledSchema.compile(SampleBatch.dataSchema, name: "api.request")
        schemas.byType = [(type: "api.request", schema: data)]
        var decoder = RecordDecoder(format: .cloudEvents, plan: plan, identityKey: key, schemas: schemas)
        let batch = SampleBatch.make()
        benchmark.startMeasurement()
        for _ in benchmark.scaledIterations { blackHole(decoder.decode(batch, digest: none).count) }
    }

    measure("attribute 4,000 events to 10,000 subjects") { benchmark in
        let table = try TenantTable(csv: SampleBatch.tenants, file: "tenants.csv")
        let events = decoded(0)
        benchmark.startMeasurement()
        for _ in benchmark.scaledIterations { blackHole(table.attribute(events).tenant.count) }
    }

    measure("admit 4,000 new events to a set of 1 M") { benchmark in
        let table = try TenantTable(csv: SampleBatch.tenants, file: "tenants.csv")
        var set = Deduplicator()
        for number in 1...250 { _ = set.admit(table.attribute(decoded(number))) }
        let batch = table.attribute(decoded(0))
        benchmark.startMeasurement()
        blackHole(set.admit(batch).counts.accepted)
        benchmark.stopMeasurement()
    }

    // Many batches for what takes seconds to make.
    var many = Benchmark.defaultConfiguration
    many.scalingFactor = .kilo
    Benchmark("look for 4,000 new events in 4 runs of 2 M", configuration: many) { benchmark in
        let earlier = try await EarlierEvents(runs: 4, of: 2_000_000)
        // Other events each time: the same ones would find what they read in the cache.
        let batches = (0..<100).map { decoded($0) }
        benchmark.startMeasurement()
        for number in benchmark.scaledIterations {
            blackHole(try earlier.view.find(batches[number % batches.count], within: .everything).count)
        }
        benchmark.stopMeasurement()
        try earlier.remove()
    }

    measure("sort 500,000 events that leave the memory") { benchmark in
        let table = try TenantTable(csv: SampleBatch.tenants, file: "tenants.csv")
        var set = Deduplicator()
        for number in 0..<125 { _ = set.admit(table.attribute(decoded(number))) }
        let frozen = set.freeze()
        benchmark.startMeasurement()
        for _ in benchmark.scaledIterations { frozen.sorted.forEachHour(from: .min) { blackHole($1.count) } }
    }

    measure("aggregate 4,000 events by 2 meters") { benchmark in
        let table = try TenantTable(csv: SampleBatch.tenants, file: "tenants.csv")
        let batch = table.attribute(decoded(0))
        var set = Deduplicator()
        let admission = set.admit(batch)
        var usage = UsageAccumulator(plan: plan, tenants: table.tenants, days: LocalDays(), identityKey: key)
        benchmark.startMeasurement()
        for _ in benchmark.scaledIterations {
            try usage.add(batch, admission)
        }
    }

    let texts = (0..<Int(ODOMETER_SHA256_LANES)).map { [UInt8](repeating: UInt8($0), count: 256 << 10) }

    measure("digest 16 times 256 KiB, one after the other") { benchmark in
        benchmark.startMeasurement()
        for _ in benchmark.scaledIterations {
            for text in texts { blackHole(SHA256.hash(data: text)) }
        }
    }

    measure("digest 16 times 256 KiB, side by side") { benchmark in
        // Not everywhere: the figure is then of nothing.
        guard odometer_sha256_has_lanes() else { return }
        let whole = Array(texts.joined())
        let lengths = texts.map(\.count)
        var digests = [UInt8](repeating: 0, count: texts.count * 32)
        whole.withUnsafeBufferPointer { bytes in
            let starts = texts.indices.map { index in bytes.baseAddress.map { $0 + index * lengths[0] } }
            benchmark.startMeasurement()
            for _ in benchmark.scaledIterations { odometer_sha256_lanes(starts, lengths, &digests) }
        }
        blackHole(digests)
    }

    measure("read 1,000 quantities") { benchmark in
        let texts = (0..<1_000).map { Array("\($0 * 7_919).\($0 % 1_000)".utf8) }
        benchmark.startMeasurement()
        for _ in benchmark.scaledIterations {
            for text in texts { blackHole(text.withUnsafeBufferPointer { Quantity(json: $0) }) }
        }
    }

    measure("read 1,000 timestamps") { benchmark in
        let text = Array("2026-11-01T12:34:56.789Z".utf8)
        benchmark.startMeasurement()
        for _ in benchmark.scaledIterations {
            for _ in 0..<1_000 { blackHole(text.withUnsafeBufferPointer { Timestamp(rfc3339: $0) }) }
        }
    }
}
