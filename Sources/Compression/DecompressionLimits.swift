/// How far output may outgrow input before it is taken for a bomb.
///
/// There is no cap on the whole output: a stream may be as long as it likes, and its reader holds a buffer of it only.
public struct DecompressionLimits: Sendable, Hashable {
    /// The greatest output for one byte of input.
    ///
    /// Deflate cannot pass 1,032:1 and LZ4 255:1 by their nature; zstd can reach 30,000:1. The default of 1,100 never
    /// refuses a whole gzip or LZ4 file.
    public var maximumRatio: UInt64
    /// Up to this many bytes of output any ratio is allowed.
    public var unlimitedOutput: UInt64

    public init(maximumRatio: UInt64 = 1_100, unlimitedOutput: UInt64 = 64 << 20) {
        precondition(maximumRatio > 0, "a ratio is at least 1:1")
        self.maximumRatio = maximumRatio
        self.unlimitedOutput = unlimitedOutput
    }

    func allow(output: UInt64, input: UInt64) -> Bool {
        output <= unlimitedOutput || output / maximumRatio <= input
    }
}
