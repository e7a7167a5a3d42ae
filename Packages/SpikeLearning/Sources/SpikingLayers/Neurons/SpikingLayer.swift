import TorchModules
import TorchTensors

/// A layer whose output is spikes, such as neurons and encoders of images, and which an observer can watch.
public protocol SpikingLayer: Layer {
    /// The observer that receives the spikes, [T, …] of 0 and 1, of every call; nil for none. Implementations call the
    /// observer as soon as they have computed the spikes.
    var spikeObserver: SpikeObserver? { get set }
}

/// A function that receives the spikes of a layer, [T, …]. An error that it throws ends the call of the network.
public typealias SpikeObserver = (_ spikes: Tensor) throws(TensorError) -> Void

extension Module {
    /// Returns all spiking layers of the module in the order of declaration, each with its name in the state, such as
    /// `stage1.0.mlp.mlp1_lif`.
    public func spikingLayers() -> [(name: String, layer: any SpikingLayer)] {
        namedModules().compactMap { entry in (entry.module as? any SpikingLayer).map { (entry.name, $0) } }
    }

    /// Runs `body` while `observer` receives the spikes of every spiking layer of the module. Previous observers are
    /// replaced in the meantime and restored afterwards, also if `body` throws.
    ///
    /// - Parameters:
    ///   - observer: Receives the name of a layer and its spikes [T, …] at every call of that layer. An observer that
    ///     stores the spikes should detach or clone them, because a stored tensor keeps its graph in memory.
    ///   - body: Calls the network.
    /// - Returns: The value that `body` returns.
    /// - Throws: The error that `body` throws, such as one that `observer` has thrown within it.
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
