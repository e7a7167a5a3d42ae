import TorchTensors

/// Applies layers one after the other. The names of the layers in the state are 0, 1, …
public final class Sequential: Layer {
    /// The layers, in the order in which they are applied.
    public let layers: [any Layer]
    /// Whether the module behaves as in training. `train()` and `evaluate()` also set this for the layers.
    public var isTraining = true

    /// The names of properties in the state: the layers appear as contents of this module.
    public static var stateNames: [String: String] { ["layers": ""] }

    /// Creates a module from layers. Without layers, it returns its input.
    public init(_ layers: [any Layer]) { self.layers = layers }

    /// Creates a module from layers. Without layers, it returns its input.
    public convenience init(_ layers: any Layer...) { self.init(layers) }

    /// Applies all layers to `x`, one after the other.
    ///
    /// - Throws: The error of the first layer that fails.
    public func callAsFunction(_ x: Tensor) throws(TensorError) -> Tensor {
        var x = x
        for layer in layers { x = try layer(x) }
        return x
    }
}

/// Merges the dimensions from `first` to `last`, both included, into one.
public final class Flatten: Layer {
    /// The first dimension to merge, counted from the end if negative.
    public let first: Int
    /// The last dimension to merge, counted from the end if negative.
    public let last: Int
    /// Whether the module behaves as in training. This layer behaves the same in both cases.
    public var isTraining = true

    /// Creates a layer. By default, it merges all dimensions except the first, the batch.
    ///
    /// - Parameters:
    ///   - first: The first dimension to merge, counted from the end if negative.
    ///   - last: The last dimension to merge, counted from the end if negative.
    public init(first: Int = 1, last: Int = -1) {
        self.first = first
        self.last = last
    }

    /// Returns `x` with the dimensions merged.
    ///
    /// - Throws: `TensorError` if `x` lacks one of the dimensions.
    public func callAsFunction(_ x: Tensor) throws(TensorError) -> Tensor { try x.flattened(first, last) }
}

/// Computes max(x, 0) for each element x.
public final class ReLU: Layer {
    /// Whether the module behaves as in training. This layer behaves the same in both cases.
    public var isTraining = true

    /// Creates a layer.
    public init() {}

    /// Returns max(x, 0) for each element of `x`.
    public func callAsFunction(_ x: Tensor) throws(TensorError) -> Tensor { try x.relu() }
}
