import Foundation
import TorchTensors

/// Blends each image of a batch with another image of the batch, and their targets in the same proportion.
///
/// x′ᵢ = λ·xᵢ + (1 − λ)·xⱼ and y′ᵢ = λ·yᵢ + (1 − λ)·yⱼ, with one λ from Beta(α, α) for the whole batch, and j = π(i)
/// for a random permutation π. Source: Zhang et al., "mixup: beyond empirical risk minimization", ICLR 2018, arXiv
/// 1710.09412.
public struct Mixup: Sendable, Hashable {
    /// The parameter α of the Beta distribution, > 0.
    public let alpha: Double

    /// Creates a mixup.
    ///
    /// - Parameter alpha: The parameter α of the Beta distribution. Traps unless it is finite and > 0.
    public init(alpha: Double) {
        precondition(alpha > 0 && alpha.isFinite, "Mixup: alpha must be finite and > 0, got \(alpha)")
        self.alpha = alpha
    }

    /// Blends the images and targets of a batch.
    ///
    /// - Parameters:
    ///   - images: The images: [B, …], floating point, on any device.
    ///   - targets: The targets: [B, K], floating point.
    ///   - random: The stream from which λ and the permutation are drawn.
    /// - Returns: New tensors of the same shapes and types.
    /// - Throws: `TensorError` unless there are as many targets as images, both in floating point.
    public func callAsFunction(
        _ images: Tensor, _ targets: Tensor, _ random: RandomStream
    ) throws(TensorError) -> (images: Tensor, targets: Tensor) {
        let count = try images.length(of: 0)
        guard try targets.length(of: 0) == count, images.dtype.isFloatingPoint, targets.dtype.isFloatingPoint else {
            throw TensorError(
                "mixup: as many targets as images are needed, in floating point, got "
                    + "\(targets.dtype) \(targets.shape) and \(images.dtype) \(images.shape)")
        }
        let weight = self.weight(random)
        let partners = try Tensor(partners(of: count, random)).to(images.device)
        func blended(_ tensor: Tensor) throws(TensorError) -> Tensor {
            try Self.blended(tensor, tensor.taking(partners), weight: weight)
        }
        return (try blended(images), try blended(targets))
    }

    /// Returns the permutation π: the place of each image's partner in the batch.
    func partners(of count: Int, _ random: RandomStream) -> [Int] { random.split("partners").permutation(count) }

    /// Returns λ · a + (1 − λ) · b for the weight λ.
    static func blended(_ a: Tensor, _ b: Tensor, weight: Double) throws(TensorError) -> Tensor {
        try a * weight + b * (1 - weight)
    }

    /// Returns λ for a random stream, in 0...1.
    public func weight(_ random: RandomStream) -> Double {
        // X / (X + Y) is Beta(α, α) for X and Y from Gamma(α). Logarithms are used because both can be too small for a
        // `Double` when α is small.
        let (x, y) = (Self.logGamma(alpha, random.split("x")), Self.logGamma(alpha, random.split("y")))
        return 1 / (1 + exp(y - x))
    }

    /// Returns the logarithm of a random number from Gamma(α) with scale 1.
    ///
    /// Source: Marsaglia and Tsang, "A simple method for generating gamma variables", ACM TOMS 26, 2000. For α below 1,
    /// a number from Gamma(α + 1) is drawn and multiplied by u^(1/α), with u uniform.
    private static func logGamma(_ alpha: Double, _ random: RandomStream) -> Double {
        let shape = alpha < 1 ? alpha + 1 : alpha
        let d = shape - 1 / 3.0
        let c = 1 / (9 * d).squareRoot()
        var place = 1
        while true {
            let z = random.normal(at: place)
            let u = random.uniform(at: place + 2)
            place += 3
            let v = (1 + c * z) * (1 + c * z) * (1 + c * z)
            guard v > 0, log(1 - u) < 0.5 * z * z + d * (1 - v + log(v)) else { continue }
            return log(d * v) + (alpha < 1 ? log(1 - random.uniform(at: 0)) / alpha : 0)
        }
    }
}
