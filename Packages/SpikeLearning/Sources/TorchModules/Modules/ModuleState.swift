import TorchTensors

extension Module {
    /// All parameters and buffers by PyTorch's names (`patch_embed1.proj_conv.weight`), outside of the graph.
    ///
    /// They share the module's memory: clone what is to outlast the next change.
    public func state() throws(TensorError) -> [String: Tensor] {
        var state: [String: Tensor] = [:]
        for (name, value) in tensors() {
            let before = state.updateValue(try value.tensor.detached(), forKey: name)
            precondition(before == nil, "\(Self.self): two tensors have the name \(name)")
        }
        return state
    }

    /// Copies a state into parameters and buffers, converted to their types and devices. Names and shapes are checked
    /// first: nothing has changed when it throws.
    ///
    /// - Parameter strict: Whether the names must be those of the module; else what only one side has is left alone.
    /// - Returns: Names that only the module has, and names that only the state has; both empty if `strict`.
    @discardableResult
    public func load(
        state: [String: Tensor], strict: Bool = true
    ) throws(TensorError) -> (missing: [String], unexpected: [String]) {
        let tensors = tensors()
        let difference = try StateDifference(
            of: state, to: tensors.map { ($0.name, $0.value.tensor.shape) }, strict: strict, what: "\(Self.self)")
        try withoutGradient { () throws(TensorError) in
            for (name, value) in tensors {
                if let tensor = state[name] { try value.tensor.copy(from: tensor) }
            }
        }
        return (difference.missing, difference.unexpected)
    }
}

/// How a state departs from what is expected of it.
struct StateDifference {
    let missing: [String]
    let unexpected: [String]

    /// - Parameters:
    ///   - expected: Names and shapes.
    ///   - strict: Whether a name that only one side has is an error; another shape always is one.
    ///   - what: Begins the error.
    init(
        of state: [String: Tensor], to expected: [(name: String, shape: [Int])], strict: Bool, what: String
    ) throws(TensorError) {
        let names = Set(expected.map(\.name))
        missing = expected.map(\.name).filter { state[$0] == nil }
        unexpected = state.keys.filter { !names.contains($0) }.sorted()
        let misshapen = expected.compactMap { name, shape in
            state[name].flatMap { $0.shape == shape ? nil : "\(name) \($0.shape) instead of \(shape)" }
        }
        var problems: [String] = []
        func report(_ title: String, _ names: [String]) {
            guard !names.isEmpty else { return }
            let more = names.count > 10 ? " and \(names.count - 10) more" : ""
            problems.append("\(title) \(names.prefix(10).joined(separator: ", "))\(more)")
        }
        if strict {
            report("missing", missing)
            report("unexpected", unexpected)
        }
        report("of another shape", misshapen)
        guard problems.isEmpty else {
            throw TensorError("\(what): the state does not fit: \(problems.joined(separator: "; "))")
        }
    }
}
