/// The shape of a record: everything but the bytes of its scalar values.
///
/// It is what a tape needs of a record that matched and that does not hang on its values.
struct RecordShape {
    /// A place in the bytes between two values: so many bytes behind the value before it.
    struct Place {
        /// The node of that value; -1 where it is the beginning of the record.
        var behind: Int
        var offset: Int

        /// Where it is in the record whose values are on the tape.
        func position(_ nodes: UnsafeMutablePointer<JSONNode>) -> Int {
            (behind < 0 ? 0 : unsafe Int(nodes[behind].end)) + offset
        }
    }

    /// An array or an object.
    struct Container {
        var node: Int
        var rest: JSONNode.Rest
        var start: Place
        var end: Place
    }

    /// A value that belongs to the bytes between others.
    struct Constant {
        var node: Int
        var rest: JSONNode.Rest
        var start: Place
        var length: Int
    }

    /// A member's name, and how many bytes it has without its quotes.
    struct Name {
        var node: Int
        var start: Place
        var length: Int
    }

    /// In the trie's names.
    var names: ScratchRange
    /// In the trie's constants.
    var constants: ScratchRange
    /// In the trie's containers.
    var containers: ScratchRange
    /// How many nodes its tape has.
    var nodeCount: Int
}
