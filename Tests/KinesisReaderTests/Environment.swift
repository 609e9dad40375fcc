import Glibc

enum Environment {
    /// A number in a variable of the environment.
    static func number(_ name: String) -> Int? {
        unsafe getenv(name).flatMap { unsafe Int(String(cString: $0)) }
    }
}
