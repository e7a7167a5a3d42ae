import TorchTensors

extension LIFKernel {
    /// - Parameter currents: The currents, laid out like `spikes`; or like one frame of `spikes`, if they are the same
    ///   at every step.
    func forwardOnCUDA(_ currents: Tensor, _ spikes: Tensor) throws(TensorError) {
        guard spikes.count > 0 else { return }
        let layout = FrameLayout(spikes)
        let width = CUDANeurons.width(steps: layout.steps, neighbors: layout.neurons, [currents, spikes])
        let stride = currents.rank < spikes.rank ? 0 : layout.neurons
        try program(spikes, width).kernel("lif_forward", on: spikes.device)(
            [.tensor(currents), .tensor(spikes), .index(layout.neurons), .index(stride), dynamics.numbers],
            blocks: CUDANeurons.blocks(layout.neurons / width), threads: CUDAKernel.Size(CUDANeurons.threads))
    }

    /// - Parameters:
    ///   - currents: The currents, laid out like `gradient`; or like one frame of `gradient`, if they are the same at
    ///     every step.
    ///   - result: The gradient of the currents, laid out like `currents`; summed over all steps, if these have the
    ///     same currents.
    func backwardOnCUDA(_ currents: Tensor, _ gradient: Tensor, _ result: Tensor) throws(TensorError) {
        guard gradient.count > 0 else { return }
        let layout = FrameLayout(gradient)
        let width = CUDANeurons.width(steps: layout.steps, neighbors: layout.neurons, [currents, gradient, result])
        let stride = currents.rank < gradient.rank ? 0 : layout.neurons
        try program(gradient, width).kernel("lif_backward", on: gradient.device)(
            [
                .tensor(currents), .tensor(gradient), .tensor(result), .index(layout.neurons), .index(stride),
                dynamics.numbers,
            ],
            blocks: CUDANeurons.blocks(layout.neurons / width), threads: CUDAKernel.Size(CUDANeurons.threads))
    }

    private func program(_ frames: Tensor, _ width: Int) -> CUDAProgram {
        CUDANeurons.Source.lif.program(steps: frames.shape[0], width: width, frames.dtype, dynamics.macros)
    }
}
