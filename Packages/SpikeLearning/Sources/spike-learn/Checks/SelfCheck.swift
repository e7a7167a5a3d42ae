import TorchTensors

/// A small computation whose result is known, which `spike check` runs on a device.
struct SelfCheck: Sendable {
    let name: String
    /// Throws what is wrong, in a line.
    let run: @Sendable (Device) throws -> Void

    static let all = tensorChecks + gradientChecks + neuronChecks + kernelChecks

    struct Outcome: Encodable {
        let name: String
        /// Nil if all is well.
        let failure: String?
    }

    func outcome(on device: Device) -> Outcome {
        do {
            try run(device)
            return Outcome(name: name, failure: nil)
        } catch {
            return Outcome(name: name, failure: "\(error)")
        }
    }
}

/// A result that is not what it should be.
struct Mismatch: Error, CustomStringConvertible {
    let description: String
}

/// Throws unless the elements of `tensor`, in C order, are `expected` within `tolerance`.
func require(_ tensor: Tensor, _ expected: [Double], within tolerance: Double = 0) throws {
    let found = try tensor.elements(as: Double.self)
    // Written so that NaN differs.
    guard found.count == expected.count, zip(found, expected).allSatisfy({ abs($0 - $1) <= tolerance }) else {
        throw Mismatch(description: "expected \(expected) within \(tolerance), got \(found)")
    }
}
