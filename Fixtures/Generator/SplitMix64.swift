/// The generator SplitMix64: the same numbers for the same seed on every machine.
///
/// Source: Sebastiano Vigna, https://prng.di.unimi.it/splitmix64.c (public domain).
struct SplitMix64: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        return SplitMix64.mixed(state)
    }

    /// A number from 0 up to and without `bound`. The bias is below `bound` / 2⁶⁴, and there is no Double in it.
    mutating func below(_ bound: Int) -> Int {
        precondition(bound > 0, "a bound above 0")
        return Int(truncatingIfNeeded: next().multipliedFullWidth(by: UInt64(bound)).high)
    }

    /// A bijection of 64 bits in which each bit of the input moves about half of the output.
    static func mixed(_ value: UInt64) -> UInt64 {
        var mixed = value
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
