/// A fault at a place of the file, before the place is turned into line and column.
public struct CSVFault: Error {
    public var offset: Int
    public var message: String

    public init(at offset: Int, _ message: String) {
        self.offset = offset
        self.message = message
    }

    /// The line of an offset, from 1, and the character in it, from 1. O(offset).
    public static func place(of offset: Int, in csv: [UInt8]) -> (line: Int, column: Int) {
        var line = 1
        var column = 1
        var index = csv.starts(with: CSVReader.byteOrderMark) ? CSVReader.byteOrderMark.count : 0
        while index < offset, index < csv.count {
            if csv[index] == 0x0A {
                line += 1
                column = 1
            } else if csv[index] & 0xC0 != 0x80 {
                column += 1
            }
            index += 1
        }
        return (line, column)
    }
}
