/// The caller asked for something that cannot be: exit status 2, one clear line.
struct CallerMistake: Error, Hashable, CustomStringConvertible {
    var description: String

    init(_ description: String) {
        self.description = description
    }
}
