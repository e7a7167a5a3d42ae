import TorchTensors

extension Tensor {
    /// Cross-correlation of spikes, or of other frames most of whose values are zero: what `convolution` gives. In
    /// training the gradient of the weight costs only what is not zero where few values are.
    ///
    /// - Parameters:
    ///   - weight: [outputs, inputs, height, width] for an input [N, inputs, height, width].
    ///   - bias: [outputs]
    public func convolutionOfSpikes(
        _ weight: Tensor, _ bias: Tensor? = nil, stride: Int = 1, padding: Int = 0
    ) throws(TensorError) -> Tensor {
        guard bias == nil, Torch.recordsGradients, weight.requiresGradient,
            SparseWeightGradient.suits(self, weight: weight, stride: stride, padding: padding),
            try SparseWeightGradient.density(self)
                < SparseWeightGradient.densityLimit(kernel: weight.shape[2], outputs: weight.shape[0], dtype)
        else { return try convolution(weight, bias, stride: stride, padding: padding) }

        // Detached, so that autocast does not keep a copy that has no part in the graph.
        let result = try withoutGradient { () throws(TensorError) in
            try convolution(weight.detached(), padding: padding)
        }
        let needsOwnGradient = requiresGradient
        try CustomFunction.record(
            "convolution of spikes", inputs: [self, weight], outputs: [result], saving: [self, weight]
        ) { saved, gradients in
            guard let gradient = gradients[0] else { return [nil, nil] }
            let (frames, weight) = (saved[0], saved[1])
            let ofWeight = try SparseWeightGradient(kernel: weight.shape[2])(frames, gradient)
            guard needsOwnGradient else { return [nil, ofWeight] }
            let turned = try weight.to(gradient.dtype).flipped(2, 3).transposed(0, 1).channelsLast()
            return [try gradient.convolution(turned, padding: padding).to(frames.dtype), ofWeight]
        }
        return result
    }
}
