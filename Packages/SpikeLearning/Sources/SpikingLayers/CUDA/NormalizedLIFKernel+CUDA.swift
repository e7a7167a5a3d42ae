import TorchModules
import TorchTensors

/// `NormalizedLIFKernel` on CUDA devices. Sums and running statistics are computed on the device, so that the host does
/// not wait for results.
extension NormalizedLIFKernel {
    /// Returns whether the kernels support currents [T, B, C, …] on their device.
    static func suitsCUDA(_ currents: Tensor) -> Bool {
        let steps = currents.shape[0]
        return CUDANeurons.problem(currents.dtype, steps: steps, elements: currents.count) == nil
            && currents.isAligned(to: 16)
    }

    /// Returns the spikes and what the backward pass needs: mean and variance, [2, C], float64, and the centers, scales
    /// and shifts by which currents are normalised, [3, C]. Updates the running statistics of `normalization`.
    func forwardOnCUDA(
        _ currents: Tensor, _ scale: Tensor, _ shift: Tensor, tracking normalization: BatchNorm
    ) throws(TensorError) -> (spikes: Tensor, statistics: Tensor, shares: Tensor) {
        let division = Division(currents)
        let program = program(currents, division.width)
        let (device, channels) = (currents.device, division.channels)
        let rows = currents.count / channels
        let summation = division.summation(rows: rows, rowsPerThread: 16)
        let sums = try Tensor(unset: [summation.parts, 2, channels], dtype: .float64, device: device)
        let statistics = try Tensor(unset: [2, channels], dtype: .float64, device: device)
        let shares = try Tensor(unset: [3, channels], device: device)
        let spikes = try Tensor(unsetLike: currents)
        try program.kernel("normalized_lif_statistics", on: device)(
            [.tensor(currents), .tensor(sums), .index(rows), .index(channels)],
            blocks: summation.blocks, threads: summation.threads)
        try program.kernel("normalized_lif_shares", on: device)(
            [
                .tensor(sums), .tensor(currents), .tensor(scale), .tensor(shift), .tensor(statistics), .tensor(shares),
                .tensor(normalization.runningMean), .tensor(normalization.runningVariance),
                .tensor(normalization.numBatchesTracked), .index(summation.parts), .index(channels),
                .double(Double(rows)), .double(epsilon), .double(normalization.momentum),
            ],
            blocks: CUDAKernel.Size((channels + 31) / 32), threads: CUDAKernel.Size(32, 8))
        try program.kernel("normalized_lif_forward", on: device)(
            [
                .tensor(currents), .tensor(spikes), .tensor(shares), .index(division.neurons), .index(channels),
                dynamics.numbers,
            ],
            blocks: CUDANeurons.blocks(division.neurons / division.width),
            threads: CUDAKernel.Size(CUDANeurons.threads))
        return (spikes, statistics, shares)
    }

    /// Returns the gradients of currents, scale and shift.
    func backwardOnCUDA(
        _ currents: Tensor, scale: Tensor, statistics: Tensor, shares: Tensor, _ gradient: Tensor
    ) throws(TensorError) -> [Tensor] {
        var gradient = try FrameLayout.like(currents, gradient)
        // A thread reads up to four neighbours at once, which requires aligned memory.
        if !gradient.isAligned(to: 16) { gradient = try gradient.cloned() }
        let division = Division(currents)
        let program = program(currents, division.width)
        let (device, channels) = (currents.device, division.channels)
        let rows = division.neurons / channels
        let summation = division.summation(rows: rows, rowsPerThread: 4)
        let sums = try Tensor(unset: [summation.parts, 2, channels], dtype: .float64, device: device)
        let parameters = try Tensor(unset: [2, channels], device: device)
        let (ofScale, ofShift) = (try parameters[0], try parameters[1])
        let projection = try Tensor(unset: [3, channels], device: device)
        let result = try Tensor(unsetLike: currents)
        try program.kernel("normalized_lif_sums", on: device)(
            [
                .tensor(currents), .tensor(gradient), .tensor(shares), .tensor(sums), .index(rows), .index(channels),
                dynamics.numbers,
            ],
            blocks: summation.blocks, threads: summation.threads)
        try program.kernel("normalized_lif_projection", on: device)(
            [
                .tensor(sums), .tensor(statistics), .tensor(scale), .tensor(ofScale), .tensor(ofShift),
                .tensor(projection), .index(summation.parts), .index(channels),
                .double(Double(currents.count / channels)), .double(epsilon),
            ],
            blocks: CUDAKernel.Size((channels + 31) / 32), threads: CUDAKernel.Size(32, 8))
        try program.kernel("normalized_lif_backward", on: device)(
            [
                .tensor(currents), .tensor(gradient), .tensor(shares), .tensor(projection), .tensor(result),
                .index(division.neurons), .index(channels), dynamics.numbers,
            ],
            blocks: CUDANeurons.blocks(division.neurons / division.width),
            threads: CUDAKernel.Size(CUDANeurons.threads))
        return [result, ofScale, ofShift]
    }

    private func program(_ currents: Tensor, _ width: Int) -> CUDAProgram {
        CUDANeurons.Source.normalizedLIF.program(
            steps: currents.shape[0], width: width, currents.dtype, dynamics.macros)
    }

    /// The division of a call among threads.
    private struct Division {
        let channels: Int
        /// The number of neurons in a frame.
        let neurons: Int
        let width: Int

        init(_ currents: Tensor) {
            channels = currents.shape[2]
            neurons = currents.count / currents.shape[0]
            // The number of channels is a multiple of 32, so that every width divides it.
            width = CUDANeurons.width(steps: currents.shape[0], neighbors: channels, [])
        }

        func summation(rows: Int, rowsPerThread: Int) -> CUDANeurons.Summation {
            let groups = channels / width
            let across = [32, 16, 8].first { groups % $0 == 0 }!
            return CUDANeurons.Summation(
                columns: groups, columnThreads: across, rows: rows, rowsPerThread: rowsPerThread)
        }
    }
}
