/// The shape of a record: everything but the bytes of its scalar values.
///
/// It is what a tape needs of a record that matched and that does not hang on its values.
struct RecordShape {
    /// An array or an object: where it begins and ends, each as so many bytes after the beginning of a step's bytes.
    struct Container {
        var node: JSONNode
        var index: Int
        var startStep: Int
        var startOffset: Int
        var endStep: Int
        var endOffset: Int
    }

    /// A value that belongs to a step's bytes: where it begins, as so many bytes after their beginning, and its length.
    struct Constant {
        var node: Int
        var rest: JSONNode.Rest
        var step: Int
        var offset: Int
        var length: Int
    }

    /// A member's name: where it begins, as so many bytes after the beginning of a step's bytes, and how many it has, without its
    /// quotes.
    struct Name {
        var node: Int
        var step: Int
        var offset: Int
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
