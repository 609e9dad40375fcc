import Testing
import UsageModel

@testable import Ledger

/// The vectors of Certificate Transparency's own tests (https://github.com/google/certificate-transparency, and in Go
/// `golang.org/x/mod/sumdb/tlog`): eight leaves and what is made of them.
@Suite("RFC 6962 vectors")
struct MerkleVectorTests {
    private static let leaves = [
        "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f",
    ].map { MerkleHash.leaf(bytes($0)) }

    private static let roots = [
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ].map { digest($0) }

    @Test("Roots of trees of 0 to 8 leaves")
    func roots() {
        var oracle = MerkleOracle(Self.leaves)
        for size in 0...8 { #expect(oracle.root(0..<size) == Self.roots[size]) }
        for size in [1, 2, 4, 8] { #expect(MerkleHash.root(over: Self.leaves[0..<size]) == Self.roots[size]) }
        #expect(MerkleHash.empty == Self.roots[0])
    }

    @Test(
        "Inclusion proofs",
        arguments: [
            (0, 1, []),
            (
                0, 8,
                [
                    "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
                    "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                    "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
                ]
            ),
            (
                5, 8,
                [
                    "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
                    "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
                ]
            ),
            (2, 3, ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"]),
        ])
    func inclusion(_ index: Int, _ size: Int, _ path: [String]) {
        let path = path.map { Self.digest($0) }
        var oracle = MerkleOracle(Self.leaves)
        #expect(oracle.path(index, 0..<size) == path)
        let root = MerkleProof.root(of: Self.leaves[index], at: UInt64(index), in: UInt64(size), path: path)
        #expect(root == Self.roots[size])
    }

    @Test(
        "Consistency proofs",
        arguments: [
            (1, 1, []),
            (
                1, 8,
                [
                    "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
                    "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                    "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
                ]
            ),
            (
                6, 8,
                [
                    "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
                    "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
                ]
            ),
        ])
    func consistency(_ old: Int, _ new: Int, _ path: [String]) {
        let path = path.map { Self.digest($0) }
        var oracle = MerkleOracle(Self.leaves)
        #expect(oracle.proof(old, 0..<new) == path)
        #expect(
            MerkleProof.isConsistent(
                old: (UInt64(old), Self.roots[old]), new: (UInt64(new), Self.roots[new]), path: path))
    }

    private static func bytes(_ hex: String) -> [UInt8] { Hexadecimal.bytes(hex) ?? [] }

    private static func digest(_ hex: String) -> Digest256 { Digest256(bytes: bytes(hex)) }
}
