import TorchTensors

/// A tensor that a module holds, as a reference: who has it sees when the module moves to another device.
public class ModuleTensor {
    /// What is held now. Changed in place by optimizers and `load`, replaced by `to`.
    public internal(set) final var tensor: Tensor

    fileprivate init(_ tensor: Tensor) { self.tensor = tensor }
}

/// A tensor of a module that training changes: `@Parameter var weight: Tensor`.
///
/// The name of the property names it in the module's state. `$weight` is the parameter itself.
@propertyWrapper
public final class Parameter: ModuleTensor {
    /// Whether weight decay shall pull it to 0: true for weights that multiply an input, false for biases,
    /// normalisation and constants of neurons.
    public let isDecayed: Bool

    /// Takes over a tensor and has gradients taken with respect to it; throws unless it is of floating point and not
    /// computed from tensors that require gradients.
    public init(_ tensor: Tensor, isDecayed: Bool = false) throws(TensorError) {
        self.isDecayed = isDecayed
        super.init(try tensor.requireGradient())
    }

    public var wrappedValue: Tensor { tensor }
    public var projectedValue: Parameter { self }
}

/// A tensor of a module that is saved with it, but not trained, such as a running mean: `@Buffer var runningMean: Tensor`.
@propertyWrapper
public final class Buffer: ModuleTensor {
    public override init(_ tensor: Tensor) { super.init(tensor) }

    public var wrappedValue: Tensor { tensor }
    public var projectedValue: Buffer { self }
}

/// A parameter that a module may do without: `@OptionalParameter var bias: Tensor?`.
@propertyWrapper
public struct OptionalParameter {
    private let parameter: Parameter?

    public init(_ parameter: Parameter?) { self.parameter = parameter }

    public var wrappedValue: Tensor? { parameter?.tensor }
    public var projectedValue: Parameter? { parameter }
}

/// A buffer that a module may do without: `@OptionalBuffer var runningMean: Tensor?`.
@propertyWrapper
public struct OptionalBuffer {
    private let buffer: Buffer?

    public init(_ buffer: Buffer?) { self.buffer = buffer }

    public var wrappedValue: Tensor? { buffer?.tensor }
    public var projectedValue: Buffer? { buffer }
}
