import UsageModel

/// Where an iterator is to stand.
enum ShardCursor: Sendable, Hashable {
    case horizon
    case time(Timestamp)
    case after(SequenceNumber)
    /// In front of the record itself: it is there, or it was discarded.
    case at(SequenceNumber)
}
