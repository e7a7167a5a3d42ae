import TorchTensors

/// A slowly following copy of a module, which often does better in use than the module itself.
///
/// average ← decay · average + (1 − decay) · parameter with each update; buffers are copied as they are.
/// Source: Polyak and Juditsky 1992; Tarvainen and Valpola 2017, arXiv 1703.01780.
public final class ExponentialMovingAverage {
    /// In 0 ... 1; may change between updates, to follow faster in the beginning.
    public var decay: Double { didSet { Self.checkDecay(decay) } }

    /// Whether the module has the averages now, and this the module's own tensors.
    public private(set) var isSwapped = false

    private let parameters: [(name: String, parameter: Parameter)]
    private let buffers: [(name: String, buffer: Buffer)]
    private var parameterAverages: [Tensor]
    private var bufferCopies: [Tensor]

    /// Begins with copies of what the module has, where it has it.
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

    /// Follows the module; call it after each step of the optimizer.
    public func update() throws(TensorError) {
        precondition(!isSwapped, "ExponentialMovingAverage: swap back before update")
        if !parameters.isEmpty {
            try FusedUpdate.move(parameterAverages, towards: parameters.map(\.parameter.tensor), by: 1 - decay)
        }
        for (copy, (_, buffer)) in zip(bufferCopies, buffers) { try copy.copy(from: buffer.tensor) }
    }

    /// Exchanges the module's tensors for the averages, or back. Nothing is copied. Do not train in between.
    public func swap() {
        for (index, (_, parameter)) in parameters.enumerated() {
            (parameter.tensor, parameterAverages[index]) = (parameterAverages[index], parameter.tensor)
        }
        for (index, (_, buffer)) in buffers.enumerated() {
            (buffer.tensor, bufferCopies[index]) = (bufferCopies[index], buffer.tensor)
        }
        isSwapped.toggle()
    }

    /// Runs `body` while the module has the averages.
    public func withAverages<Result, Failure>(_ body: () throws(Failure) -> Result) throws(Failure) -> Result {
        precondition(!isSwapped, "ExponentialMovingAverage: the module has the averages already")
        swap()
        defer { swap() }
        return try body()
    }

    /// The averages and copies by the module's names. They share memory with this: clone what is to outlast an update.
    public func state() -> [String: Tensor] {
        precondition(!isSwapped, "ExponentialMovingAverage: swap back before state")
        return Dictionary(uniqueKeysWithValues: entries.map { ($0.name, $0.tensor) })
    }

    /// Copies such a state. Names and shapes are checked first: nothing has changed when it throws.
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
