public import UsageModel

/// Why usage could not be put into windows.
public enum WindowingError: Error, Sendable, Hashable {
    /// A window's total is out of the range of ``Quantity``: the run must stop, for the total would be wrong.
    case overflow(meter: String, tenant: ByteString, window: Window)
    /// The time zone is not in the IANA database.
    case unknownTimeZone(String)
}

extension WindowingError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .overflow(let meter, let tenant, let window):
            "meter \(meter): the total of \(tenant) in the window from \(window.start) to \(window.end) is out of range;"
                + " measure in a larger unit"
        case .unknownTimeZone(let name):
            "the time zone \"\(name)\" is not known; write an IANA name, such as Europe/Berlin or UTC"
        }
    }
}
