import TorchTensors

/// A part of a network: a class that stores parameters, buffers and other modules.
///
/// They are found by reflection among the stored properties, those of superclasses first: `@Parameter`, `@Buffer`,
/// their optional forms, modules, optional modules and arrays of modules. What lies in dictionaries, tuples or other
/// structures is not found.
public protocol Module: AnyObject {
    /// Whether the module behaves as in training, such as normalising by the batch. Set it by `train()` and `evaluate()`.
    var isTraining: Bool { get set }

    /// Names in the state for properties whose own would not do; an empty one gives what it holds to this module, and
    /// one that ends in `_` begins the names of what it holds (`proj_` and `conv` are `proj_conv`). Others follow from
    /// the property: `projConv` is `proj_conv`. For a subclass to add its own, the class that conforms must
    /// have stated this as a `class var`.
    static var stateNames: [String: String] { get }
}

/// A module that computes a tensor from a tensor.
public protocol Layer: Module {
    func callAsFunction(_ x: Tensor) throws(TensorError) -> Tensor
}

extension Module {
    public static var stateNames: [String: String] { [:] }

    /// Parameters with their names in the state, in the order of declaration; one that is held twice comes once.
    public func namedParameters() -> [(name: String, parameter: Parameter)] {
        unique(tensors()).compactMap { entry in (entry.value as? Parameter).map { (entry.name, $0) } }
    }

    /// As `namedParameters`, without names. Reflection takes microseconds a property: ask once, not in every step.
    public var parameters: [Parameter] { namedParameters().map(\.parameter) }

    /// Buffers with their names in the state; one that is held twice comes once.
    public func namedBuffers() -> [(name: String, buffer: Buffer)] {
        unique(tensors()).compactMap { entry in (entry.value as? Buffer).map { (entry.name, $0) } }
    }

    /// This module, with an empty name, and all within it; one that is held twice comes once.
    public func namedModules() -> [(name: String, module: any Module)] {
        var found: [(name: String, value: AnyObject)] = [("", self)]
        visit("") { name, child in
            if case .module(let module) = child { found.append((name, module)) }
        }
        return unique(found).map { ($0.name, $0.value as! any Module) }
    }

    /// How many numbers training changes.
    public var parameterCount: Int { parameters.reduce(0) { $0 + $1.tensor.count } }

    /// Has this module and all within it behave as in training.
    public func train() { setTraining(true) }

    /// Has this module and all within it behave as in use.
    public func evaluate() { setTraining(false) }

    private func setTraining(_ isTraining: Bool) {
        for (_, module) in namedModules() { module.isTraining = isTraining }
    }

    /// Forgets the gradients of all parameters.
    public func clearGradients() throws(TensorError) {
        for parameter in parameters { try parameter.tensor.setGradient(nil) }
    }

    /// Brings parameters, their gradients and buffers to a device. Optimizers and moving averages come after it.
    public func to(_ device: Device) throws(TensorError) {
        try replaceTensors { (tensor) throws(TensorError) in try tensor.to(device) }
    }

    /// Converts parameters, their gradients and buffers of floating point; whole numbers stay what they are.
    public func to(_ dtype: DType) throws(TensorError) {
        precondition(dtype.isFloatingPoint, "Module.to: the type must be of floating point, got \(dtype)")
        try replaceTensors { (tensor) throws(TensorError) in
            tensor.dtype.isFloatingPoint ? try tensor.to(dtype) : tensor
        }
    }

    /// Computes every replacement before the first is made.
    private func replaceTensors(_ convert: (Tensor) throws(TensorError) -> Tensor) throws(TensorError) {
        var replacements: [(holder: ModuleTensor, tensor: Tensor)] = []
        for (_, holder) in unique(tensors()) {
            let old = holder.tensor
            let new = try convert(old.detached())
            guard new.dtype != old.dtype || new.device != old.device else { continue }
            if old.requiresGradient { try new.requireGradient() }
            if let gradient = old.gradient { try new.setGradient(convert(gradient)) }
            replacements.append((holder, new))
        }
        for (holder, tensor) in replacements { holder.tensor = tensor }
    }
}

/// The first entry of each object.
private func unique<Value: AnyObject>(_ entries: [(name: String, value: Value)]) -> [(name: String, value: Value)] {
    var seen: Set<ObjectIdentifier> = []
    return entries.filter { seen.insert(ObjectIdentifier($0.value)).inserted }
}
