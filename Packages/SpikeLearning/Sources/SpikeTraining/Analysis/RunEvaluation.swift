import SpikeDatasets
import SpikingLayers
import SpikingModels
import TorchTensors

/// The evaluation of a trained network on labelled images, with the firing rates of its layers.
public struct RunEvaluation: Codable, Sendable, Hashable {
    /// The loss and the confusion matrix.
    public let evaluation: Evaluation

    /// The firing rate of every layer of neurons.
    public let spikeRates: [LayerSpikeRate]

    /// The accuracy with shuffled spikes; `nil` if it was not asked for.
    public let shuffled: ShuffledEvaluation?
}

/// The accuracy on the same images with the encoded spikes in random order over time. Each neuron keeps its number of
/// spikes, so the loss of accuracy shows how much the network depends on spike times.
///
/// Source: after "Revisiting Direct Encoding", arXiv 2512.01687.
public struct ShuffledEvaluation: Codable, Sendable, Hashable {
    /// The accuracy of each shuffle, 0...1.
    public let accuracies: [Double]

    /// The mean of `accuracies`.
    public var mean: Double { accuracies.reduce(0, +) / Double(accuracies.count) }

    /// The sample standard deviation of `accuracies`, with n − 1 in the denominator; `nil` for one shuffle.
    public var standardDeviation: Double? {
        guard accuracies.count > 1 else { return nil }
        let squares = accuracies.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        return (squares / Double(accuracies.count - 1)).squareRoot()
    }
}

/// The way in which `TrainedRun.evaluate` puts spikes in random order.
public struct Shuffles: Sendable, Hashable {
    /// The unit that is shuffled: the spikes of each neuron by themselves, or whole time steps.
    public let shuffling: TemporalShuffling
    /// The seed of the random orders.
    public let seed: UInt64
    /// The number of random orders, 1...1,000,000.
    public let count: Int

    /// Creates shuffles.
    ///
    /// - Parameters:
    ///   - shuffling: The unit that is shuffled: the spikes of each neuron by themselves, or whole time steps.
    ///   - seed: The seed of the random orders.
    ///   - count: The number of random orders. Traps unless it is in 1...1,000,000.
    public init(_ shuffling: TemporalShuffling = .eachNeuron, seed: UInt64 = 0, count: Int = 3) {
        precondition(1...1_000_000 ~= count, "Shuffles: count must be within 1...1000000, got \(count)")
        self.shuffling = shuffling
        self.seed = seed
        self.count = count
    }
}

extension TrainedRun {
    /// Evaluates the network on labelled images, and optionally with shuffled spikes.
    ///
    /// - Parameters:
    ///   - images: The images, such as those that `testImages` returns.
    ///   - shuffles: The random orders of the spikes; `nil` for no shuffled evaluation.
    ///   - device: The device that computes.
    ///   - progress: Called with the number of finished batches and the number of all batches.
    /// - Throws: `TrainingError` if the loss is not finite, and the errors of `network(on:)`.
    public func evaluate(
        on images: ImageLoader, shuffles: Shuffles? = nil, device: Device = .cpu,
        progress: (_ done: Int, _ count: Int) -> Void = { _, _ in }
    ) throws -> RunEvaluation {
        let network = try network(on: device)
        let batchCount = images.batchCount * (1 + (shuffles?.count ?? 0))
        var done = 0
        func finishBatch() {
            done += 1
            progress(done, batchCount)
        }

        let plain = try Evaluation(network, images, on: device, countsSpikes: true) { _, images in
            defer { finishBatch() }
            return try logits(network, of: images, on: device)
        }
        guard plain.loss.isFinite else {
            throw TrainingError(
                "\(folder): the network's loss on these images is \(plain.loss.plainText), so its answers mean nothing; train again "
                    + "with a lower learning-rate")
        }
        let shuffled = try shuffles.map { shuffles in
            ShuffledEvaluation(
                accuracies: try (0..<shuffles.count).map { number in
                    let stream = RandomStream(seed: shuffles.seed).split("shuffle").split(number)
                    var batch = 0
                    return try Evaluation(network, images, on: device) { _, images in
                        defer { finishBatch() }
                        defer { batch += 1 }
                        return try inItsPrecision(on: device) {
                            let spikes = try network.encode(images)
                            return try network.classify(
                                spikes: spikes.shuffledOverTime(shuffles.shuffling, from: stream.split(batch)))
                        }
                    }.accuracy
                })
        }
        return RunEvaluation(evaluation: plain, spikeRates: plain.spikeRates ?? [], shuffled: shuffled)
    }
}
