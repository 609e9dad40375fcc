public import UsageModel

/// What one record of a sample would become.
public struct PreviewRow: Sendable, Hashable {
    public enum Outcome: Sendable, Hashable {
        case event(Event)
        case rejected(RejectReason, detail: String)
    }

    /// A record that is an event.
    public struct Event: Sendable, Hashable {
        public var subject: ByteString
        /// Whose usage it is; of a subject without a tenant `unmapped:<subject>`.
        public var tenant: ByteString
        public var time: Timestamp
        /// What the meters make of it; empty where none wants it.
        public var measurements: [Measurement]
    }

    /// What one meter makes of an event.
    public struct Measurement: Sendable, Hashable {
        public var meter: String
        public var window: Window
        /// The JSON Pointers of the dimensions, with their values; `nil` where the event has none.
        public var dimensions: [String]
        public var values: [ByteString?]
        public var value: Quantity
    }

    /// The record's line in the sample, from 1.
    public var line: Int
    public var outcome: Outcome
}
