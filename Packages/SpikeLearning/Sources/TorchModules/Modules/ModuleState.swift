import TorchTensors

extension Module {
    /// Returns all parameters and buffers by their PyTorch names, such as `patch_embed1.proj_conv.weight`, detached
    /// from the graph of gradients. Traps if two tensors have the same name.
    ///
    /// The tensors share the memory of the module. Clone those that must not change with the module.
    public func state() throws(TensorError) -> [String: Tensor] {
        var state: [String: Tensor] = [:]
        for (name, value) in tensors() {
            let before = state.updateValue(try value.tensor.detached(), forKey: name)
            precondition(before == nil, "\(Self.self): two tensors have the name \(name)")
        }
        return state
    }

    /// Describes the first parameter or buffer, in the order of declaration, that holds invalid values, such as
    /// `head.weight holds numbers that are not finite`. Returns `nil` if all values are valid.
    public func stateProblem() throws(TensorError) -> String? { try valueProblem { (_, own) in own } }

    /// Describes the first tensor from `values`, in the order of declaration, that holds invalid values. Tensors for
    /// which `values` returns `nil` are not checked.
    private func valueProblem(_ values: (String, Tensor) -> Tensor?) throws(TensorError) -> String? {
        for (name, holder) in tensors() {
            guard let tensor = values(name, holder.tensor) else { continue }
            if let problem = try TorchModules.valueProblem(of: tensor, range: holder.range) {
                return "\(name) \(problem)"
            }
        }
        return nil
    }

    /// Copies a state into parameters and buffers, and converts it to their types and devices.
    ///
    /// Names, shapes and values are checked first. The values of each tensor must be finite and lie in its `range`,
    /// such as 0 and above for a variance.
    /// - Parameters:
    ///   - state: The tensors by their names.
    ///   - strict: Whether the names must be exactly those of the module. Otherwise, names that only one side has are
    ///     ignored.
    /// - Returns: The names that only the module has, and the names that only the state has. Both are empty if `strict`
    ///   is true.
    /// - Throws: `TensorError` if names, shapes or values do not fit. The module is then unchanged.
    @discardableResult
    public func load(
        state: [String: Tensor], strict: Bool = true
    ) throws(TensorError) -> (missing: [String], unexpected: [String]) {
        let tensors = tensors()
        let difference = try StateDifference(
            of: state, to: tensors.map { ($0.name, $0.value.tensor.shape) }, strict: strict, what: "\(Self.self)")
        if let problem = try valueProblem({ name, _ in state[name] }) { throw TensorError(problem) }
        try withoutGradient { () throws(TensorError) in
            for (name, value) in tensors {
                if let tensor = state[name] { try value.tensor.copy(from: tensor) }
            }
        }
        return (difference.missing, difference.unexpected)
    }
}

/// Describes the problem of a tensor with invalid values, such as `holds numbers that are not finite`. Returns `nil` if
/// all values are finite and within `range`.
func valueProblem(of values: Tensor, range: ClosedRange<Double>) throws(TensorError) -> String? {
    guard values.count > 0 else { return nil }
    // Both the minimum and the maximum are NaN if the tensor contains NaN.
    let (least, greatest) = (try values.detached().minimum().item(), try values.detached().maximum().item())
    guard least.isFinite, greatest.isFinite else { return "holds numbers that are not finite" }
    if range.contains(least), range.contains(greatest) { return nil }
    let (lower, upper) = (range.lowerBound, range.upperBound)
    return "holds \(least < lower ? least : greatest), and its values are within \(lower)...\(upper)"
}

/// The differences between the names in a state and the expected names.
struct StateDifference {
    let missing: [String]
    let unexpected: [String]

    /// Compares a state with the expected names and shapes.
    ///
    /// - Parameters:
    ///   - expected: The expected names and shapes.
    ///   - strict: Whether a name that only one side has is an error. A different shape always is.
    ///   - what: The beginning of the error message.
    /// - Throws: `TensorError` if the state does not fit.
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
