import SpikeEncoding

/// Actions drawn uniformly at random from a space; the same seed and position give the same actions.
///
/// A real value with two finite bounds is drawn between them. Otherwise it is drawn from the part of −1…1 that lies
/// within its bounds, or is set to the bound nearest to −1…1 if there is no such part.
public struct RandomActions: Sendable {
    /// The space that actions are drawn from.
    public let space: ActionSpace
    private let generator: Philox

    /// Creates a source of random actions.
    ///
    /// - Parameters:
    ///   - space: The space to draw actions from.
    ///   - seed: The seed of the random numbers.
    public init(space: ActionSpace, seed: UInt64) {
        self.space = space
        generator = Philox(seed: seed)
    }

    /// Draws actions for `count` environments.
    ///
    /// - Parameters:
    ///   - count: The number of environments.
    ///   - position: The number of actions of single environments that were drawn before.
    public func draw(count: Int, at position: Int) -> Actions {
        let width = space.width
        let uniforms = (0..<count * width).map { generator.uniform(at: UInt64(position * width + $0)) }
        switch space {
        case .discrete(let choices): return .discrete(uniforms.map { Int($0 * Double(choices)) })
        case .multiDiscrete(let counts):
            return .discrete(uniforms.indices.map { Int(uniforms[$0] * Double(counts[$0 % width])) })
        case .box(let box):
            return .box(
                uniforms.indices.map { index in
                    let (low, high) = Self.bounds(box.low[index % width], box.high[index % width])
                    return Float(low + uniforms[index] * (high - low))
                })
        }
    }

    private static func bounds(_ low: Float, _ high: Float) -> (low: Double, high: Double) {
        if low.isFinite && high.isFinite { return (Double(low), Double(high)) }
        let lower = min(max(-1, Double(low)), Double(high))
        return (lower, max(lower, min(1, Double(high))))
    }
}
