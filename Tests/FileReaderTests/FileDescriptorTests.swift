import Compression
import Testing
import UsageModel

@testable import FileReader

@Suite struct FileDescriptorTests {
    @Test("A descriptor comes back from its bytes, and from no part of them")
    func roundTrip() {
        let plain = FileDescriptor(
            identity: FileIdentity(device: 7, inode: .max), kind: nil,
            contents: PositionGuard(offset: 3, recent: [1, 2, 3]), path: "logs/a.log")
        let compressed = FileDescriptor(
            identity: FileIdentity(device: 7, inode: 1 << 40), kind: .zstd, isComplete: true,
            contents: PositionGuard(offset: 1_000, recent: [UInt8](repeating: 9, count: 64)),
            input: PositionGuard(offset: 2, recent: [1, 2]), path: "")
        var recognised = compressed
        recognised.beginning = FileBeginning([UInt8](repeating: 9, count: 1_000))
        for descriptor in [plain, compressed, recognised] {
            let bytes = descriptor.encoded()
            #expect(FileDescriptor(bytes) == descriptor)
            for count in 0..<bytes.count { #expect(FileDescriptor(Array(bytes[..<count])) == nil) }
            #expect(FileDescriptor(bytes + [0]) == nil)
        }
    }

    @Test("A descriptor of version 1 is read, which had no beginning")
    func version1() {
        let descriptor = FileDescriptor(
            identity: FileIdentity(device: 7, inode: 9), kind: .gzip, isComplete: true,
            contents: PositionGuard(offset: 3, recent: [1, 2, 3]), input: PositionGuard(offset: 2, recent: [1, 2]),
            path: "logs/a.log")
        var bytes = descriptor.encoded()
        bytes[0] = 1
        #expect(FileDescriptor(bytes) == descriptor)
        bytes[2] = 3
        #expect(FileDescriptor(bytes) == nil)
    }
}
