/// Works out what readings in their order amount to.
public enum SampleFold {
    /// How much a counter grew over its readings: what is less than the one before began again from 0.
    ///
    /// `nil` where it is out of range. O(n).
    /// - Parameter before: the last reading before them; without one the first is where the counter is taken up.
    public static func growth(of samples: [Sample], after before: Sample?) -> Quantity? {
        guard var last = before?.value ?? samples.first?.value else { return .zero }
        var growth = Quantity.zero
        for sample in samples {
            let step = sample.value < last ? sample.value : sample.value.subtracting(last)
            guard let step, let sum = growth.adding(step) else { return nil }
            growth = sum
            last = sample.value
        }
        return growth
    }

    /// A gauge's integral from the first of its readings to the last. O(n).
    public static func integral(between samples: [Sample]) -> TimeIntegral {
        var integral = TimeIntegral()
        for (sample, next) in zip(samples, samples.dropFirst()) {
            integral.add(sample.value, from: sample.time, to: next.time)
        }
        return integral
    }
}

extension TimeIntegral {
    /// Adds a value that held from one moment to another; nothing where that is not after it.
    public mutating func add(_ value: Quantity, from start: Timestamp, to end: Timestamp) {
        if start >= end { return }
        let (length, overflow) = end.nanoseconds.subtractingReportingOverflow(start.nanoseconds)
        add(value, for: overflow ? .max : length)
    }
}
