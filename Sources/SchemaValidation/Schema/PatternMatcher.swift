import CPCRE2

/// The memory that one worker matches regular expressions with, and the limits that end a pattern that explodes.
@safe
struct PatternMatcher: ~Copyable {
    enum Outcome {
        case match, noMatch
        /// The pattern reached a limit before it was decided.
        case tooLong
    }

    /// How many steps of PCRE2 one match may take: some tens of milliseconds.
    private static let stepLimit: UInt32 = 500_000
    private static let heapLimitKiB: UInt32 = 20_000
    private static let stackLimit = 1 << 20

    private var data: OpaquePointer?
    private var context: OpaquePointer?
    private var stack: OpaquePointer?

    init() {}

    deinit {
        unsafe pcre2_match_data_free_8(data)
        unsafe pcre2_match_context_free_8(context)
        unsafe pcre2_jit_stack_free_8(stack)
    }

    /// Whether the pattern is found anywhere in the text, which is UTF-8.
    mutating func match(_ pattern: CompiledPattern, _ text: UnsafeBufferPointer<UInt8>) -> Outcome {
        if unsafe data == nil { prepare() }
        guard let data = unsafe data, let context = unsafe context else { preconditionFailure("out of memory") }
        let result = unsafe pattern.match(text, data: data, context: context)
        if result >= 0 { return .match }
        return result == PCRE2_ERROR_NOMATCH ? .noMatch : .tooLong
    }

    private mutating func prepare() {
        unsafe data = pcre2_match_data_create_8(1, nil)
        unsafe context = pcre2_match_context_create_8(nil)
        unsafe stack = pcre2_jit_stack_create_8(32 * 1_024, PatternMatcher.stackLimit, nil)
        guard let context = unsafe context else { return }
        _ = unsafe pcre2_set_match_limit_8(context, PatternMatcher.stepLimit)
        _ = unsafe pcre2_set_heap_limit_8(context, PatternMatcher.heapLimitKiB)
        unsafe pcre2_jit_stack_assign_8(context, nil, UnsafeMutableRawPointer(stack))
    }
}
