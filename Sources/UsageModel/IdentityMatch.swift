/// What is known of an event's identity.
///
/// The event's own hour decides, if an event of that hour has the identity: so the same bytes again are a duplicate,
/// whatever else there is. Otherwise an event of any hour within the horizon counts, and one with the same content before one
/// with other content. The cases are in that order, so what several places know is the greatest of what each knows,
/// whichever of them holds what.
@frozen
public enum IdentityMatch: UInt8, Sendable, Hashable, Comparable {
    /// No earlier event counts: the event is the first.
    case none
    /// Earlier events at other hours have the identity, all with other content.
    case conflictElsewhere
    /// An earlier event at another hour has the identity and the content.
    case duplicateElsewhere
    /// The earlier event of the same hour has other content.
    case conflict
    /// The earlier event of the same hour has the same content.
    case duplicate

    @inlinable
    public static func < (left: IdentityMatch, right: IdentityMatch) -> Bool { left.rawValue < right.rawValue }
}
