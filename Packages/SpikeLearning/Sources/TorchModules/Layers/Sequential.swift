import TorchTensors

/// Layers one after the other; none give the input back. Their names in the state are 0, 1, …
public final class Sequential: Layer {
    public let layers: [any Layer]
    public var isTraining = true

    public static var stateNames: [String: String] { ["layers": ""] }

    public init(_ layers: [any Layer]) { self.layers = layers }

    public convenience init(_ layers: any Layer...) { self.init(layers) }

    public func callAsFunction(_ x: Tensor) throws(TensorError) -> Tensor {
        var x = x
        for layer in layers { x = try layer(x) }
        return x
    }
}

/// Makes dimensions `first` to `last` one.
public final class Flatten: Layer {
    public let first: Int
    public let last: Int
    public var isTraining = true

    /// Dimensions count from the end where negative; all but the batch if none are named.
    public init(first: Int = 1, last: Int = -1) {
        self.first = first
        self.last = last
    }

    public func callAsFunction(_ x: Tensor) throws(TensorError) -> Tensor { try x.flattened(first, last) }
}

/// max(x, 0)
public final class ReLU: Layer {
    public var isTraining = true

    public init() {}

    public func callAsFunction(_ x: Tensor) throws(TensorError) -> Tensor { try x.relu() }
}
