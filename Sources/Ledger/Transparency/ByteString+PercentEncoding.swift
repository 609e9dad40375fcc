import UsageModel

extension ByteString {
    /// ASCII letters, digits and `-._~/:@` stand for themselves, every other byte is `%` and two upper-case
    /// hexadecimal digits (RFC 3986, section 2.1): one text for any bytes, and no text can be taken for more than it is.
    var percentEncoded: [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity(bytes.count)
        for byte in bytes {
            if ByteString.isPlain[Int(byte)] {
                text.append(byte)
            } else {
                text.append(0x25)
                text.append(ByteString.digits[Int(byte >> 4)])
                text.append(ByteString.digits[Int(byte & 15)])
            }
        }
        return text
    }

    private static let digits = Array("0123456789ABCDEF".utf8)

    private static let isPlain: [Bool] = {
        let plain = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/:@".utf8)
        return (0...255).map { plain.contains($0) }
    }()
}
