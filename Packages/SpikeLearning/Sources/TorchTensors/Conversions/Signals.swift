import SpikeEncoding

extension Tensor {
    /// The values of a recording less its channels' offsets, [channels, samples], float32.
    public init(_ signal: Signal, device: Device = .cpu) throws(TensorError) {
        try self.init(signal.values, shape: [signal.channelCount, signal.sampleCount], device: device)
    }

    /// As `init(_:)`, over the recording's own memory: to be read only.
    public init(sharing signal: Signal) throws(TensorError) {
        try self.init(sharing: signal.values, shape: [signal.channelCount, signal.sampleCount])
    }
}

extension Signal {
    /// A recording from a tensor.
    ///
    /// - Parameters:
    ///   - tensor: [channels, samples], float32, on any device.
    ///   - samplingRate: In Hz, above 0.
    ///   - channelNames: One a channel, or empty.
    ///   - unit: Of the values.
    /// - Throws: `TensorError` for another number of dimensions or type.
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
