import UsageModel

/// Who pays for which subject: most have one tenant, some change it in the middle of the span, some have none.
struct TenantAssignment {
    let seed: UInt64
    let tenants: Int
    let unmapped: Share
    /// When the subjects that move do so.
    let change: Timestamp
    /// The end of the time in which some of them have no tenant.
    let gapEnd: Timestamp

    /// `tenants.csv`, with a header.
    func table(of subjects: SubjectTable) -> Text {
        var random = SplitMix64(seed: SplitMix64.mixed(seed ^ 0x7E4A_4E75))
        var text = Text()
        text.append("subject,tenant,valid_from,valid_to\n")
        for subject in subjects.names {
            let first = random.below(tenants)
            let second = random.below(tenants)
            let choice = random.below(1_000_000)
            if choice < unmapped.millionths { continue }
            switch choice % 100 {
            case ..<94: write(subject, first, from: nil, to: nil, into: &text)
            case ..<99:
                write(subject, first, from: nil, to: change, into: &text)
                write(subject, second, from: change, to: nil, into: &text)
            default:
                write(subject, first, from: nil, to: change, into: &text)
                write(subject, second, from: gapEnd, to: nil, into: &text)
            }
        }
        return text
    }

    private func write(_ subject: [UInt8], _ tenant: Int, from: Timestamp?, to: Timestamp?, into text: inout Text) {
        text.append(subject)
        text.append(",tenant-")
        text.append(tenant, width: 3)
        text.append(",")
        if let from { text.append(from.description.utf8) }
        text.append(",")
        if let to { text.append(to.description.utf8) }
        text.append("\n")
    }
}
