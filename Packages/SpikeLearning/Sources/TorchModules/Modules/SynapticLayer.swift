import TorchTensors

/// A module that multiplies its input by weights, or by another tensor, and shows whoever observes it how much work
/// that was: convolutions, linear layers, matrix products.
public protocol SynapticLayer: Module {
    /// Is told of every call; nil for nobody.
    var synapseObserver: SynapseObserver? { get set }
}

/// Looks at the work of a layer. What it throws stops the network.
public typealias SynapseObserver = (_ work: SynapticWork) throws(TensorError) -> Void

/// What one call of a `SynapticLayer` did.
public struct SynapticWork {
    /// As the layer was given it.
    public let input: Tensor

    /// How many images, or steps of images, the input holds.
    public let frames: Int

    /// Multiplications with additions for all of them, had none been skipped; zeros at the borders of an image count.
    public let multiplyAccumulates: Int

    public init(input: Tensor, frames: Int, multiplyAccumulates: Int) {
        self.input = input
        self.frames = frames
        self.multiplyAccumulates = multiplyAccumulates
    }

    /// Of a layer that applies the whole of its weight [outputs, …] for each value of an output channel.
    ///
    /// - Parameter outputCount: How many values came out.
    public init(input: Tensor, frames: Int, weight: Tensor, outputCount: Int) {
        let shape = weight.shape
        self.init(
            input: input, frames: frames,
            multiplyAccumulates: outputCount * shape.dropFirst().reduce(1, *))
    }
}

extension Module {
    /// All layers of synapses within, with their names in the state (`stage1.0.mlp.mlp1_conv`), in the order of
    /// declaration.
    public func synapticLayers() -> [(name: String, layer: any SynapticLayer)] {
        namedModules().compactMap { entry in (entry.module as? any SynapticLayer).map { (entry.name, $0) } }
    }

    /// Runs `body` while `observer` is told of the work of every layer within; other observers wait.
    public func observingSynapses<Result, Failure>(
        _ observer: @escaping (_ name: String, _ work: SynapticWork) throws(TensorError) -> Void,
        during body: () throws(Failure) -> Result
    ) throws(Failure) -> Result {
        let layers = synapticLayers().map { (name: $0.name, layer: $0.layer, before: $0.layer.synapseObserver) }
        for (name, layer, _) in layers {
            layer.synapseObserver = { (work) throws(TensorError) in try observer(name, work) }
        }
        defer { for (_, layer, before) in layers { layer.synapseObserver = before } }
        return try body()
    }
}
