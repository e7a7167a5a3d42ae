/// Real values, each within bounds that may be infinite.
public struct BoxSpace: Sendable, Hashable {
    /// Of one observation or action, as the environment has it; values are flattened in C order.
    public let shape: [Int]
    /// One a value.
    public let low: [Float]
    /// One a value.
    public let high: [Float]

    /// Bounds from here on are none: environments write the greatest number of single precision, ±3.4e38, for "any".
    private static let farthestBound: Float = 3e38

    /// Traps unless there are as many bounds as the shape says, at least one, each low at most its high.
    ///
    /// Bounds of −3e38 and below, and of 3e38 and above, become infinite.
    public init(shape: [Int], low: [Float], high: [Float]) {
        let count = shape.reduce(1, *)
        precondition(
            count > 0 && low.count == count && high.count == count,
            "BoxSpace: \(low.count) and \(high.count) bounds for shape \(shape)")
        precondition(zip(low, high).allSatisfy { $0 <= $1 }, "BoxSpace: a low is above its high")
        self.shape = shape
        self.low = low.map { $0 <= -Self.farthestBound ? -.infinity : $0 }
        self.high = high.map { $0 >= Self.farthestBound ? .infinity : $0 }
    }

    /// Values of one observation or action.
    public var count: Int { low.count }
}

/// What an environment can be told to do.
public enum ActionSpace: Sendable, Hashable {
    /// One of `count` actions, numbered from 0.
    case discrete(count: Int)

    /// Several choices at once, one of `counts[i]` each, numbered from 0.
    case multiDiscrete(counts: [Int])

    /// Real values.
    case box(BoxSpace)

    /// Numbers that tell one environment what to do.
    public var width: Int {
        switch self {
        case .discrete: 1
        case .multiDiscrete(let counts): counts.count
        case .box(let box): box.count
        }
    }
}

/// What a batch of environments is told to do.
public enum Actions: Sendable, Hashable {
    /// [B], for `.discrete`, or [B, choices], for `.multiDiscrete`.
    case discrete([Int])

    /// [B, values], for `.box`.
    case box([Float])

    /// Traps unless these are actions of the space for `batch` environments.
    func check(_ space: ActionSpace, batch: Int) {
        switch (self, space) {
        case (.discrete(let values), .discrete(let count)):
            precondition(values.count == batch, "Actions: \(values.count) for \(batch) environments")
            precondition(values.allSatisfy { 0..<count ~= $0 }, "Actions: each must be within 0..<\(count)")
        case (.discrete(let values), .multiDiscrete(let counts)):
            precondition(values.count == batch * counts.count, "Actions: \(values.count) for \(batch) environments")
            precondition(
                values.indices.allSatisfy { 0..<counts[$0 % counts.count] ~= values[$0] },
                "Actions: each must be within its count of \(counts)")
        case (.box(let values), .box(let box)):
            precondition(values.count == batch * box.count, "Actions: \(values.count) for \(batch) environments")
        default: preconditionFailure("Actions: \(self) do not go with \(space)")
        }
    }
}
