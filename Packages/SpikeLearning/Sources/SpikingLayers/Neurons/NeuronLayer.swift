import TorchModules
import TorchTensors

/// A layer of neurons that turns input currents [T, …] into spikes [T, …].
///
/// Networks call neurons in one of three ways: with currents, with a constant current, or with currents that are to be
/// normalised first. The last two have default implementations; a type implements them itself if it can be faster.
public protocol NeuronLayer: SpikingLayer {
    /// Returns the spikes for a current that is the same at every step.
    ///
    /// - Parameters:
    ///   - current: The input currents of one step, […], of floating point.
    ///   - steps: The number of time steps T; traps unless it is at least 1.
    /// - Returns: Spikes [T, …], 0 or 1, of the type of `current`.
    /// - Throws: `TensorError` if the layer does not support the shape or type of the currents.
    func callAsFunction(constant current: Tensor, steps: Int) throws(TensorError) -> Tensor

    /// Normalises currents, all steps of a batch together, and returns the spikes for the normalised currents.
    ///
    /// - Parameters:
    ///   - currents: Input currents [T, B, C, H, W], of floating point.
    ///   - normalization: The batch normalisation of C channels; in training its running statistics are updated.
    /// - Returns: Spikes [T, B, C, H, W], 0 or 1, of the type of the normalised currents.
    /// - Throws: `TensorError` if the shape of the currents does not fit the normalisation or the layer.
    func callAsFunction(_ currents: Tensor, normalizedBy normalization: BatchNorm2d) throws(TensorError) -> Tensor
}

extension NeuronLayer {
    public func callAsFunction(constant current: Tensor, steps: Int) throws(TensorError) -> Tensor {
        try self(current.repeatedOverTime(steps))
    }

    public func callAsFunction(
        _ currents: Tensor, normalizedBy normalization: BatchNorm2d
    ) throws(TensorError) -> Tensor {
        try afterNormalization(currents, normalization)
    }

    /// Computes the normalisation first and then the spikes, as two separate operations.
    func afterNormalization(_ currents: Tensor, _ normalization: BatchNorm2d) throws(TensorError) -> Tensor {
        let (frames, fold) = try currents.mergingTimeIntoBatch()
        return try self(fold.unfold(normalization(frames)))
    }
}

/// The place in a network for which a layer of neurons is made.
public struct NeuronSite: Sendable, Hashable {
    /// The number of channels C of the input currents [T, B, C, …].
    public let channels: Int
    /// The number of time steps T.
    public let steps: Int
    /// The firing threshold θ, in the unit of the membrane potential.
    public let threshold: Double

    /// Creates a description of a place for neurons. The values are checked by the layer that is made for it.
    ///
    /// - Parameters:
    ///   - channels: The number of channels C of the input currents [T, B, C, …].
    ///   - steps: The number of time steps T.
    ///   - threshold: The firing threshold θ, in the unit of the membrane potential.
    public init(channels: Int, steps: Int, threshold: Double = 1) {
        self.channels = channels
        self.steps = steps
        self.threshold = threshold
    }
}

/// A function that makes the layers of neurons of a network: for each site, a layer that turns currents [T, B, C, …]
/// into spikes of the same shape.
public typealias NeuronMaker = @Sendable (NeuronSite) throws(TensorError) -> any NeuronLayer

extension LIFDynamics {
    /// Returns these dynamics with another threshold.
    ///
    /// - Parameter threshold: θ, in the unit of the membrane potential. Traps unless it is finite and above 0.
    public func with(threshold: Double) -> LIFDynamics {
        LIFDynamics(
            decay: decay, threshold: threshold, reset: reset, detachesReset: detachesReset, surrogate: surrogate)
    }

    /// Returns a function that makes layers of neurons with these dynamics, each with the threshold of its site.
    ///
    /// - Parameter learning: True to make `LearnableLIFNeuron`, which learns a decay and an input weight for every
    ///   channel and step and traps unless the decay begins above 0 and below 1; false to make `LIFNeuron`.
    public func neuronMaker(learning: Bool = false) -> NeuronMaker {
        { (site) throws(TensorError) in
            let dynamics = with(threshold: site.threshold)
            return learning
                ? try LearnableLIFNeuron(steps: site.steps, channels: site.channels, startingAt: dynamics)
                : LIFNeuron(dynamics)
        }
    }
}
