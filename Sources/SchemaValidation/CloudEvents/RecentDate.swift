import UsageModel

/// Reads times of the day that was read last, in the form that nearly all events have: `2026-11-01T12:34:56.789Z`.
///
/// Events come in the order of time, so that working out the day again for each would be most of the work.
struct RecentDate {
    private static let day: Int64 = 86_400_000_000_000

    /// The ten bytes of the date, as two words; no text has zeros there.
    private var head: UInt64 = 0
    private var tail: UInt16 = 0
    /// In nanoseconds since 1970.
    private var midnight: Int64 = 0

    /// The moment; `nil` leaves the text to the long way.
    ///
    /// - Parameters:
    ///   - bytes: the text, behind which eight bytes can be read.
    @inline(__always)
    func time(_ bytes: UnsafePointer<UInt8>, count: Int) -> Timestamp? {
        // With a point at least one digit follows it.
        guard count == 20 || count >= 22 && count <= 30 else { return nil }
        let raw = unsafe UnsafeRawPointer(bytes)
        guard unsafe UInt64(littleEndian: raw.loadUnaligned(as: UInt64.self)) == head,
            unsafe UInt16(littleEndian: raw.loadUnaligned(fromByteOffset: 8, as: UInt16.self)) == tail,
            unsafe bytes[10] == 0x54 && bytes[count &- 1] == 0x5A,
            let seconds = unsafe RecentDate.seconds(
                UInt64(littleEndian: raw.loadUnaligned(fromByteOffset: 11, as: UInt64.self)))
        else { return nil }
        var fraction: Int64 = 0
        if count > 20 {
            guard unsafe bytes[19] == 0x2E else { return nil }
            for index in 20..<count &- 1 {
                let digit = unsafe bytes[index] &- 0x30
                if digit > 9 { return nil }
                fraction = fraction &* 10 &+ Int64(digit)
            }
            fraction &*= Int64(Quantity.powerOfTen(30 &- count))
        }
        return Timestamp(nanoseconds: midnight &+ seconds &* 1_000_000_000 &+ fraction)
    }

    /// Remembers the day of a text that was read.
    mutating func note(_ time: Timestamp, of text: UnsafeBufferPointer<UInt8>) {
        guard text.count >= 20, unsafe text[10] == 0x54 && text[text.count - 1] == 0x5A else { return }
        var into = time.nanoseconds % RecentDate.day
        if into < 0 { into += RecentDate.day }
        // The first and the last day of what can be said are not whole.
        let (first, underflow) = time.nanoseconds.subtractingReportingOverflow(into)
        if underflow || first > .max - RecentDate.day { return }
        // A leap second counts into the second before it, so that the day is the text's own.
        midnight = first
        head = 0
        for index in 0..<8 { head |= unsafe UInt64(text[index]) << UInt64(index * 8) }
        tail = unsafe UInt16(text[8]) | UInt16(text[9]) << 8
    }

    /// The seconds of a day at which `hh:mm:ss` stands, the first character lowest; `nil` where it is none, or second 60.
    @inline(__always)
    private static func seconds(_ text: UInt64) -> Int64? {
        let digits = text ^ 0x3030_3A30_303A_3030
        // Digits are 0 to 9 now, and the colons 0.
        guard digits & 0xF0F0_FFF0_F0FF_F0F0 == 0, (digits &+ 0x0606_0006_0600_0606) & 0xF0F0_00F0_F000_F0F0 == 0
        else { return nil }
        let hour = (digits & 0xF) &* 10 &+ (digits &>> 8 & 0xF)
        let minute = (digits &>> 24 & 0xF) &* 10 &+ (digits &>> 32 & 0xF)
        let second = (digits &>> 48 & 0xF) &* 10 &+ (digits &>> 56)
        guard hour <= 23, minute <= 59, second <= 59 else { return nil }
        return Int64(hour &* 3_600 &+ minute &* 60 &+ second)
    }
}
