import CSimdjson
import CStringScan

/// Where a scalar value ends whose beginning and kind are known: all that there is to find out about a record of a known
/// shape.
///
/// Thirty-two bytes can be read from every place in a text, its end included.
@safe
struct ShapeValue {
    let text: UnsafePointer<UInt8>
    let count: Int

    /// The place of the closing quote of a string of which the first byte stands at a place; -1 where it has a backslash, or
    /// is no string (RFC 8259, section 7).
    @inline(__always)
    func string(from start: Int) -> Int {
        var place = start
        while true {
            let plain = unsafe Int(json_string_plain32(text + place))
            place &+= plain
            if plain < 32 { break }
            if place >= count { return -1 }
        }
        // A quote behind the text belongs to another one.
        if place >= count { return -1 }
        let byte = unsafe text[place]
        if byte == 0x22 { return place }
        return byte < 0x80 ? -1 : wideString(from: start, to: place)
    }

    /// The same of a string that has bytes of other scripts from a place on.
    @inline(never)
    private func wideString(from start: Int, to first: Int) -> Int {
        var place = first
        while place < count, case let byte = unsafe text[place], byte != 0x22 {
            if byte < 0x20 || byte == 0x5C { return -1 }
            place += 1
        }
        return unsafe place < count && odometer_is_utf8(text + start, place - start) ? place : -1
    }

    /// Where the number that begins at a place ends; -1 where none does.
    ///
    /// - Parameter isInteger: `false` afterwards when it has a fraction or an exponent.
    @inline(__always)
    func number(from start: Int, isInteger: inout Bool) -> Int {
        let length = unsafe Int(json_number_plain16(text + start))
        let end = start &+ length
        // The byte behind it may go on with an exponent.
        if length < 16, end <= count, unsafe text[end] | 0x20 != 0x65,
            let short = unsafe ShortNumber(at: text + start, length: length)
        {
            isInteger = short.decimals == 0
            return end
        }
        return longNumber(from: start, isInteger: &isInteger)
    }

    @inline(never)
    private func longNumber(from start: Int, isInteger: inout Bool) -> Int {
        isInteger = true
        return unsafe JSONNumber.end(text, from: start, to: count, isInteger: &isInteger) ?? -1
    }

    /// Where `true`, `false` or `null` ends that begins at a place; -1 where it does not stand there.
    @inline(__always)
    func word(_ behind: ShapeStep.Behind, from start: Int) -> Int {
        let letters = unsafe UInt32(littleEndian: UnsafeRawPointer(text + start).loadUnaligned(as: UInt32.self))
        // The first four letters, the first one lowest.
        let (first, length): (UInt32, Int) =
            switch behind {
            case .true: (0x6575_7274, 4)
            case .false: (0x736C_6166, 5)
            default: (0x6C6C_756E, 4)
            }
        let end = start &+ length
        return unsafe letters == first && end <= count && (length == 4 || text[start &+ 4] == 0x65) ? end : -1
    }
}
