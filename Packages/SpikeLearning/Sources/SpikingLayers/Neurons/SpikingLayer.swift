import TorchModules
import TorchTensors

/// A layer that gives spikes, and shows them to whoever observes it: neurons, and encoders of images.
public protocol SpikingLayer: Layer {
    /// Is shown the spikes, [T, …] of 0 and 1, of every call; nil for nobody. Implementations call it once they have
    /// them.
    var spikeObserver: SpikeObserver? { get set }
}

/// Looks at the spikes of a layer. What it throws stops the network.
public typealias SpikeObserver = (_ spikes: Tensor) throws(TensorError) -> Void

extension Module {
    /// All layers of spikes within, with their names in the state (`stage1.0.mlp.mlp1_lif`), in the order of
    /// declaration.
    public func spikingLayers() -> [(name: String, layer: any SpikingLayer)] {
        namedModules().compactMap { entry in (entry.module as? any SpikingLayer).map { (entry.name, $0) } }
    }

    /// Runs `body` while `observer` is shown the spikes of every layer within; other observers wait.
    ///
    /// Clone, count or detach them: a kept tensor keeps its graph.
    public func observingSpikes<Result>(
        _ observer: @escaping (_ name: String, _ spikes: Tensor) throws(TensorError) -> Void,
        during body: () throws -> Result
    ) rethrows -> Result {
        let layers = spikingLayers().map { (name: $0.name, layer: $0.layer, before: $0.layer.spikeObserver) }
        for (name, layer, _) in layers {
            layer.spikeObserver = { (spikes) throws(TensorError) in try observer(name, spikes) }
        }
        defer { for (_, layer, before) in layers { layer.spikeObserver = before } }
        return try body()
    }
}

/// Where a network needs a layer of neurons.
public struct NeuronSite: Sendable, Hashable {
    /// C of the input currents [T, B, C, …].
    public let channels: Int
    /// T
    public let steps: Int
    /// θ, in the unit of the membrane potential.
    public let threshold: Double

    public init(channels: Int, steps: Int, threshold: Double = 1) {
        self.channels = channels
        self.steps = steps
        self.threshold = threshold
    }
}

/// Makes a network's neurons: a layer from [T, B, C, …] currents to spikes for each site.
public typealias NeuronMaker = @Sendable (NeuronSite) throws(TensorError) -> any SpikingLayer
