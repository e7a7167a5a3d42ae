import TorchTensors

/// What is shuffled over time to find out whether a network uses the times of spikes or only their counts.
public enum TemporalShuffling: Sendable, Hashable, CaseIterable {
    /// The steps of every neuron are shuffled independently: neither spike times nor coincidences of spikes are kept.
    case eachNeuron

    /// Whole steps are shuffled, in the same order for all neurons: spikes that coincide still do.
    case wholeSteps
}

extension Tensor {
    /// Returns this tensor [T, …] of spikes in random order over time. The number of spikes of every neuron is kept.
    ///
    /// - Parameters:
    ///   - shuffling: Whether each neuron has an order of its own, or all neurons the same.
    ///   - stream: The random numbers from which the order is drawn.
    /// - Returns: A tensor of the same shape and type.
    /// - Throws: `TensorError` if the tensor has no dimension.
    public func shuffledOverTime(
        _ shuffling: TemporalShuffling = .eachNeuron, from stream: RandomStream
    ) throws(TensorError) -> Tensor {
        guard rank >= 1 else { throw TensorError("temporal shuffling: spikes are [T, …], got a single number") }
        switch shuffling {
        case .eachNeuron:
            // The order of random numbers is a random order.
            let keys = try Tensor.uniform(shape, from: stream, device: device)
            return try gathered(keys.sorted(0).indices, 0)
        case .wholeSteps:
            let order = stream.permutation(shape[0])
            return try taking(Tensor(order, shape: [shape[0]], device: device), 0)
        }
    }
}
