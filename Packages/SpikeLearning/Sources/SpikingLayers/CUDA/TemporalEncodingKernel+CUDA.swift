import TorchTensors

extension TemporalEncodingKernel {
    func forwardOnCUDA(_ x: Tensor, _ thresholds: Tensor, _ spikes: Tensor) throws(TensorError) {
        guard spikes.count > 0 else { return }
        let channels = ChannelLayout(x, dimension: 1)
        try program(thresholds, x.dtype, learnsThresholds: false).kernel("temporal_encoding_forward", on: x.device)(
            [
                .tensor(x), .tensor(thresholds), .tensor(spikes), .index(x.count), .index(channels.channels),
                .index(channels.run),
            ],
            blocks: CUDANeurons.blocks(x.count), threads: CUDAKernel.Size(CUDANeurons.threads))
    }

    /// Returns the gradients of x and of the thresholds; nil for the latter unless `learnsThresholds`.
    func backwardOnCUDA(
        _ saved: [Tensor], _ gradient: Tensor, learnsThresholds: Bool
    ) throws(TensorError) -> [Tensor?] {
        let (x, thresholds) = (saved[0], saved[1])
        let shape = thresholds.shape
        let result = try Tensor(unsetLike: x)
        guard x.count > 0 else { return [result, learnsThresholds ? try .zeros(like: thresholds) : nil] }
        let gradient = try FrameLayout.like(FrameLayout.frames(shape[0], like: x), gradient)
        let channels = ChannelLayout(x, dimension: 1)
        let summation = CUDANeurons.Summation(channels, neurons: x.count)
        let sums =
            learnsThresholds
            ? try Tensor(unset: [summation.parts] + shape, dtype: .float64, device: x.device) : nil
        let program = program(thresholds, x.dtype, learnsThresholds: learnsThresholds)
        let numbers = CUDAKernel.Argument.floats([0, 0, 0, 0] + (encoding.surrogate ?? .sigmoid()).numbers)
        try program.kernel("temporal_encoding_backward", on: x.device)(
            [
                .tensor(x), .tensor(thresholds), .tensor(gradient), .tensor(result), .tensor(sums), .index(x.count),
                .index(channels.channels), .index(channels.run), numbers,
            ],
            blocks: summation.blocks, threads: summation.threads)
        guard let sums else { return [result, nil] }
        return [result, try CUDANeurons.sum(sums, by: program).viewed(shape)]
    }

    private func program(_ thresholds: Tensor, _ dtype: DType, learnsThresholds: Bool) -> CUDAProgram {
        let code =
            switch encoding.code {
            case .rate: 0
            case .phase: 1
            case .timeToFirstSpike: 2
            }
        return CUDANeurons.Source.temporalEncoding.program(
            steps: thresholds.shape[0], width: 1, dtype,
            [
                CUDAProgram.Macro("SURROGATE", (encoding.surrogate ?? .sigmoid()).macro),
                CUDAProgram.Macro("CODE", code),
                CUDAProgram.Macro("DETACHES", encoding.detachesSpikeInUpdate ? 1 : 0),
                CUDAProgram.Macro("LEARNS", learnsThresholds ? 1 : 0),
            ])
    }
}
