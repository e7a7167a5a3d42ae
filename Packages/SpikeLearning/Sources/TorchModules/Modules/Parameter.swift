import TorchTensors

/// A reference to a tensor that a module stores. All its owners see the new tensor when the module moves to another
/// device.
public class ModuleTensor {
    /// The current tensor. Optimizers and `load` change it in place, and `to` replaces it.
    public internal(set) final var tensor: Tensor

    /// The range of valid values. `load` rejects other values.
    public final let range: ClosedRange<Double>

    /// The range of values of a usual weight. It is far wider than useful weights need, and narrow enough that sums of
    /// products of a few such numbers with pixels or spikes stay finite in float32.
    public static let usualRange = -1e8...1e8

    fileprivate init(_ tensor: Tensor, range: ClosedRange<Double>) {
        self.tensor = tensor
        self.range = range
    }
}

/// A tensor of a module that training changes: `@Parameter var weight: Tensor`.
///
/// The name of the property determines the name of the tensor in the module's state. `$weight` is the parameter itself.
@propertyWrapper
public final class Parameter: ModuleTensor {
    /// Whether weight decay applies to the parameter: true for weights that multiply an input, false for biases,
    /// parameters of normalization and constants of neurons.
    public let isDecayed: Bool

    /// Stores a tensor and requests gradients with respect to it.
    ///
    /// - Parameters:
    ///   - tensor: The initial values. The parameter uses the tensor itself, not a copy.
    ///   - isDecayed: Whether weight decay applies to the parameter.
    ///   - range: The range of valid values.
    /// - Throws: `TensorError` if the tensor does not have a floating-point type, or was computed from tensors that
    ///   require gradients.
    public init(
        _ tensor: Tensor, isDecayed: Bool = false, range: ClosedRange<Double> = usualRange
    ) throws(TensorError) {
        self.isDecayed = isDecayed
        super.init(try tensor.requireGradient(), range: range)
    }

    /// The current tensor of the parameter.
    public var wrappedValue: Tensor { tensor }
    /// The parameter itself.
    public var projectedValue: Parameter { self }
}

/// A tensor of a module that is saved with the module but not trained, such as a running mean:
/// `@Buffer var runningMean: Tensor`.
@propertyWrapper
public final class Buffer: ModuleTensor {
    /// Stores a tensor.
    ///
    /// - Parameters:
    ///   - tensor: The initial values. The buffer uses the tensor itself, not a copy.
    ///   - range: The range of valid values.
    public override init(_ tensor: Tensor, range: ClosedRange<Double> = usualRange) {
        super.init(tensor, range: range)
    }

    /// The current tensor of the buffer.
    public var wrappedValue: Tensor { tensor }
    /// The buffer itself.
    public var projectedValue: Buffer { self }
}

/// A parameter that a module may lack: `@OptionalParameter var bias: Tensor?`.
@propertyWrapper
public struct OptionalParameter {
    private let parameter: Parameter?

    /// Stores a parameter, or `nil` if the module lacks it.
    public init(_ parameter: Parameter?) { self.parameter = parameter }

    /// The current tensor of the parameter, or `nil` if the module lacks it.
    public var wrappedValue: Tensor? { parameter?.tensor }
    /// The parameter itself, or `nil` if the module lacks it.
    public var projectedValue: Parameter? { parameter }
}

/// A buffer that a module may lack: `@OptionalBuffer var runningMean: Tensor?`.
@propertyWrapper
public struct OptionalBuffer {
    private let buffer: Buffer?

    /// Stores a buffer, or `nil` if the module lacks it.
    public init(_ buffer: Buffer?) { self.buffer = buffer }

    /// The current tensor of the buffer, or `nil` if the module lacks it.
    public var wrappedValue: Tensor? { buffer?.tensor }
    /// The buffer itself, or `nil` if the module lacks it.
    public var projectedValue: Buffer? { buffer }
}
