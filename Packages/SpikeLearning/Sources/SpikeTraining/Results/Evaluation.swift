import SpikeDatasets
import TorchModules
import TorchTensors

/// How a network did on labelled pictures.
public struct Evaluation: Codable, Sendable, Hashable {
    public let loss: Double

    /// [truth][answer], numbers of pictures.
    public let confusion: [[Int]]

    public var count: Int { confusion.joined().reduce(0, +) }

    /// The share of pictures whose class was found, 0...1.
    public var accuracy: Double {
        count == 0 ? 0 : Double(confusion.indices.reduce(0) { $0 + confusion[$1][$1] }) / Double(count)
    }

    /// Runs the network in evaluation mode, without gradients, and sets its mode back.
    ///
    /// - Parameter forward: How logits are computed from pictures, such as in mixed precision.
    public init(
        _ network: any Layer, _ loader: PictureLoader, on device: Device = .cpu,
        forward: (any Layer, Tensor) throws -> Tensor
    ) throws {
        let wasTraining = network.isTraining
        network.evaluate()
        defer { if wasTraining { network.train() } }
        var confusion = Array(repeating: Array(repeating: 0, count: loader.classCount), count: loader.classCount)
        var lossSum = 0.0
        let batches = loader.batches(epoch: 0)
        try withoutGradient {
            while let batch = try batches.next() {
                let logits = try forward(network, batch.pictures.to(device))
                lossSum += try logits.crossEntropy(batch.labels.to(device)).item() * Double(batch.indices.count)
                let answers = try logits.argmax(1).elements(as: Int.self)
                for (truth, answer) in zip(try batch.labels.elements(as: Int.self), answers) {
                    confusion[truth][answer] += 1
                }
            }
        }
        self.confusion = confusion
        loss = loader.split.count == 0 ? 0 : lossSum / Double(loader.split.count)
    }
}
