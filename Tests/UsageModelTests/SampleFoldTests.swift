import Testing
import UsageModel

@Suite("Readings")
struct SampleFoldTests {
    private func sample(_ minute: Int64, _ value: Int64, position: UInt64 = 0, partition: UInt64 = 1) -> Sample {
        Sample(
            time: Timestamp(nanoseconds: minute * 60_000_000_000), partition: partition, position: .byte(position),
            value: Quantity(whole: value))
    }

    private func hour(_ number: Int64) -> Window {
        Window(
            start: Timestamp(nanoseconds: number * 3_600_000_000_000),
            end: Timestamp(nanoseconds: (number + 1) * 3_600_000_000_000))
    }

    /// Stretches as minutes and values.
    private func stretches(
        hold: Int64?, _ windows: [(Int64, [Sample])], until: Int64? = nil
    ) -> [[Int64]] {
        var fold = GaugeFold(hold: hold.map { $0 * 60_000_000_000 })
        var found: [[Int64]] = []
        func note(_ value: Quantity, _ start: Timestamp, _ end: Timestamp) {
            if start >= end { return }
            found.append([
                start.nanoseconds / 60_000_000_000, end.nanoseconds / 60_000_000_000,
                Int64(value.units / Quantity.scale),
            ])
        }
        for (number, samples) in windows { fold.take(samples, in: hour(number), note) }
        if let until { fold.finish(until: Timestamp(nanoseconds: until * 60_000_000_000), note) }
        return found
    }

    @Test("A counter that falls began again from 0; the first reading ever is where it is taken up")
    func growth() {
        let readings = [(0, 10), (1, 15), (2, 3), (3, 3), (4, 8)].map { sample($0.0, $0.1) }
        #expect(SampleFold.growth(of: readings, after: nil) == Quantity(whole: 13))
        #expect(SampleFold.growth(of: readings, after: sample(-9, 4)) == Quantity(whole: 19))
        #expect(SampleFold.growth(of: [], after: sample(-9, 4)) == .zero)
    }

    @Test("Readings are in the order of time, then of their places; equal times by position")
    func order() {
        let readings = [
            sample(1, 5, position: 10), sample(1, 4, position: 9), sample(0, 3, position: 99),
            sample(1, 1, position: 2, partition: 2),
        ]
        #expect(readings.sorted().map(\.value) == [3, 4, 5, 1].map { Quantity(whole: $0) })
        let number = SequenceNumber(words: (0, 0, 0, 7))
        let places: [Position] = [
            .byte(3), .shard(.horizon), .shard(.behind(number, sub: 0)), .shard(.behind(number, sub: 4)),
            .shard(.behind(number, sub: nil)), .shard(.end),
        ]
        #expect(places.shuffled().sorted() == places)
    }

    @Test("Without hold a value lasts to the end of its window, and into the next up to its first reading")
    func plain() {
        #expect(stretches(hold: nil, [(0, [sample(10, 1), sample(40, 2)])]) == [[10, 40, 1], [40, 60, 2]])
        #expect(
            stretches(hold: nil, [(0, [sample(50, 1)]), (1, [sample(70, 2)]), (3, [sample(190, 3)])])
                == [[50, 60, 1], [60, 70, 1], [70, 120, 2], [190, 240, 3]])
    }

    @Test("With hold a value lasts that long, through windows without a reading, unless another comes")
    func held() {
        #expect(
            stretches(hold: 100, [(0, [sample(50, 1), sample(55, 2)]), (4, [sample(250, 3)])], until: 300)
                == [[50, 55, 1], [55, 155, 2], [250, 300, 3]])
    }
}
