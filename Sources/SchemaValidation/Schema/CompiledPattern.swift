import CPCRE2

/// A regular expression, compiled by PCRE2 and just-in-time where the machine can.
///
/// Immutable after `init`: PCRE2 lets any number of threads match with one compiled pattern (pcre2api, "Multithreading").
@safe
final class CompiledPattern: @unchecked Sendable {
    /// As the schema has it.
    let source: [UInt8]
    private let code: OpaquePointer

    /// - Throws: ``ECMAPattern/Failure`` with what PCRE2 or ECMA 262 has against it.
    init(_ source: [UInt8]) throws(ECMAPattern.Failure) {
        let translated = try ECMAPattern.translate(source)
        let options =
            PCRE2_UTF | PCRE2_DOLLAR_ENDONLY | PCRE2_MATCH_UNSET_BACKREF | PCRE2_ALLOW_EMPTY_CLASS | PCRE2_NEVER_UCP
            | PCRE2_NEVER_BACKSLASH_C
        var status: Int32 = 0
        var offset = 0
        let compiled = unsafe translated.withUnsafeBufferPointer { text in
            unsafe pcre2_compile_8(text.baseAddress, text.count, options, &status, &offset, nil)
        }
        guard let compiled = unsafe compiled else {
            throw ECMAPattern.Failure(message: CompiledPattern.message(status))
        }
        // Where there is no JIT, matching falls back to the interpreter by itself.
        _ = unsafe pcre2_jit_compile_8(compiled, PCRE2_JIT_COMPLETE)
        self.source = source
        unsafe code = compiled
    }

    deinit {
        unsafe pcre2_code_free_8(code)
    }

    /// PCRE2's result: the number of groups, or a negative error.
    func match(
        _ text: UnsafeBufferPointer<UInt8>, data: OpaquePointer, context: OpaquePointer
    ) -> Int32 {
        // An empty buffer may have no address; PCRE2 takes none with the length 0.
        unsafe pcre2_match_8(code, text.baseAddress, text.count, 0, PCRE2_NO_UTF_CHECK, data, context)
    }

    private static func message(_ status: Int32) -> String {
        unsafe withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 256) { buffer in
            let count = unsafe pcre2_get_error_message_8(status, buffer.baseAddress, buffer.count)
            return unsafe count > 0 ? String(decoding: buffer.prefix(Int(count)), as: UTF8.self) : "error \(status)"
        }
    }
}
