/// The content of a property of a module.
enum ModuleChild {
    case tensor(ModuleTensor)
    case module(any Module)
}

extension Module {
    /// Returns parameters and buffers with their names in the state, in the order of declaration. A tensor that is
    /// stored twice appears twice.
    func tensors() -> [(name: String, value: ModuleTensor)] {
        var found: [(name: String, value: ModuleTensor)] = []
        visit("") { name, child in
            if case .tensor(let tensor) = child { found.append((name, tensor)) }
        }
        return found
    }

    /// Calls `body` for everything that this module and the modules within it store, with full names.
    func visit(_ path: String, _ body: (_ name: String, ModuleChild) -> Void) {
        for (name, child) in children() {
            let name = joined(path, name)
            body(name, child)
            if case .module(let module) = child { module.visit(name, body) }
        }
    }

    /// Returns what this module itself stores.
    private func children() -> [(name: String, child: ModuleChild)] {
        var mirrors: [Mirror] = []
        var mirror: Mirror? = Mirror(reflecting: self)
        while let current = mirror {
            mirrors.append(current)
            mirror = current.superclassMirror
        }
        var found: [(String, ModuleChild)] = []
        for case (let label?, let value) in mirrors.reversed().flatMap(\.children) {
            // A wrapped property `weight` is stored as `_weight`.
            let property = label.hasPrefix("_") ? String(label.dropFirst()) : label
            let name = Self.stateNames[property] ?? snakeCase(property)
            switch value {
            case let tensor as ModuleTensor: found.append((name, .tensor(tensor)))
            case let optional as OptionalParameter: optional.projectedValue.map { found.append((name, .tensor($0))) }
            case let optional as OptionalBuffer: optional.projectedValue.map { found.append((name, .tensor($0))) }
            case let module as any Module: found.append((name, .module(module)))
            case let modules as [any Module]:
                for (index, module) in modules.enumerated() {
                    found.append((joined(name, "\(index)"), .module(module)))
                }
            default: break
            }
        }
        return found
    }
}

/// Joins a path and a name with a dot. A path that ends in `_` is a prefix: `proj_` and `conv.weight` give
/// `proj_conv.weight`.
private func joined(_ path: String, _ name: String) -> String {
    path.isEmpty || name.isEmpty || path.hasSuffix("_") ? path + name : path + "." + name
}

/// Converts a name to snake case: `projConv` becomes `proj_conv`, and `attentionLIF` becomes `attention_lif`.
func snakeCase(_ name: String) -> String {
    let characters = Array(name)
    var result = ""
    for (index, character) in characters.enumerated() {
        if character.isUppercase, index > 0, characters[index - 1] != "_" {
            let endsRun = index + 1 < characters.count && characters[index + 1].isLowercase
            if !characters[index - 1].isUppercase || endsRun { result += "_" }
        }
        result += character.lowercased()
    }
    return result
}
