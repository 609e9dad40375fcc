import UsageModel

/// The fields of records that are JSON objects, one a line, named by JSON Pointers.
///
/// As in a CloudEvent, a name that leads to a field that anybody wants must be alone in its object.
struct JSONFields: RecordFields, ~Copyable {
    private var stretches = JSONStretches()
    private var forest: PointerForest
    private let names: [ByteString]

    /// - Parameter names: the texts of JSON Pointers.
    init(names: [ByteString]) {
        self.names = names
        let pointers = names.map { name in
            guard let pointer = JSONPointer(name.description) else {
                preconditionFailure("\(name) is not a JSON Pointer")
            }
            return pointer
        }
        forest = PointerForest([pointers])
    }

    mutating func begin(_ batch: RecordBatch) {
        stretches.begin()
    }

    @inline(__always)
    mutating func cut(
        _ record: RecordText, of records: [RecordBatch.Record], in slab: UnsafeBufferPointer<UInt8>
    ) throws(Refusal) {
        do throws(JSONFault) {
            try unsafe stretches.parse(record.number, of: records, in: slab)
        } catch {
            throw Refusal(error)
        }
        let nodes = unsafe stretches.tape.buffer
        guard unsafe nodes.count > 0 && nodes[0].kind == .object else {
            throw Refusal(.schema, "a record is a JSON object")
        }
        let twice = unsafe forest.locate(0, on: nodes, in: record.bytes)
        if twice >= 0 { throw unsafe JSONRecord(nodes, in: record.bytes, at: record.offset).duplicate(twice) }
    }

    @inline(__always)
    mutating func field(_ index: Int, of record: RecordText, _ unescaped: inout [UInt8]) -> Field {
        let place = forest.place(index)
        if place < 0 { return .absent }
        let parsed = unsafe JSONRecord(stretches.tape.buffer, in: record.bytes, at: record.offset)
        return parsed.field(place, &unescaped)
    }

    func absence(of index: Int) -> String { "the record has no \(names[index])" }
}
