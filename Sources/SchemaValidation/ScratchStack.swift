/// Memory that grows and is given back in the order of a stack, kept from record to record.
@safe
struct ScratchStack<Element: BitwiseCopyable>: ~Copyable {
    private var storage: UnsafeMutablePointer<Element>
    private var capacity = 256
    private(set) var count = 0

    init() {
        unsafe storage = .allocate(capacity: capacity)
    }

    deinit {
        unsafe storage.deallocate()
    }

    subscript(index: Int) -> Element {
        @inline(__always) get {
            precondition(index >= 0 && index < count, "below the top of the stack")
            return unsafe storage[index]
        }
        @inline(__always) set {
            precondition(index >= 0 && index < count, "below the top of the stack")
            unsafe storage[index] = newValue
        }
    }

    @inline(__always)
    mutating func append(_ element: Element) {
        if count == capacity { grow(to: count + 1) }
        unsafe storage[count] = element
        count += 1
    }

    /// Adds `extra` times the element and returns the index of the first.
    @inline(__always)
    mutating func reserve(_ extra: Int, filledWith element: Element) -> Int {
        let start = count
        if start + extra > capacity { grow(to: start + extra) }
        for index in start..<start + extra { unsafe storage[index] = element }
        count = start + extra
        return start
    }

    /// Gives back everything from `index` on.
    @inline(__always)
    mutating func truncate(to index: Int) {
        precondition(index >= 0 && index <= count, "a stack only gives back what it has")
        count = index
    }

    /// So many elements from `start` on; valid until the stack grows.
    @inline(__always)
    func elements(_ start: Int, count: Int) -> UnsafePointer<Element> {
        precondition(start >= 0 && count >= 0 && start &+ count <= self.count, "below the top of the stack")
        return unsafe UnsafePointer(storage + start)
    }

    /// The elements from `start` on; valid until the stack grows.
    func suffix(from start: Int) -> UnsafeBufferPointer<Element> {
        precondition(start >= 0 && start <= count, "below the top of the stack")
        return unsafe UnsafeBufferPointer(start: storage + start, count: count - start)
    }

    /// Gives back everything, as an array.
    mutating func removeAll() -> [Element] {
        defer { count = 0 }
        return unsafe Array(UnsafeBufferPointer(start: storage, count: count))
    }

    @inline(never)
    private mutating func grow(to wanted: Int) {
        let larger = max(wanted, capacity * 2)
        let moved = UnsafeMutablePointer<Element>.allocate(capacity: larger)
        unsafe moved.update(from: storage, count: count)
        unsafe storage.deallocate()
        unsafe storage = moved
        capacity = larger
    }
}
