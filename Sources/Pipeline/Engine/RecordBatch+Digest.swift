import Crypto
import UsageModel

extension RecordBatch {
    /// SHA-256 of the bytes of the batch's range.
    var digest: Digest256 {
        if let oversized { return oversized.digest }
        let hash = unsafe bytes.withUnsafeBytes {
            unsafe SHA256.hash(data: UnsafeRawBufferPointer(rebasing: $0.prefix(contentCount)))
        }
        return Digest256(bytes: Array(hash))
    }
}
