/// The last bytes before a position, by which a place in contents is recognised when it is met again.
package enum RecentBytes {
    /// How many bytes before the position are kept; fewer where the contents begin later.
    package static let reach = 64

    /// Lets `recent`, the last bytes before a position, follow the position over `bytes`.
    package static func advance(_ recent: inout [UInt8], over bytes: UnsafeBufferPointer<UInt8>) {
        unsafe recent.append(contentsOf: bytes.suffix(reach))
        recent.removeFirst(max(0, recent.count - reach))
    }
}
