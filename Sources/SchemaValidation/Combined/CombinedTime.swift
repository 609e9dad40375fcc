import UsageModel

/// The time of an access log, `17/May/2015:10:05:03 +0000` (`strftime`'s `%d/%b/%Y:%H:%M:%S %z`).
enum CombinedTime {
    /// The moment; `nil` when the text is not of this form or is no moment between 1677 and 2262.
    ///
    /// It is written anew as RFC 3339, so that there is one calendar.
    static func parse(_ text: UnsafeBufferPointer<UInt8>) -> Timestamp? {
        guard text.count == 26, unsafe text[2] == 0x2F, unsafe text[6] == 0x2F, unsafe text[11] == 0x3A,
            unsafe text[20] == 0x20, unsafe text[21] == 0x2B || text[21] == 0x2D
        else { return nil }
        let name = unsafe UInt32(text[3]) << 16 | UInt32(text[4]) << 8 | UInt32(text[5])
        guard let month = month(name) else { return nil }
        return unsafe withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 25) { written in
            for place in 0..<4 { unsafe written[place] = text[7 + place] }
            unsafe written[4] = 0x2D
            unsafe written[5] = 0x30 + month / 10
            unsafe written[6] = 0x30 + month % 10
            unsafe written[7] = 0x2D
            unsafe written[8] = text[0]
            unsafe written[9] = text[1]
            unsafe written[10] = 0x54
            for place in 0..<8 { unsafe written[11 + place] = text[12 + place] }
            for place in 0..<3 { unsafe written[19 + place] = text[21 + place] }
            unsafe written[22] = 0x3A
            unsafe written[23] = text[24]
            unsafe written[24] = text[25]
            return unsafe Timestamp(rfc3339: UnsafeBufferPointer(written))
        }
    }

    /// 1 to 12 for the English names as three bytes, the first one highest.
    private static func month(_ name: UInt32) -> UInt8? {
        switch name {
        case 0x4A_616E: 1
        case 0x46_6562: 2
        case 0x4D_6172: 3
        case 0x41_7072: 4
        case 0x4D_6179: 5
        case 0x4A_756E: 6
        case 0x4A_756C: 7
        case 0x41_7567: 8
        case 0x53_6570: 9
        case 0x4F_6374: 10
        case 0x4E_6F76: 11
        case 0x44_6563: 12
        default: nil
        }
    }
}
