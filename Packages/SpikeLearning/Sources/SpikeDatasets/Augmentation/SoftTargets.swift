import TorchTensors

/// Labels as a distribution over the classes.
public enum SoftTargets {
    /// Label smoothing: an image's own class has 1 − ε + ε/K, each other class ε/K.
    ///
    /// Source: Szegedy et al., "Rethinking the Inception architecture for computer vision", CVPR 2016, arXiv
    /// 1512.00567.
    /// - Parameters:
    ///   - labels: [B], in 0 ..< `classCount`.
    ///   - smoothing: ε in 0...1.
    /// - Returns: [B, K], float32; rows add up to 1.
    /// - Throws: `TensorError` if a label or ε is outside.
    public static func smoothed(_ labels: [Int], classCount: Int, smoothing: Double) throws(TensorError) -> Tensor {
        guard (0...1).contains(smoothing) else {
            throw TensorError("label smoothing: it must be in 0...1, got \(smoothing)")
        }
        if let label = labels.first(where: { !(0..<classCount).contains($0) }) {
            throw TensorError("label smoothing: label \(label) is none of \(classCount) classes")
        }
        let rest = Float(smoothing / Double(classCount))
        var targets = [Float](repeating: rest, count: labels.count * classCount)
        for (place, label) in labels.enumerated() { targets[place * classCount + label] = Float(1 - smoothing) + rest }
        return try Tensor(targets, shape: [labels.count, classCount])
    }
}
