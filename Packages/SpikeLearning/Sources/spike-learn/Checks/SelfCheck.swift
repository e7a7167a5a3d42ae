import TorchTensors

/// A small computation with a known result, which `spike check` runs on a device.
struct SelfCheck: Sendable {
    let name: String
    /// Runs the computation; throws an error of one line if its result is wrong.
    let run: @Sendable (Device) throws -> Void

    static let all = tensorChecks + gradientChecks + neuronChecks + kernelChecks

    struct Outcome: Encodable {
        let name: String
        /// The failure as one line; `nil` if the check passed.
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

/// The error for a result that differs from the expected one.
struct Mismatch: Error, CustomStringConvertible {
    let description: String
}

/// Throws `Mismatch` unless the elements of `tensor`, in C order, agree with `expected` within `tolerance`.
func require(_ tensor: Tensor, _ expected: [Double], within tolerance: Double = 0) throws {
    let found = try tensor.elements(as: Double.self)
    // This condition is false for NaN.
    guard found.count == expected.count, zip(found, expected).allSatisfy({ abs($0 - $1) <= tolerance }) else {
        throw Mismatch(description: "expected \(expected) within \(tolerance), got \(found)")
    }
}
