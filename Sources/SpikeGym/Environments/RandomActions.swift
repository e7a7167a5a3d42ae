import SpikeEncoding

/// Actions drawn evenly from a space: the same for the same seed and position.
///
/// A value without bounds, or with one, is drawn from the part of −1…1 that is within them, or is the bound where no
/// part is.
public struct RandomActions: Sendable {
    public let space: ActionSpace
    private let generator: Philox

    public init(space: ActionSpace, seed: UInt64) {
        self.space = space
        generator = Philox(seed: seed)
    }

    /// Actions for `count` environments; `position` counts the actions of single environments drawn before.
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
