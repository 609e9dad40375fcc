/// The plan's arrays and a record, as evaluation reads them: no reference counts, no copies.
///
/// Valid inside ``SchemaPlan/withView(of:_:)`` only. Indices into the plan come from the compiler and are not checked
/// again; those into the record are.
@safe
struct SchemaView {
    let record: JSONTree
    let literals: JSONTree
    let usesDynamicScope: Bool
    let anchors: Range<Int>
    fileprivate let nodes: UnsafeBufferPointer<SchemaNode>
    fileprivate let instructions: UnsafeBufferPointer<SchemaInstruction>
    fileprivate let tables: UnsafeBufferPointer<MemberTable>
    fileprivate let slots: UnsafeBufferPointer<MemberSlot>
    fileprivate let words: UnsafeBufferPointer<UInt32>
    fileprivate let patterns: UnsafeBufferPointer<CompiledPattern>

    @inline(__always) func node(_ index: Int) -> SchemaNode { unsafe nodes[index] }
    @inline(__always) func instruction(_ index: Int) -> SchemaInstruction { unsafe instructions[index] }
    @inline(__always) func table(_ index: UInt32) -> MemberTable { unsafe tables[Int(index)] }
    @inline(__always) func word(_ index: Int) -> Int { unsafe Int(words[index]) }
    @inline(__always) func pattern(_ index: Int) -> CompiledPattern { unsafe patterns[index] }

    @inline(__always) func slot(_ index: Int) -> MemberSlot { unsafe slots[index] }

    /// The index of a key's slot, or -1 when the table does not know it. The key is `text[start..<start + count]`.
    @inline(__always)
    func slot(
        of text: UnsafeBufferPointer<UInt8>, start: Int, count: Int, in table: MemberTable
    ) -> Int {
        let key = unsafe KeyHash(text, start: start, count: count)
        var home = key.slot(multiplier: table.multiplier, mask: table.mask)
        while true {
            let index = Int(table.firstSlot &+ home)
            let length = unsafe slots[index].length
            if length == MemberSlot.empty { return -1 }
            if unsafe slots[index].prefix == key.prefix && slots[index].suffix == key.suffix && Int(length) == count,
                unsafe count <= 16 || isSame(text, start, slots[index])
            {
                return index
            }
            home = (home &+ 1) & table.mask
        }
    }

    private func isSame(_ text: UnsafeBufferPointer<UInt8>, _ start: Int, _ slot: MemberSlot) -> Bool {
        let offset = Int(slot.offset)
        for index in 8..<Int(slot.length) - 8
        where unsafe text[start + index] != literals.text[offset + index] {
            return false
        }
        return true
    }
}

extension SchemaPlan {
    /// Calls `body` with a view of the plan and a record.
    func withView<Result>(
        of tape: borrowing JSONTape, _ text: UnsafeBufferPointer<UInt8>, _ body: (SchemaView) -> Result
    ) -> Result {
        let record = unsafe JSONTree(nodes: tape.buffer, text: text)
        return unsafe nodes.withUnsafeBufferPointer { nodes in
            unsafe instructions.withUnsafeBufferPointer { instructions in
                unsafe tables.withUnsafeBufferPointer { tables in
                    unsafe slots.withUnsafeBufferPointer { slots in
                        unsafe words.withUnsafeBufferPointer { words in
                            unsafe patterns.withUnsafeBufferPointer { patterns in
                                unsafe literals.withUnsafeBufferPointer { literals in
                                    unsafe bytes.withUnsafeBufferPointer { bytes in
                                        let view = unsafe SchemaView(
                                            record: record, literals: JSONTree(nodes: literals, text: bytes),
                                            usesDynamicScope: usesDynamicScope,
                                            anchors: firstAnchor..<firstAnchor + anchorCount * 3, nodes: nodes,
                                            instructions: instructions, tables: tables, slots: slots, words: words,
                                            patterns: patterns)
                                        return body(view)
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}
