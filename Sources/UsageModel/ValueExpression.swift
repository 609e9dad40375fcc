/// What of an event is measured: a value of it, a constant, and sums and products of these, over a constant.
///
/// It is kept as a sum of products over one divisor, `(c₁·a·b + c₂·a + …) / d`. The sum is worked out for each event,
/// exactly; the division is left to the end, once for a whole total, so that a scale such as `/ 1073741824` costs no digit
/// of any event.
public struct ValueExpression: Sendable, Hashable {
    /// A coefficient times some of the operands.
    public struct Product: Sendable, Hashable {
        public var coefficient: Quantity
        /// Indices into `operands`, in ascending order; one that stands twice is squared.
        public var factors: [Int]
    }

    /// The values of the event that it takes.
    public let operands: [JSONPointer]
    /// In the order of their factors; none for 0.
    public let products: [Product]
    /// What the sum is divided by; positive.
    public let divisor: Quantity

    /// One value of the event.
    public init(_ pointer: JSONPointer) {
        operands = [pointer]
        products = [Product(coefficient: .one, factors: [0])]
        divisor = .one
    }

    init(operands: [JSONPointer], products: [Product], divisor: Quantity) {
        self.operands = operands
        self.products = products
        self.divisor = divisor
    }

    /// Whether the sum is one value of the event as it stands there.
    public var isPlain: Bool {
        products.count == 1 && products[0].factors == [0] && products[0].coefficient == .one && operands.count == 1
    }

    /// The same without its divisor.
    public var numerator: ValueExpression {
        ValueExpression(operands: operands, products: products, divisor: .one)
    }

    /// The sum of products for an event, before the division.
    ///
    /// `nil` where it is out of range or has a digit other than 0 below 10⁻¹². O(factors).
    /// - Parameter values: the values of `operands`.
    public func sum(of values: [Quantity]) -> Quantity? {
        precondition(values.count == operands.count, "a value for each operand")
        var sum = Quantity.zero
        for product in products {
            var term = product.coefficient
            for factor in product.factors {
                guard let next = term.multiplied(by: values[factor]) else { return nil }
                term = next
            }
            guard let next = sum.adding(term) else { return nil }
            sum = next
        }
        return sum
    }
}

extension ValueExpression: CustomStringConvertible {
    /// One form for all that mean the same; it can be read again.
    public var description: String {
        let terms = products.map { product in
            let factors = product.factors.map { operands[$0].text }
            if factors.isEmpty { return product.coefficient.description }
            return ((product.coefficient == .one ? [] : [product.coefficient.description]) + factors)
                .joined(separator: " * ")
        }
        let sum = terms.isEmpty ? "0" : terms.joined(separator: " + ")
        if divisor == .one { return sum }
        return (terms.count > 1 ? "(\(sum))" : sum) + " / \(divisor)"
    }
}
