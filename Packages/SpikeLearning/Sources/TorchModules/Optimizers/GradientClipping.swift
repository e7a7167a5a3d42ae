import TorchTensors

/// Scales all gradients by a common factor so that their norm √Σg² is at most `maximum`. Gradients with a smaller norm
/// stay unchanged.
///
/// - Parameters:
///   - parameters: The parameters, all on one device. Those without a gradient are ignored.
///   - maximum: The largest norm, above 0. Traps otherwise.
/// - Returns: The norm before scaling; 0 if there is no gradient.
/// - Throws: `TensorError` if the norm is infinite or NaN. The gradients are then unchanged: clear them and continue,
///   or stop the training.
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
        // As in PyTorch, the norm ends slightly below the maximum.
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

/// Limits every element of every gradient to −maximum ... maximum. NaN stays NaN.
///
/// - Parameters:
///   - parameters: The parameters. Those without a gradient are ignored.
///   - maximum: The largest absolute value, above 0. Traps otherwise.
public func clipGradientValue(_ parameters: [Parameter], maximum: Double) throws(TensorError) {
    precondition(maximum > 0, "clipGradientValue: maximum must be > 0, got \(maximum)")
    try withoutGradient { () throws(TensorError) in
        for gradient in parameters.compactMap(\.tensor.gradient) {
            try gradient.copy(from: gradient.clamped(to: -maximum...maximum))
        }
    }
}
