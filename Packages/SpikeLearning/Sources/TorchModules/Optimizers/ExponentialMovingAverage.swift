import TorchTensors

/// A moving average of the weights of a module, which often performs better than the module itself.
///
/// Each update computes average ← decay · average + (1 − decay) · parameter. Buffers are copied unchanged. Source:
/// Polyak and Juditsky 1992; Tarvainen and Valpola 2017, arXiv 1703.01780.
public final class ExponentialMovingAverage {
    /// The weight of the previous average, in 0 ... 1. It may change between updates, for example to follow the module
    /// faster in the beginning. Traps if it is out of range.
    public var decay: Double { didSet { Self.checkDecay(decay) } }

    /// True while the module holds the averaged weights and this object holds the module's own.
    public private(set) var isSwapped = false

    private let parameters: [(name: String, parameter: Parameter)]
    private let buffers: [(name: String, buffer: Buffer)]
    private var parameterAverages: [Tensor]
    private var bufferCopies: [Tensor]

    /// Creates averages that begin with copies of the module's parameters and buffers, on their devices.
    ///
    /// - Parameters:
    ///   - module: The module.
    ///   - decay: The weight of the previous average, in 0 ... 1. Traps if it is out of range.
    /// - Throws: `TensorError` if memory does not suffice.
    public init(of module: some Module, decay: Double) throws(TensorError) {
        Self.checkDecay(decay)
        self.decay = decay
        parameters = module.namedParameters()
        buffers = module.namedBuffers()
        parameterAverages = try parameters.map { (entry) throws(TensorError) in
            try entry.parameter.tensor.detached().cloned()
        }
        bufferCopies = try buffers.map { (entry) throws(TensorError) in try entry.buffer.tensor.detached().cloned() }
    }

    private static func checkDecay(_ decay: Double) {
        precondition(0...1 ~= decay, "ExponentialMovingAverage: decay must be in 0...1, got \(decay)")
    }

    /// Updates the averages from the module. Call this after each step of the optimizer. Traps if `isSwapped` is true.
    ///
    /// - Throws: `TensorError` if types or devices of the module have changed in a way that does not fit.
    public func update() throws(TensorError) {
        precondition(!isSwapped, "ExponentialMovingAverage: swap back before update")
        if !parameters.isEmpty {
            try FusedUpdate.move(parameterAverages, towards: parameters.map(\.parameter.tensor), by: 1 - decay)
        }
        for (copy, (_, buffer)) in zip(bufferCopies, buffers) { try copy.copy(from: buffer.tensor) }
    }

    /// Exchanges the module's tensors for the averages, or back, without copying. Do not train the module while it
    /// holds the averages.
    public func swap() {
        for (index, (_, parameter)) in parameters.enumerated() {
            (parameter.tensor, parameterAverages[index]) = (parameterAverages[index], parameter.tensor)
        }
        for (index, (_, buffer)) in buffers.enumerated() {
            (buffer.tensor, bufferCopies[index]) = (bufferCopies[index], buffer.tensor)
        }
        isSwapped.toggle()
    }

    /// Runs `body` while the module holds the averages. Traps if `isSwapped` is true.
    ///
    /// - Returns: The result of `body`.
    /// - Throws: The error that `body` throws.
    public func withAverages<Result, Failure>(_ body: () throws(Failure) -> Result) throws(Failure) -> Result {
        precondition(!isSwapped, "ExponentialMovingAverage: the module has the averages already")
        swap()
        defer { swap() }
        return try body()
    }

    /// Returns the averages of parameters and the copies of buffers by their names in the module. They share the memory
    /// of this object: clone those that must not change with an update. Traps if `isSwapped` is true.
    public func state() -> [String: Tensor] {
        precondition(!isSwapped, "ExponentialMovingAverage: swap back before state")
        return Dictionary(uniqueKeysWithValues: entries.map { ($0.name, $0.tensor) })
    }

    /// Replaces the averages by copies of a state. Traps if `isSwapped` is true.
    ///
    /// - Parameter state: One tensor for each parameter and buffer of the module, by name.
    /// - Throws: `TensorError` if names or shapes do not fit. The averages are then unchanged.
    public func load(state: [String: Tensor]) throws(TensorError) {
        precondition(!isSwapped, "ExponentialMovingAverage: swap back before load")
        _ = try StateDifference(
            of: state, to: entries.map { ($0.name, $0.tensor.shape) }, strict: true, what: "ExponentialMovingAverage")
        for (name, tensor) in entries { try tensor.copy(from: state[name]!) }
    }

    private var entries: [(name: String, tensor: Tensor)] {
        Array(zip(parameters.map(\.name), parameterAverages)) + Array(zip(buffers.map(\.name), bufferCopies))
    }
}
