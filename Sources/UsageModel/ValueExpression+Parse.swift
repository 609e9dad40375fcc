/// Why a text is no ``ValueExpression``.
public struct ValueExpressionError: Error, Sendable, Hashable, CustomStringConvertible {
    public var description: String
}

extension ValueExpression {
    /// Reads an expression: JSON Pointers such as `/data/bytes`, names such as `bytes` for `/data/bytes`, decimal numbers,
    /// `+`, `-`, `*`, `/` by a constant, and parentheses.
    ///
    /// A pointer goes to the next space or closing parenthesis; a text that begins with `/` and has no operator between
    /// spaces is a pointer as a whole.
    public init(parsing text: String) throws(ValueExpressionError) {
        let isPointer = text.hasPrefix("/") && ![" + ", " - ", " * ", " / "].contains { text.contains($0) }
        if isPointer, let pointer = JSONPointer(text), !pointer.tokens.isEmpty {
            self.init(pointer)
            return
        }
        var parser = Parser(text)
        let sum = try parser.whole()
        let names = Set(sum.terms.keys.joined()).sorted { ByteString($0) < ByteString($1) }
        var operands: [JSONPointer] = []
        for name in names {
            guard let pointer = JSONPointer(name), !pointer.tokens.isEmpty else {
                throw ValueExpressionError(description: "\"\(name)\" is not a JSON Pointer; write it like /data/bytes")
            }
            operands.append(pointer)
        }
        let products = sum.terms.map { names, coefficient in
            Product(
                coefficient: coefficient,
                factors: names.compactMap { name in operands.firstIndex { $0.text == name } }.sorted())
        }
        self.init(
            operands: operands,
            products: products.sorted { $0.factors.lexicographicallyPrecedes($1.factors) }, divisor: sum.divisor)
    }

    /// A sum of products over a divisor while it is read: the factors' names, sorted, with their coefficients.
    private struct Sum {
        var terms: [[String]: Quantity]
        var divisor = Quantity.one

        static func constant(_ value: Quantity) -> Sum { Sum(terms: value == .zero ? [:] : [[]: value]) }

        var constant: Quantity? {
            terms.isEmpty ? .zero : terms.count == 1 ? terms[[]] : nil
        }

        func times(_ factor: Quantity) -> Sum? {
            var result = Sum(terms: [:], divisor: divisor)
            for (names, coefficient) in terms {
                guard let product = coefficient.multiplied(by: factor) else { return nil }
                if product != .zero { result.terms[names] = product }
            }
            return result
        }

        func adding(_ other: Sum) -> Sum? {
            if divisor != other.divisor {
                guard let left = times(other.divisor), let right = other.times(divisor),
                    let both = divisor.multiplied(by: other.divisor)
                else { return nil }
                return Sum(terms: left.terms, divisor: both).adding(Sum(terms: right.terms, divisor: both))
            }
            var result = self
            for (names, coefficient) in other.terms {
                guard let sum = (result.terms[names] ?? .zero).adding(coefficient) else { return nil }
                result.terms[names] = sum == .zero ? nil : sum
            }
            return result
        }

        func multiplied(by other: Sum) -> Sum? {
            guard let both = divisor.multiplied(by: other.divisor) else { return nil }
            var result = Sum(terms: [:], divisor: both)
            for (names, coefficient) in other.terms {
                guard let scaled = times(coefficient) else { return nil }
                let terms = Dictionary(uniqueKeysWithValues: scaled.terms.map { (($0.key + names).sorted(), $0.value) })
                guard let sum = result.adding(Sum(terms: terms, divisor: both)) else { return nil }
                result = sum
            }
            return result
        }

        func divided(by divisor: Quantity) -> Sum? {
            guard let both = self.divisor.multiplied(by: divisor) else { return nil }
            return Sum(terms: terms, divisor: both)
        }
    }

    /// sum = product { ("+" | "-") product }; product = factor { ("*" | "/") factor }; factor = ["-"] (number | pointer |
    /// name | "(" sum ")").
    private struct Parser {
        private let text: [UInt8]
        private var index = 0
        /// How many parentheses and signs are open.
        private var depth = 0

        init(_ text: String) { self.text = Array(text.utf8) }

        private func error(_ message: String) -> ValueExpressionError {
            ValueExpressionError(description: "\(message) at character \(index + 1)")
        }

        private func fitting(_ sum: Sum?) throws(ValueExpressionError) -> Sum {
            guard let sum else { throw error("a constant is out of range or has more than 12 decimals") }
            return sum
        }

        mutating func whole() throws(ValueExpressionError) -> Sum {
            let result = try sum()
            if index < text.count { throw error("an operator is missing") }
            return result
        }

        /// The next character that is no space; 0 at the end.
        private mutating func peek() -> UInt8 {
            while index < text.count, text[index] == 0x20 || text[index] == 0x09 { index += 1 }
            return index < text.count ? text[index] : 0
        }

        private mutating func sum() throws(ValueExpressionError) -> Sum {
            var result = try product()
            while case let sign = peek(), sign == 0x2B || sign == 0x2D {
                index += 1
                let next = try product()
                let signed = sign == 0x2D ? try fitting(next.times(Quantity(whole: -1))) : next
                result = try fitting(result.adding(signed))
            }
            return result
        }

        private mutating func product() throws(ValueExpressionError) -> Sum {
            var result = try factor()
            while case let sign = peek(), sign == 0x2A || sign == 0x2F {
                index += 1
                let next = try factor()
                if sign == 0x2A {
                    result = try fitting(result.multiplied(by: next))
                    continue
                }
                guard let constant = next.constant, next.divisor == .one, constant.units > 0 else {
                    throw error("only a positive constant divides, before the one")
                }
                result = try fitting(result.divided(by: constant))
            }
            return result
        }

        private mutating func factor() throws(ValueExpressionError) -> Sum {
            switch peek() {
            case 0x2D:
                try descend()
                defer { depth -= 1 }
                return try fitting(try factor().times(Quantity(whole: -1)))
            case 0x28:
                try descend()
                let result = try sum()
                guard peek() == 0x29 else { throw error("a closing parenthesis is missing") }
                index += 1
                depth -= 1
                return result
            case 0x30...0x39:
                return try number()
            case 0x2F:
                return try operand(take { $0 > 0x20 && $0 != 0x29 })
            case 0x41...0x5A, 0x5F, 0x61...0x7A:
                return try operand(
                    "/data/" + take { $0 | 0x20 >= 0x61 && $0 | 0x20 <= 0x7A || $0 == 0x5F || $0 &- 0x30 < 10 })
            default:
                throw error("a value is missing: a JSON Pointer, a name or a number")
            }
        }

        private mutating func descend() throws(ValueExpressionError) {
            if depth == 64 { throw error("too many parentheses") }
            index += 1
            depth += 1
        }

        private func operand(_ name: String) throws(ValueExpressionError) -> Sum {
            Sum(terms: [[name]: .one])
        }

        private mutating func take(_ isPart: (UInt8) -> Bool) -> String {
            let start = index
            while index < text.count, isPart(text[index]) { index += 1 }
            return String(decoding: text[start..<index], as: UTF8.self)
        }

        private mutating func number() throws(ValueExpressionError) -> Sum {
            let start = index
            _ = take { $0 &- 0x30 < 10 || $0 == 0x2E }
            if index < text.count, text[index] | 0x20 == 0x65 {
                index += 1
                if index < text.count, text[index] == 0x2B || text[index] == 0x2D { index += 1 }
                _ = take { $0 &- 0x30 < 10 }
            }
            let digits = String(decoding: text[start..<index], as: UTF8.self)
            guard let value = Quantity(digits) else {
                throw ValueExpressionError(
                    description: "\(digits) is no number in range with up to \(Quantity.decimalPlaces) decimals")
            }
            return .constant(value)
        }
    }
}
