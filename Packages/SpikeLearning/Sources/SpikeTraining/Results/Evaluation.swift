import SpikeDatasets
import TorchModules
import TorchTensors

/// The results of a network on labelled images.
public struct Evaluation: Codable, Sendable, Hashable {
    /// The mean cross entropy over the images; 0 if there are no images.
    public let loss: Double

    /// The confusion matrix: the number of images at [true class][predicted class].
    public let confusion: [[Int]]

    /// The firing rate of every layer of neurons; `nil` if spikes were not counted.
    public let spikeRates: [LayerSpikeRate]?

    /// The number of images.
    public var count: Int { confusion.joined().reduce(0, +) }

    /// The share of images that were classified correctly, 0...1; 0 if there are no images.
    public var accuracy: Double {
        count == 0 ? 0 : Double(confusion.indices.reduce(0) { $0 + confusion[$1][$1] }) / Double(count)
    }

    /// Evaluates a network on all images of a loader, in evaluation mode and without gradients. Afterwards the network
    /// is in its former mode.
    ///
    /// - Parameters:
    ///   - network: The network to evaluate, on `device`.
    ///   - loader: The images and labels.
    ///   - device: The device that computes.
    ///   - countsSpikes: Whether to measure the firing rate of every layer.
    ///   - workers: The workers that evaluate together, whose shares `loader` makes. All get the same results.
    ///   - forward: Computes the network's logits [B, K] for images [B, C, H, W], for instance in mixed precision.
    /// - Throws: What `forward` throws, and `TensorError` if a computation fails.
    public init(
        _ network: any Layer, _ loader: ImageLoader, on device: Device = .cpu, countsSpikes: Bool = false,
        workers: Workers = .alone, forward: (any Layer, Tensor) throws -> Tensor
    ) throws {
        let wasTraining = network.isTraining
        network.evaluate()
        defer { if wasTraining { network.train() } }
        var confusion = Array(repeating: Array(repeating: 0, count: loader.classCount), count: loader.classCount)
        var lossSum = 0.0
        let batches = loader.batches(epoch: 0)
        let meter = countsSpikes ? SpikeRateMeter() : nil
        try withoutGradient {
            while let batch = try batches.next() {
                func logits() throws -> Tensor { try forward(network, batch.images.to(device)) }
                // A stand-in is computed only because `forward` may wait for other workers.
                if batch.isStandIn {
                    _ = try logits()
                    continue
                }
                let logits = try meter.map { try $0.counting(network, during: logits) } ?? logits()
                lossSum += try logits.crossEntropy(batch.labels.to(device)).item() * Double(batch.indices.count)
                let answers = try logits.argmax(1).elements(as: Int.self)
                for (truth, answer) in zip(try batch.labels.elements(as: Int.self), answers) {
                    confusion[truth][answer] += 1
                }
            }
        }
        let classes = loader.classCount
        let sums = try workers.sum([lossSum] + confusion.joined().map(Double.init))
        lossSum = sums[0]
        confusion = (0..<classes).map { truth in (0..<classes).map { Int(sums[1 + truth * classes + $0]) } }
        try meter?.addUp(over: workers, network)
        self.confusion = confusion
        spikeRates = meter?.rates
        let count = confusion.joined().reduce(0, +)
        loss = count == 0 ? 0 : lossSum / Double(count)
    }
}

extension Evaluation {
    /// Returns whether these can be the results of a network for `classCount` classes.
    func isPlausible(classCount: Int) -> Bool {
        let limit = 1_000_000_000
        return loss.isFinite && confusion.count == classCount
            && confusion.allSatisfy { $0.count == classCount && $0.allSatisfy { 0...limit ~= $0 } }
            && (spikeRates ?? []).allSatisfy { 0...1 ~= $0.rate && 0...limit ~= $0.neurons }
    }

    /// The indices of the classes that had no images.
    public var classesWithoutImages: [Int] { confusion.indices.filter { confusion[$0].allSatisfy { $0 == 0 } } }
}
