import TorchTensors

/// A module that multiplies its input by weights or by another tensor, and reports the amount of this work to an
/// observer. Examples are convolutions, linear layers and matrix products.
public protocol SynapticLayer: Module {
    /// The observer that is called for every call of the layer, or `nil` for none.
    var synapseObserver: SynapseObserver? { get set }
}

/// A function that receives the work of a layer. An error that it throws stops the network.
public typealias SynapseObserver = (_ work: SynapticWork) throws(TensorError) -> Void

/// The work of one call of a `SynapticLayer`.
public struct SynapticWork {
    /// The input of the layer.
    public let input: Tensor

    /// The number of images in the input. Each time step of an image counts.
    public let frames: Int

    /// The number of multiply-accumulate operations for all frames, without skipping any. Zeros in the padding count.
    public let multiplyAccumulates: Int

    /// Creates a description of work.
    ///
    /// - Parameters:
    ///   - input: The input of the layer.
    ///   - frames: The number of images in the input. Each time step of an image counts.
    ///   - multiplyAccumulates: The number of multiply-accumulate operations for all frames.
    public init(input: Tensor, frames: Int, multiplyAccumulates: Int) {
        self.input = input
        self.frames = frames
        self.multiplyAccumulates = multiplyAccumulates
    }

    /// Creates a description of the work of a layer in which every output value is the sum of products with all weights
    /// of its output channel.
    ///
    /// - Parameters:
    ///   - input: The input of the layer.
    ///   - frames: The number of images in the input. Each time step of an image counts.
    ///   - weight: The weight, [outputs, …].
    ///   - outputCount: The number of output values for all frames.
    public init(input: Tensor, frames: Int, weight: Tensor, outputCount: Int) {
        let shape = weight.shape
        self.init(
            input: input, frames: frames,
            multiplyAccumulates: outputCount * shape.dropFirst().reduce(1, *))
    }
}

extension Module {
    /// Returns all synaptic layers of this module with their names in the state, such as `stage1.0.mlp.mlp1_conv`, in
    /// the order of declaration.
    public func synapticLayers() -> [(name: String, layer: any SynapticLayer)] {
        namedModules().compactMap { entry in (entry.module as? any SynapticLayer).map { (entry.name, $0) } }
    }

    /// Runs `body`, and reports the work of every synaptic layer of this module to `observer` meanwhile. Other
    /// observers of these layers are not called until `body` ends.
    ///
    /// - Parameters:
    ///   - observer: Receives the name of a layer in the state and the work of one call. An error that it throws stops
    ///     the network.
    ///   - body: The code to observe.
    /// - Returns: The result of `body`.
    /// - Throws: The error that `body` throws.
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
