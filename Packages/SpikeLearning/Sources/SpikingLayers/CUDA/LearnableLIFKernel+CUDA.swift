import TorchTensors

extension LearnableLIFKernel {
    func forwardOnCUDA(_ inputs: [Tensor], _ spikes: Tensor) throws(TensorError) {
        guard spikes.count > 0 else { return }
        let layout = FrameLayout(spikes)
        let channels = ChannelLayout(inputs[0], dimension: 2)
        try program(spikes).kernel("learnable_lif_forward", on: spikes.device)(
            inputs.map { .tensor($0) } + [
                .tensor(spikes), .index(layout.neurons), .index(channels.channels), .index(channels.run),
                dynamics.numbers,
            ],
            blocks: CUDANeurons.blocks(layout.neurons), threads: CUDAKernel.Size(CUDANeurons.threads))
    }

    /// Returns the gradients of currents, membrane shares and current shares.
    func backwardOnCUDA(_ saved: [Tensor], _ gradient: Tensor) throws(TensorError) -> [Tensor] {
        let currents = saved[0]
        let shape = saved[1].shape
        let result = try Tensor(unsetLike: currents)
        guard currents.count > 0 else { return [result, try .zeros(like: saved[1]), try .zeros(like: saved[2])] }
        let gradient = try FrameLayout.like(currents, gradient)
        let layout = FrameLayout(currents)
        let channels = ChannelLayout(currents, dimension: 2)
        let summation = CUDANeurons.Summation(channels, neurons: layout.neurons)
        let sums = try Tensor(
            unset: [summation.parts, 2, shape[0], shape[1]], dtype: .float64, device: currents.device)
        let program = program(currents)
        try program.kernel("learnable_lif_backward", on: currents.device)(
            saved.map { .tensor($0) } + [
                .tensor(gradient), .tensor(result), .tensor(sums), .index(layout.neurons), .index(channels.channels),
                .index(channels.run), dynamics.numbers,
            ],
            blocks: summation.blocks, threads: summation.threads)
        let gradients = try CUDANeurons.sum(sums, by: program).viewed([2] + shape)
        return [result, try gradients[0], try gradients[1]]
    }

    private func program(_ frames: Tensor) -> CUDAProgram {
        // The shares replace the decay of the dynamics.
        let dynamics = LIFDynamics(
            threshold: dynamics.threshold, reset: dynamics.reset, detachesReset: dynamics.detachesReset,
            surrogate: dynamics.surrogate)
        return CUDANeurons.Source.learnableLIF.program(
            steps: frames.shape[0], width: 1, frames.dtype, dynamics.macros)
    }
}

extension CUDANeurons.Summation {
    /// Divides sums per channel over the neurons of a frame such that neighbouring threads have neighbouring neurons.
    init(_ channels: ChannelLayout, neurons: Int) {
        self.init(
            columns: channels.channels, columnThreads: channels.run == 1 ? 32 : 1, rows: neurons / channels.channels,
            rowsPerThread: 8)
    }
}
