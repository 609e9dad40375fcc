import Crypto
import SchemaValidation
import UsageModel

/// A lane's decoder for one source, in a box: a decoder is not copyable, so that it cannot stand in a dictionary.
final class SourceDecoder {
    private var decoder: RecordDecoder

    init(_ decoder: consuming RecordDecoder) {
        self.decoder = decoder
    }

    /// Digests the batch's bytes and decodes its records.
    /// - Parameter before: events at or after it are rejected, as being of the future.
    func decode(_ batch: RecordBatch, before: Timestamp? = nil) -> EventBatch {
        decoder.decode(batch, digest: batch.digest, before: before)
    }
}

extension RecordBatch {
    /// SHA-256 of the bytes of the batch's range.
    fileprivate var digest: Digest256 {
        if let oversized { return oversized.digest }
        let hash = unsafe bytes.withUnsafeBytes {
            unsafe SHA256.hash(data: UnsafeRawBufferPointer(rebasing: $0.prefix(contentCount)))
        }
        return Digest256(bytes: Array(hash))
    }
}
