import SpikeDatasets
import SpikingLayers
import SpikingModels
import TorchTensors

/// How a trained network does on labelled images, and how much it fires meanwhile.
public struct RunEvaluation: Codable, Sendable, Hashable {
    public let evaluation: Evaluation

    /// Of every layer of neurons.
    public let spikeRates: [LayerSpikeRate]

    /// With spikes in another order; nil if that was not asked for.
    public let shuffled: ShuffledEvaluation?
}

/// The same images with the encoded spikes in random order over time, each neuron keeping its number of spikes: what
/// a network loses then, it had read from times.
///
/// Source: after "Revisiting Direct Encoding", arXiv 2512.01687.
public struct ShuffledEvaluation: Codable, Sendable, Hashable {
    /// Of each shuffle, 0...1.
    public let accuracies: [Double]

    public var mean: Double { accuracies.reduce(0, +) / Double(accuracies.count) }

    /// The sample standard deviation over shuffles, dividing by n − 1; nil for one.
    public var standardDeviation: Double? {
        guard accuracies.count > 1 else { return nil }
        let squares = accuracies.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        return (squares / Double(accuracies.count - 1)).squareRoot()
    }
}

/// How spikes are put in random order for `TrainedRun.evaluate`.
public struct Shuffles: Sendable, Hashable {
    public let shuffling: TemporalShuffling
    public let seed: UInt64
    /// How often, 1...1,000,000.
    public let count: Int

    public init(_ shuffling: TemporalShuffling = .eachNeuron, seed: UInt64 = 0, count: Int = 3) {
        precondition(1...1_000_000 ~= count, "Shuffles: count must be within 1...1000000, got \(count)")
        self.shuffling = shuffling
        self.seed = seed
        self.count = count
    }
}

extension TrainedRun {
    /// - Parameters:
    ///   - images: As `testImages` gives them.
    ///   - shuffles: Nil to leave the spikes as they are.
    ///   - progress: Called with the number of batches done, and of all there are.
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
                "\(folder): the network's loss on these images is \(plain.loss), so its answers mean nothing; train again "
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
