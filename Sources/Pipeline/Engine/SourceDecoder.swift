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
    func decode(_ batch: RecordBatch) -> EventBatch {
        decoder.decode(batch, digest: batch.digest)
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
