public import UsageModel

/// A series that has usage in a window that is still open.
public struct OpenSeries: Sendable, Hashable {
    public var meter: String
    public var tenant: ByteString
    public var dimensions: [ByteString?]
    public var window: Window
}
