public import UsageModel

/// What to read, what to measure and where to keep it: the configuration file, checked.
///
/// Every path in it is resolved against the file's directory.
public struct Configuration: Sendable {
    /// Where usage is kept, and how often it is made durable.
    public struct LedgerSettings: Sendable, Hashable {
        /// The ledger's directory, absolute.
        public var path: String
        /// A commit is made after this time…
        public var commitInterval: Duration = .seconds(1)
        /// …or after this many bytes of the sources, whichever comes first.
        public var commitBytes = 64 << 20
    }

    /// A file that the configuration names, with what it held when the configuration was read.
    public struct NamedFile: Sendable, Hashable {
        /// As messages name it.
        public var path: String
        public var bytes: [UInt8]
        /// The line of the configuration that names it; `nil` for a built-in file.
        public var line: Int?
    }

    /// The JSON Schemas that events must satisfy.
    public struct EventSchemas: Sendable {
        /// For every CloudEvent as a whole.
        public var cloudEvents: NamedFile
        /// For the data of the events of a type, in the order of the file.
        public var byType: [(type: ByteString, file: NamedFile)]
    }

    /// The file, as it was named.
    public var path: String
    /// The file's directory, absolute.
    public var directory: String
    /// The file's bytes: the document that the ledger keeps.
    public var text: [UInt8]
    public var ledger: LedgerSettings
    /// Where records are kept for sources that forget; `nil` where none are.
    public var archive: ArchiveSettings?
    /// In the order of the file, which is the order of reading.
    public var sources: [Source]
    public var schema: EventSchemas
    public var tenants: NamedFile?
    /// How far before the watermark a repeat is found whatever its time.
    public var dedupHorizon: Duration
    /// How far before the watermark events are remembered at all; `nil` for ever.
    public var dedupKeep: Duration?
    /// An IANA name.
    public var timeZone: String
    public var meters: [Meter]
    /// How long after its end a window still takes events before it is final.
    public var lateness: Duration
    /// How far ahead of the clock an event's time may lie.
    public var future: Duration
}
