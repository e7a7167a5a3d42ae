import TorchTensors

/// What is put in random order to see whether a network uses the times of spikes or only their counts.
public enum TemporalShuffling: Sendable, Hashable, CaseIterable {
    /// The spikes of every neuron by themselves: neither their times nor what fires together is kept.
    case eachNeuron

    /// Whole steps, the same for all neurons: what fires together is kept.
    case wholeSteps
}

extension Tensor {
    /// Spikes in random order over time; the number of spikes of every neuron is kept.
    ///
    /// Applied to [T, …], time first, of any type.
    /// - Parameter stream: What the order is drawn from.
    /// - Throws: `TensorError` without a dimension of time.
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
