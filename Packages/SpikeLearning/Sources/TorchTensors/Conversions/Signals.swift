import SpikeEncoding

extension Tensor {
    /// Creates a tensor [channels, samples], float32, with the values of a recording, from which each channel's offset
    /// is already subtracted.
    ///
    /// - Parameters:
    ///   - signal: The recording.
    ///   - device: The device that stores the tensor.
    /// - Throws: `TensorError` if memory does not suffice.
    public init(_ signal: Signal, device: Device = .cpu) throws(TensorError) {
        try self.init(signal.values, shape: [signal.channelCount, signal.sampleCount], device: device)
    }

    /// Creates a tensor [channels, samples], float32, on the CPU that shares the memory of a recording. Only read this
    /// tensor.
    ///
    /// - Throws: `TensorError` if LibTorch cannot create the tensor.
    public init(sharing signal: Signal) throws(TensorError) {
        try self.init(sharing: signal.values, shape: [signal.channelCount, signal.sampleCount])
    }
}

extension Signal {
    /// Creates a recording from a tensor.
    ///
    /// - Parameters:
    ///   - tensor: The values, [channels, samples], float32, on any device.
    ///   - samplingRate: The sampling rate in Hz, above 0, or `nil` if unknown.
    ///   - channelNames: One name per channel, or an empty array.
    ///   - unit: The unit of the values.
    /// - Throws: `TensorError` if the tensor does not have two dimensions or is not float32. Traps if the sampling rate
    ///   or the number of names does not fit.
    public init(
        _ tensor: Tensor, samplingRate: Double? = nil, channelNames: [String] = [], unit: String? = nil
    ) throws(TensorError) {
        let shape = tensor.shape
        guard shape.count == 2 else {
            throw TensorError("signal: [channels, samples] is needed, got shape \(shape)")
        }
        guard tensor.dtype == .float32 else {
            throw TensorError("signal: float32 is needed, got \(tensor.dtype); convert the tensor first")
        }
        self.init(
            values: try tensor.elements(), channelCount: shape[0], samplingRate: samplingRate,
            channelNames: channelNames, unit: unit)
    }
}
