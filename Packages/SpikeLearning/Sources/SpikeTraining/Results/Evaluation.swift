import SpikeDatasets
import TorchModules
import TorchTensors

/// How a network did on labelled images.
public struct Evaluation: Codable, Sendable, Hashable {
    public let loss: Double

    /// [truth][answer], numbers of images.
    public let confusion: [[Int]]

    /// Of every layer of neurons; nil if they were not counted.
    public let spikeRates: [LayerSpikeRate]?

    public var count: Int { confusion.joined().reduce(0, +) }

    /// The share of images whose class was found, 0...1.
    public var accuracy: Double {
        count == 0 ? 0 : Double(confusion.indices.reduce(0) { $0 + confusion[$1][$1] }) / Double(count)
    }

    /// Runs the network in evaluation mode, without gradients, and sets its mode back.
    ///
    /// - Parameters:
    ///   - countsSpikes: Whether to find out how often each layer's neurons fire, too.
    ///   - forward: How logits are computed from images, such as in mixed precision.
    public init(
        _ network: any Layer, _ loader: ImageLoader, on device: Device = .cpu, countsSpikes: Bool = false,
        forward: (any Layer, Tensor) throws -> Tensor
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
                let logits = try meter.map { try $0.counting(network, during: logits) } ?? logits()
                lossSum += try logits.crossEntropy(batch.labels.to(device)).item() * Double(batch.indices.count)
                let answers = try logits.argmax(1).elements(as: Int.self)
                for (truth, answer) in zip(try batch.labels.elements(as: Int.self), answers) {
                    confusion[truth][answer] += 1
                }
            }
        }
        self.confusion = confusion
        spikeRates = meter?.rates
        loss = loader.split.count == 0 ? 0 : lossSum / Double(loader.split.count)
    }
}

extension Evaluation {
    /// Whether these can be the figures of a network that tells `classCount` classes apart.
    func isPlausible(classCount: Int) -> Bool {
        let limit = 1_000_000_000
        return loss.isFinite && confusion.count == classCount
            && confusion.allSatisfy { $0.count == classCount && $0.allSatisfy { 0...limit ~= $0 } }
            && (spikeRates ?? []).allSatisfy { 0...1 ~= $0.rate && 0...limit ~= $0.neurons }
    }

    /// The classes that had no images.
    public var classesWithoutImages: [Int] { confusion.indices.filter { confusion[$0].allSatisfy { $0 == 0 } } }
}
