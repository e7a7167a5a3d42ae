/// A space of arrays of real values, each value with a lower and an upper bound, which may be infinite.
public struct BoxSpace: Sendable, Hashable {
    /// The shape of one observation or action in the environment; values are flattened in C order.
    public let shape: [Int]
    /// The lower bound of each value.
    public let low: [Float]
    /// The upper bound of each value.
    public let high: [Float]

    /// Bounds of at least this size count as infinite: environments use the largest number of single precision,
    /// ±3.4e38, for "unbounded".
    private static let farthestBound: Float = 3e38

    /// Creates a space. Bounds of −3e38 or less and of 3e38 or more become infinite.
    ///
    /// Traps unless `low` and `high` have as many values as the shape, at least one, and no lower bound is above its
    /// upper bound.
    /// - Parameters:
    ///   - shape: The shape of one observation or action.
    ///   - low: The lower bound of each value, in C order.
    ///   - high: The upper bound of each value, in C order.
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

    /// The number of values of one observation or action.
    public var count: Int { low.count }
}

/// The actions that an environment accepts.
public enum ActionSpace: Sendable, Hashable {
    /// One choice among `count` actions, numbered from 0.
    case discrete(count: Int)

    /// Several choices at once; choice `i` has `counts[i]` alternatives, numbered from 0.
    case multiDiscrete(counts: [Int])

    /// Real values within bounds.
    case box(BoxSpace)

    /// The number of values that make up one environment's action.
    public var width: Int {
        switch self {
        case .discrete: 1
        case .multiDiscrete(let counts): counts.count
        case .box(let box): box.count
        }
    }
}

/// The actions of a batch of environments.
public enum Actions: Sendable, Hashable {
    /// Choices: [B] for `.discrete`, or [B, choices] for `.multiDiscrete`.
    case discrete([Int])

    /// Real values, [B, values], for `.box`.
    case box([Float])

    /// Traps unless these actions belong to `space` and are for `batch` environments. Real values are not checked
    /// against their bounds.
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
