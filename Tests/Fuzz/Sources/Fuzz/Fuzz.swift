import CFuzzer
import Glibc

/// The program: `Fuzz TARGET [what libFuzzer takes]`.
///
/// libFuzzer starts itself anew for some of its work, with the arguments that it knows, so the target's name travels in
/// the environment.
@main
enum Fuzz {
    private static let variable = "FUZZ_TARGET"

    static func main() {
        var count = CommandLine.argc
        var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = unsafe CommandLine.unsafeArgv
        if unsafe getenv(variable) == nil, count > 1, let all = unsafe arguments {
            unsafe setenv(variable, CommandLine.arguments[1], 1)
            unsafe all[1] = all[0]
            unsafe arguments = all + 1
            count -= 1
        }
        guard target != nil else {
            let names = FuzzTarget.allCases.map(\.rawValue).joined(separator: "|")
            print("usage: Fuzz \(names) [option of libFuzzer | corpus | input]…")
            exit(2)
        }
        exit(
            unsafe LLVMFuzzerRunDriver(&count, &arguments) { data, size in
                let input = unsafe Array(UnsafeBufferPointer(start: data, count: size))
                Fuzz.target?.run(input)
                return 0
            })
    }

    private static let target = unsafe getenv(variable).flatMap { FuzzTarget(rawValue: unsafe String(cString: $0)) }
}
