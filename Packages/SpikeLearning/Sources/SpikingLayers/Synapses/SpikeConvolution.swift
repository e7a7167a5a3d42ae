import TorchModules
import TorchTensors

extension Tensor {
    /// Returns the cross-correlation of spikes, or of other frames [N, inputs, H, W] whose values are mostly zero.
    ///
    /// The result is that of `convolution`, apart from the order of sums. If few values differ from zero, the result
    /// and, in training, the gradient of the weight are computed from these values only. This applies to frames in
    /// float32 or bfloat16 on the CPU with the channels innermost in memory, and to float32 kernels of 1 × 1 or 3 × 3
    /// pixels with stride 1, a padding of half the kernel, and numbers of inputs and outputs that are multiples of 32;
    /// in training only without a bias.
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
        try convolutionOfSpikes(weight, bias, stride: stride, padding: padding, exchange: nil)
    }

    /// Returns what `convolutionOfSpikes` returns, where several processes decide together whether zeros are skipped.
    func convolutionOfSpikes(
        _ weight: Tensor, _ bias: Tensor?, stride: Int, padding: Int, exchange: (any StatisticsExchange)?
    ) throws(TensorError) -> Tensor {
        let isTraining =
            Torch.recordsGradients
            && (requiresGradient || weight.requiresGradient || bias?.requiresGradient ?? false)
        let dtype = try Torch.autocastType() ?? weight.dtype
        let suits = SparseConvolution.suits(self, weight: weight) && (dtype == .bfloat16 || dtype == self.dtype)
        // What is the same in all processes comes first, so that all of them take part in the exchange or none.
        guard SparseConvolution.suits(weight: weight, bias: bias, stride: stride, padding: padding),
            !isTraining || bias == nil && weight.requiresGradient,
            let density = try SparseConvolution.density(suits ? self : nil, exchange)
        else { return try convolution(weight, bias, stride: stride, padding: padding) }

        let (kernel, outputs) = (weight.shape[2], weight.shape[0])
        func forward(_ frames: Tensor, _ weight: Tensor) throws(TensorError) -> Tensor {
            guard density < SparseConvolution.densityLimit(kernel: kernel, outputs: outputs, dtype) else {
                return try convolution(weight, bias, padding: padding)
            }
            return try SparseConvolution(kernel: kernel)(frames.to(dtype), weight, bias)
        }
        guard isTraining else { return try forward(self, weight) }
        guard density < SparseWeightGradient.densityLimit(kernel: kernel, outputs: outputs, self.dtype) else {
            return try convolution(weight, padding: padding)
        }
        // The weight is detached so that autocast does not cache a copy of it that is not part of the graph.
        let result = try withoutGradient { () throws(TensorError) in try forward(self, weight.detached()) }
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
