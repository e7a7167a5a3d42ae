import TorchTensors

/// Scales all gradients together so that their norm √Σg² is at most `maximum`; smaller ones stay as they are.
///
/// - Parameters:
///   - parameters: On one device; those without a gradient are passed over.
///   - maximum: > 0.
/// - Returns: The norm before; 0 if there is no gradient.
/// - Throws: `TensorError` if the norm is infinite or NaN. Gradients are unchanged then: clear them and go on, or stop.
@discardableResult
public func clipGradientNorm(_ parameters: [Parameter], maximum: Double) throws(TensorError) -> Double {
    precondition(maximum > 0, "clipGradientNorm: maximum must be > 0, got \(maximum)")
    let gradients = parameters.compactMap(\.tensor.gradient)
    guard !gradients.isEmpty else { return 0 }
    return try withoutGradient { () throws(TensorError) in
        let norm = try Tensor.totalNorm(gradients).item()
        guard norm.isFinite else {
            throw TensorError("clipGradientNorm: the norm is \(norm); try a lower learning rate")
        }
        // As in PyTorch, a little below the maximum.
        let factor = maximum / (norm + 1e-6)
        if factor < 1 {
            for (dtype, gradients) in Dictionary(grouping: gradients, by: \.dtype) {
                try FusedUpdate.scale(
                    gradients, by: Tensor.full([], factor, dtype: dtype, device: gradients[0].device))
            }
        }
        return norm
    }
}

/// Brings every number of every gradient into −maximum ... maximum; NaN stays.
///
/// - Parameter maximum: > 0.
public func clipGradientValue(_ parameters: [Parameter], maximum: Double) throws(TensorError) {
    precondition(maximum > 0, "clipGradientValue: maximum must be > 0, got \(maximum)")
    try withoutGradient { () throws(TensorError) in
        for gradient in parameters.compactMap(\.tensor.gradient) {
            try gradient.copy(from: gradient.clamped(to: -maximum...maximum))
        }
    }
}
