extension JSONTape {
    /// The JSON Pointer (RFC 6901) to a value, or to a member's key as if it were the value. O(size of the text).
    func pointer(to wanted: Int, in text: UnsafeBufferPointer<UInt8>) -> String {
        var pointer: [UInt8] = []
        var value = 0
        while value != wanted, wanted < Int(self[value].next) {
            let isObject = self[value].kind == .object
            guard isObject || self[value].kind == .array else { break }
            var child = value + 1
            var position = 0
            while child < Int(self[value].next) {
                let element = isObject ? child + 1 : child
                if wanted < Int(self[element].next) { break }
                child = Int(self[element].next)
                position += 1
            }
            pointer.append(UInt8(ascii: "/"))
            if isObject {
                var key: [UInt8] = []
                unsafe self[child].appendUnescaped(from: text, to: &key)
                pointer.append(contentsOf: JSONTape.escaped(key))
                if wanted == child { break }
                value = child + 1
            } else {
                pointer.append(contentsOf: String(position).utf8)
                value = child
            }
        }
        return String(decoding: pointer, as: UTF8.self)
    }

    /// A reference token: `~` as `~0` and `/` as `~1`.
    static func escaped(_ token: [UInt8]) -> [UInt8] {
        token.flatMap { byte -> [UInt8] in
            switch byte {
            case UInt8(ascii: "~"): [byte, UInt8(ascii: "0")]
            case UInt8(ascii: "/"): [UInt8(ascii: "~"), UInt8(ascii: "1")]
            default: [byte]
            }
        }
    }
}
