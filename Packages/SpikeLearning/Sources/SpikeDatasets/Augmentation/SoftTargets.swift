import TorchTensors

/// Makes distributions over the classes from labels.
public enum SoftTargets {
    /// Returns smoothed targets: 1 − ε + ε/K for an image's own class, and ε/K for each of the other classes.
    ///
    /// Source: Szegedy et al., "Rethinking the Inception architecture for computer vision", CVPR 2016, arXiv
    /// 1512.00567.
    /// - Parameters:
    ///   - labels: The labels of the images, each in 0 ..< `classCount`.
    ///   - classCount: The number of classes K.
    ///   - smoothing: The label smoothing ε, in 0...1.
    /// - Returns: The targets: [B, K], float32. Each row adds up to 1.
    /// - Throws: `TensorError` if a label or ε is out of range.
    public static func smoothed(_ labels: [Int], classCount: Int, smoothing: Double) throws(TensorError) -> Tensor {
        guard (0...1).contains(smoothing) else {
            throw TensorError("label smoothing: it must be in 0...1, got \(smoothing)")
        }
        if let label = labels.first(where: { !(0..<classCount).contains($0) }) {
            throw TensorError(
                "label smoothing: label \(label) is none of \(counted(classCount, "class", plural: "classes"))")
        }
        let rest = Float(smoothing / Double(classCount))
        var targets = [Float](repeating: rest, count: labels.count * classCount)
        for (place, label) in labels.enumerated() { targets[place * classCount + label] = Float(1 - smoothing) + rest }
        return try Tensor(targets, shape: [labels.count, classCount])
    }
}
