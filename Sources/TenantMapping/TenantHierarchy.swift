public import UsageModel

/// Which tenant is under which, as of a moment: the column `parent` of the tenant file.
public struct TenantHierarchy: Sendable {
    /// A stretch of time in which a tenant is under another; both ends inclusive, in nanoseconds since 1970.
    struct Link: Sendable {
        var first: Int64
        var last: Int64
        var parent: ByteString
    }

    /// In the order of time, none overlapping another.
    private let links: [ByteString: [Link]]
    private let children: [ByteString: Set<ByteString>]

    /// No tenant is under another.
    public init() {
        self.init([:])
    }

    init(_ links: [ByteString: [Link]]) {
        self.links = links
        var children: [ByteString: Set<ByteString>] = [:]
        for (tenant, links) in links {
            for link in links { children[link.parent, default: []].insert(tenant) }
        }
        self.children = children
    }

    public var isEmpty: Bool { links.isEmpty }

    /// The tenants above one at a moment, the next one first. O(depth).
    public func ancestors(of tenant: ByteString, at time: Timestamp) -> [ByteString] {
        var ancestors: [ByteString] = []
        var tenant = tenant
        while let parent = parent(of: tenant, at: time.nanoseconds) {
            ancestors.append(parent)
            tenant = parent
        }
        return ancestors
    }

    /// The tenants that are under one at some time, and itself.
    public func family(of tenant: ByteString) -> Set<ByteString> {
        var family: Set<ByteString> = [tenant]
        var open = [tenant]
        while let next = open.popLast() {
            for child in children[next] ?? [] where family.insert(child).inserted { open.append(child) }
        }
        return family
    }

    private func parent(of tenant: ByteString, at nanoseconds: Int64) -> ByteString? {
        links[tenant]?.first { $0.first <= nanoseconds && nanoseconds <= $0.last }?.parent
    }

    /// A tenant that is under itself at some time; `nil` when there is none.
    ///
    /// Who is under whom changes only where a link begins, so that it is enough to look there.
    var tenantUnderItself: ByteString? {
        if !hasCircle { return nil }
        let moments = Set(links.values.joined().map(\.first)).sorted()
        for tenant in links.keys.sorted() {
            for moment in moments {
                var (next, steps) = (tenant, 0)
                while let parent = parent(of: next, at: moment) {
                    if parent == tenant { return tenant }
                    steps += 1
                    // A circle that it is not part of: another tenant's turn comes.
                    if steps > links.count { break }
                    next = parent
                }
            }
        }
        return nil
    }

    /// Whether there is a circle, were all links of all times together: without one there is none at any time. O(links).
    private var hasCircle: Bool {
        // Whoever has no parent left is taken away, until nobody is left or all that are left have one.
        var left = links.mapValues { Set($0.map(\.parent)) }
        var open = Array(children.keys.filter { left[$0] == nil })
        while let parent = open.popLast() {
            for child in children[parent] ?? [] {
                left[child]?.remove(parent)
                guard left[child]?.isEmpty ?? false else { continue }
                left[child] = nil
                open.append(child)
            }
        }
        return !left.isEmpty
    }
}
