import TorchTensors

/// A part of a network: a class that stores parameters, buffers and other modules.
///
/// Reflection finds these among the stored properties, those of superclasses first: `@Parameter`, `@Buffer`, their
/// optional forms, modules, optional modules and arrays of modules. Anything inside dictionaries, tuples or other
/// structures is not found.
public protocol Module: AnyObject {
    /// Whether the module behaves as in training, for example by normalizing with the statistics of the batch. Set this
    /// property with `train()` and `evaluate()`.
    var isTraining: Bool { get set }

    /// The names of properties in the module's state, for properties that need another name than the default.
    ///
    /// By default, a property's name is converted to snake case: `projConv` becomes `proj_conv`. An empty name makes
    /// the contents of a property appear as contents of this module. A name that ends in `_` is a prefix for the names
    /// of the contents: `proj_` and `conv` give `proj_conv`. A class must declare this property as a `class var` so
    /// that its subclasses can add names.
    static var stateNames: [String: String] { get }
}

/// A module that computes one tensor from another.
public protocol Layer: Module {
    /// Applies the layer to `x`.
    ///
    /// - Throws: `TensorError` if the shape, type or device of `x` does not fit.
    func callAsFunction(_ x: Tensor) throws(TensorError) -> Tensor
}

extension Module {
    /// An empty dictionary: every property has its default name.
    public static var stateNames: [String: String] { [:] }

    /// Returns the parameters with their names in the state, in the order of declaration. A parameter that is stored
    /// twice appears once.
    public func namedParameters() -> [(name: String, parameter: Parameter)] {
        unique(tensors()).compactMap { entry in (entry.value as? Parameter).map { (entry.name, $0) } }
    }

    /// The parameters in the order of declaration. A parameter that is stored twice appears once. Reflection takes
    /// microseconds per property: read this once, not in every step.
    public var parameters: [Parameter] { namedParameters().map(\.parameter) }

    /// Returns the buffers with their names in the state, in the order of declaration. A buffer that is stored twice
    /// appears once.
    public func namedBuffers() -> [(name: String, buffer: Buffer)] {
        unique(tensors()).compactMap { entry in (entry.value as? Buffer).map { (entry.name, $0) } }
    }

    /// Returns this module, with an empty name, and all modules within it, with their names in the state. A module that
    /// is stored twice appears once.
    public func namedModules() -> [(name: String, module: any Module)] {
        var found: [(name: String, value: AnyObject)] = [("", self)]
        visit("") { name, child in
            if case .module(let module) = child { found.append((name, module)) }
        }
        return unique(found).map { ($0.name, $0.value as! any Module) }
    }

    /// The number of elements in all parameters.
    public var parameterCount: Int { parameters.reduce(0) { $0 + $1.tensor.count } }

    /// Makes this module and all modules within it behave as in training.
    public func train() { setTraining(true) }

    /// Makes this module and all modules within it behave as in use after training.
    public func evaluate() { setTraining(false) }

    private func setTraining(_ isTraining: Bool) {
        for (_, module) in namedModules() { module.isTraining = isTraining }
    }

    /// Removes the gradients of all parameters.
    public func clearGradients() throws(TensorError) {
        for parameter in parameters { try parameter.tensor.setGradient(nil) }
    }

    /// Moves parameters, their gradients and buffers to a device. Create optimizers and moving averages after this
    /// call.
    ///
    /// - Throws: `TensorError` if the device is not available or its memory does not suffice. The module is then
    ///   unchanged.
    public func to(_ device: Device) throws(TensorError) {
        try replaceTensors { (tensor) throws(TensorError) in try tensor.to(device) }
    }

    /// Converts parameters, their gradients and buffers that have a floating-point type to another one. Whole numbers
    /// stay unchanged.
    ///
    /// - Parameter dtype: The new type. Traps unless it is a floating-point type.
    /// - Throws: `TensorError` if memory does not suffice. The module is then unchanged.
    public func to(_ dtype: DType) throws(TensorError) {
        precondition(dtype.isFloatingPoint, "Module.to: the type must be of floating point, got \(dtype)")
        try replaceTensors { (tensor) throws(TensorError) in
            tensor.dtype.isFloatingPoint ? try tensor.to(dtype) : tensor
        }
    }

    /// Replaces the tensors of parameters and buffers. All replacements are computed before the first one is made.
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

/// Returns the first entry of each object.
private func unique<Value: AnyObject>(_ entries: [(name: String, value: Value)]) -> [(name: String, value: Value)] {
    var seen: Set<ObjectIdentifier> = []
    return entries.filter { seen.insert(ObjectIdentifier($0.value)).inserted }
}
