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
    /// The arrays and objects, each with how many values stand before its beginning and before its end.
    private(set) var containers: [(node: Int, startStep: Int, endStep: Int)] = []

    init(_ tape: UnsafeBufferPointer<JSONNode>) {
        unsafe walk(tape, 0)
    }

    private mutating func walk(_ tape: UnsafeBufferPointer<JSONNode>, _ index: Int) {
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
            unsafe walk(tape, next)
            next = unsafe Int(tape[next].next)
        }
        containers[place].endStep = values.count
    }

    /// Where the bytes of a step begin: behind the value before it.
    func start(ofStep step: Int) -> Int { step == 0 ? 0 : values[step - 1].end }
}
