import SchemaValidation
import UsageModel

/// A lane's decoder for one source, in a box: a decoder is not copyable, so that it cannot stand in a dictionary.
final class SourceDecoder {
    private var decoder: RecordDecoder

    init(_ decoder: consuming RecordDecoder) {
        self.decoder = decoder
    }

    /// Decodes the records of a batch.
    /// - Parameters:
    ///   - digest: SHA-256 of the bytes of its range.
    ///   - before: events at or after it are rejected, as being of the future.
    func decode(_ batch: RecordBatch, digest: Digest256, before: Timestamp? = nil) -> EventBatch {
        decoder.decode(batch, digest: digest, before: before)
    }
}
