public import UsageModel

/// What a frame changed in a window that had been closed.
public struct CorrectionRow: Sendable, Hashable {
    /// The frame.
    public var seq: UInt64
    public var meter: MeterVersion
    public var tenant: ByteString
    /// The values of the meter's dimensions, in their order; `nil` where the events had none.
    public var dimensions: [ByteString?]
    public var window: Window
    public var cause: Correction
    /// Whether the value was taken away; else it came to the window's.
    public var isDebit: Bool
    public var events: UInt64
    /// A decimal; `nil` where it is out of range.
    public var value: String?
}
