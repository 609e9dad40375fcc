public import UsageModel

extension WindowSpecification {
    /// The windows that usage is added up in: of hopping windows the panes that they are made of.
    public var pane: WindowSpecification {
        switch self {
        case .tumbling, .session: self
        case .hopping(let hop, _): .tumbling(size: hop)
        }
    }
}
