/// What can be fuzzed. A target takes any bytes and ends the process where a claim does not hold.
enum FuzzTarget: String, CaseIterable {
    case frame, archive, recovery, lz4, number, records

    func run(_ bytes: [UInt8]) {
        let input = FuzzInput(bytes)
        switch self {
        case .frame: FrameTarget.run(input)
        case .archive: ArchiveTarget.run(input)
        case .recovery: RecoveryTarget.run(input)
        case .lz4: CompressionTarget.run(input)
        case .number: NumberTarget.run(input)
        case .records: RecordsTarget.run(input)
        }
    }
}
