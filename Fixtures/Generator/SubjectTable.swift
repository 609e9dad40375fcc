/// The subjects of the events, by rank: the first is the busiest.
struct SubjectTable {
    /// The UTF-8 of each subject.
    let names: [[UInt8]]

    /// Two subjects that a person reads as the same word, with the é composed (NFC) and decomposed (NFD). They are two
    /// subjects, because bytes are identity.
    static let composed = Array("jos\u{E9}".utf8)
    static let decomposed = Array("jose\u{301}".utf8)
    /// The composed one as JSON may also write it: the same subject.
    static let escaped: StaticString = "jos\\u00e9"

    init(count: Int) {
        names = (0..<count).map { rank in
            switch rank {
            case 11: return SubjectTable.composed
            case 12: return SubjectTable.decomposed
            default:
                var name = Text()
                name.append("user-")
                name.append(rank, width: 5)
                return name.bytes
            }
        }
    }
}
