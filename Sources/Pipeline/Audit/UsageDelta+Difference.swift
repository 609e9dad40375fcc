import UsageModel

extension UsageDelta {
    fileprivate struct Key: Hashable {
        var meter: MeterHeader
        var tenant: ByteString
        var dimensions: [ByteString?]
        var window: Window
        var correction: Correction?
    }

    /// Where another delta says something else, in the order of this one, then of the other. O(entries).
    func differences(from other: UsageDelta) -> [AuditDifference.Usage] {
        var theirs: [Key: Aggregate] = [:]
        for entry in other.entries { theirs[other.key(of: entry)] = entry.aggregate }
        var found: [AuditDifference.Usage] = []
        for entry in entries {
            let key = key(of: entry)
            let recomputed = theirs.removeValue(forKey: key)
            if recomputed != entry.aggregate { found.append(Key.usage(key, entry.aggregate, recomputed)) }
        }
        if theirs.isEmpty { return found }
        for entry in other.entries where theirs[other.key(of: entry)] != nil {
            found.append(Key.usage(other.key(of: entry), nil, entry.aggregate))
        }
        return found
    }

    private func key(of entry: Entry) -> Key {
        Key(
            meter: meters[Int(entry.meter)], tenant: entry.tenant, dimensions: entry.dimensions, window: entry.window,
            correction: entry.correction)
    }
}

extension UsageDelta.Key {
    fileprivate static func usage(
        _ key: UsageDelta.Key, _ ledger: Aggregate?, _ recomputed: Aggregate?
    ) -> AuditDifference.Usage {
        AuditDifference.Usage(
            meter: key.meter, tenant: key.tenant, dimensions: key.dimensions, window: key.window, ledger: ledger,
            recomputed: recomputed)
    }
}
