import SpikingLayers
import TorchModules
import TorchTensors

/// Units that compute x · σ(x) for each input current x, in place of neurons. They turn a spiking network into its
/// conventional twin with the same structure.
///
/// Their output is real values and not spikes, so observers of spikes do not receive it.
///
/// Source: Elfwing et al. 2018, arXiv 1702.03118.
public final class SiLUUnit: NeuronLayer {
    public var isTraining = true
    /// Not called, because there are no spikes.
    public var spikeObserver: SpikeObserver?

    /// Creates units for currents of any shape.
    public init() {}

    /// Returns x · σ(x) for each current x, in the shape and type of the currents.
    ///
    /// - Parameter currents: Input currents of any shape, of floating point.
    /// - Throws: `TensorError` if the currents are not of floating point.
    public func callAsFunction(_ currents: Tensor) throws(TensorError) -> Tensor { try currents.silu() }

    /// Makes these units at every site of a network.
    public static let maker: NeuronMaker = { (_) throws(TensorError) in SiLUUnit() }
}
