/// A parsed record taken apart into its values and the bytes between them, in the order of the text.
struct ShapeOutline {
    struct Value {
        var node: Int
        var behind: ShapeStep.Behind
        /// Where its bytes begin and end; of a string without its quotes.
        var start: Int
        var end: Int
    }

    private(set) var values: [Value] = []
    /// The members' names, each with how many values stand before it.
    private(set) var names: [(node: Int, step: Int)] = []
    /// The values that belong to the bytes between, each with how many values stand before it.
    private(set) var constants: [(node: Int, step: Int)] = []
    /// The arrays and objects, each with how many values stand before its beginning and before its end.
    private(set) var containers: [(node: Int, startStep: Int, endStep: Int)] = []

    init(
        _ tape: UnsafeBufferPointer<JSONNode>, _ text: UnsafeBufferPointer<UInt8>, constants: [ShapeConstant] = []
    ) {
        unsafe walk(tape, 0) { name, value in
            unsafe tape[value].kind == .string
                && constants.contains { constant in
                    unsafe tape[name].raw(in: text).elementsEqual(constant.name)
                        && tape[value].raw(in: text).elementsEqual(constant.value)
                }
        }
    }

    /// - Parameter isConstant: of a member of the root, by the nodes of its name and of its value.
    private mutating func walk(
        _ tape: UnsafeBufferPointer<JSONNode>, _ index: Int, isConstant: (Int, Int) -> Bool
    ) {
        let node = unsafe tape[index]
        if let behind = ShapeStep.Behind(node.kind) {
            values.append(Value(node: index, behind: behind, start: Int(node.start), end: Int(node.end)))
            return
        }
        let place = containers.count
        containers.append((index, values.count, 0))
        var next = index + 1
        while next < Int(node.next) {
            if node.kind == .object {
                names.append((next, values.count))
                next += 1
            }
            if index == 0, node.kind == .object, isConstant(next - 1, next) {
                constants.append((next, values.count))
            } else {
                unsafe walk(tape, next, isConstant: isConstant)
            }
            next = unsafe Int(tape[next].next)
        }
        containers[place].endStep = values.count
    }

    /// Where the bytes of a step begin: behind the value before it.
    func start(ofStep step: Int) -> Int { step == 0 ? 0 : values[step - 1].end }

    /// An offset in the text, among the bytes of a step.
    func place(_ offset: UInt32, inStep step: Int) -> RecordShape.Place {
        RecordShape.Place(
            behind: step == 0 ? -1 : values[step - 1].node, offset: Int(offset) - start(ofStep: step))
    }
}
