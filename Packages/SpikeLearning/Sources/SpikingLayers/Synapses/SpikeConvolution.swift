import TorchTensors

extension Tensor {
    /// Returns the cross-correlation of spikes, or of other frames [N, inputs, H, W] whose values are mostly zero.
    ///
    /// The result is that of `convolution`. In training, if few values differ from zero, the gradient of the weight is
    /// computed from these values only. This applies without a bias, to frames in float32 or bfloat16 on the CPU with
    /// the channels innermost in memory, and to float32 kernels of 1 × 1 or 3 × 3 pixels with stride 1, a padding of
    /// half the kernel, and numbers of inputs and outputs that are multiples of 32.
    ///
    /// - Parameters:
    ///   - weight: The kernels, [outputs, inputs, kernel height, kernel width].
    ///   - bias: A value for each output channel, [outputs]; nil for none.
    ///   - stride: The distance between neighbouring kernel positions, in pixels.
    ///   - padding: The width of the border of zeros around each frame, in pixels.
    /// - Returns: A tensor [N, outputs, H′, W′].
    /// - Throws: `TensorError` if the shapes do not fit together.
    public func convolutionOfSpikes(
        _ weight: Tensor, _ bias: Tensor? = nil, stride: Int = 1, padding: Int = 0
    ) throws(TensorError) -> Tensor {
        guard bias == nil, Torch.recordsGradients, weight.requiresGradient,
            SparseWeightGradient.suits(self, weight: weight, stride: stride, padding: padding),
            try SparseWeightGradient.density(self)
                < SparseWeightGradient.densityLimit(kernel: weight.shape[2], outputs: weight.shape[0], dtype)
        else { return try convolution(weight, bias, stride: stride, padding: padding) }

        // The weight is detached so that autocast does not cache a copy of it that is not part of the graph.
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
