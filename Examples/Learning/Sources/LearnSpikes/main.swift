// A spiking network learns to classify recordings, which a codec encodes, or recordings of spikes.
//
// usage: learn-spikes [NAME] [EPOCHS] [FOLDER]: a data set that `spike datasets` lists, of recordings or of spikes; it is
// looked for in FOLDER, if one is named.
import Foundation
import SpikeDatasets
import SpikeEncoding
import SpikingLayers
import TorchModules
import TorchTensors

/// Labelled input of the network, which is made batch by batch: spikes, or counts of spikes, [T, B, C].
struct Part {
    static let stepCount = 100

    let labels: [Int]
    let channelCount: Int
    let tensor: ([Int]) throws -> Tensor

    init(_ split: SpikeSplit) {
        labels = split.classIndices
        channelCount = split.channelCount
        tensor = { try split.tensor(at: $0) }
    }

    /// Encodes recordings: every channel, divided by its standard deviation over all recordings, by step-forward coding.
    /// Upward and downward spikes go to a channel each, and are counted in at most `stepCount` time steps.
    init(_ split: RecordingSplit, deviations: [Float]) throws {
        let signals = try split.signals().signals
        let codec = try StepForward(threshold: deviations.map { 0.5 * $0 })
        let steps = min(Self.stepCount, signals.map(\.sampleCount).max() ?? 1)
        let units = 2 * deviations.count
        var counts: [[Float]] = []
        for signal in signals {
            var own = [Float](repeating: 0, count: steps * units)
            for event in try codec.encode(signal).spikes.events {
                let step = min(event.step * steps / max(signal.sampleCount, 1), steps - 1)
                own[step * units + 2 * event.unit + (event.sign > 0 ? 0 : 1)] += 1
            }
            counts.append(own)
        }
        let all = counts
        labels = split.classIndices
        channelCount = units
        tensor = { indices in
            let values = indices.flatMap { all[$0] }
            return try Tensor(values, shape: [indices.count, steps, units]).transposed(0, 1)
        }
    }

    /// The logits that a network gives, [B, classes].
    func logits(_ indices: [Int], of network: Sequential) throws -> Tensor { try network(tensor(indices)).mean(0) }

    /// The number of recordings that a network classifies as they are.
    func correctCount(_ network: Sequential) throws -> Int {
        var correct = 0
        for start in stride(from: 0, to: labels.count, by: 256) {
            let batch = Array(start..<min(start + 256, labels.count))
            let found = try logits(batch, of: network).detached().argmax(1).elements(as: Int.self)
            for (place, index) in batch.enumerated() where found[place] == labels[index] { correct += 1 }
        }
        return correct
    }
}

/// Returns the standard deviation of each channel over all recordings.
func channelDeviations(_ split: RecordingSplit) throws -> [Float] {
    let signals = try split.signals().signals
    return (0..<signals[0].channelCount).map { channel in
        let values = signals.flatMap { $0.channel(channel).map(Double.init) }
        let mean = values.reduce(0, +) / Double(values.count)
        return Float((values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)).squareRoot())
    }
}

/// Trains a network on a data set, and prints how many of the test recordings it classifies right after each epoch.
func learn(_ known: KnownDataset, epochs: Int, folder: String?) throws {
    let location = try DatasetFinder(folder: folder).find(known, downloading: true)
    let (train, test, classNames): (Part, Part, [String])
    switch known.kind {
    case .images: fail("\(known.name) consists of images; `spike train --dataset \(known.name)` learns them")
    case .recordings:
        let dataset = try location.recordings()
        let deviations = try channelDeviations(dataset.train)
        train = try Part(dataset.train, deviations: deviations)
        test = try Part(dataset.test, deviations: deviations)
        classNames = dataset.classNames
    case .spikes:
        let dataset = try location.spikes(stepCount: Part.stepCount)
        (train, test, classNames) = (Part(dataset.train), Part(dataset.test), dataset.classNames)
    }

    // Two layers of 128 leaky integrate-and-fire neurons, which keep nine tenths of their membrane potential from step to
    // step; a linear layer reads their spikes, and its mean over time gives the logits.
    var random = RandomSource(seed: 35)
    let neurons = LIFDynamics(decay: .factor(0.9))
    let network = Sequential(
        try Linear(inputs: train.channelCount, outputs: 128, random: &random), LIFNeuron(neurons),
        try Linear(inputs: 128, outputs: 128, random: &random), LIFNeuron(neurons),
        try Linear(inputs: 128, outputs: classNames.count, random: &random))
    let optimizer = AdamW(network.parameterGroups(learningRate: 2e-3, weightDecay: 1e-4))

    for epoch in 0..<epochs {
        let order = RandomStream(seed: 35).split(epoch).permutation(train.labels.count)
        var lossSum = 0.0
        for start in stride(from: 0, to: order.count, by: 32) {
            let batch = Array(order[start..<min(start + 32, order.count)])
            let loss = try train.logits(batch, of: network).crossEntropy(Tensor(batch.map { train.labels[$0] }))
            try optimizer.clearGradients()
            try loss.backward()
            try optimizer.step()
            lossSum += try loss.item() * Double(batch.count)
        }
        print(
            "epoch \(epoch + 1): loss \(lossSum / Double(order.count)), \(try test.correctCount(network)) of \(test.labels.count) right"
        )
    }
}

/// Ends the program with a line that says what is wrong.
func fail(_ text: String) -> Never {
    FileHandle.standardError.write(Data("learn-spikes: \(text)\n".utf8))
    exit(1)
}

let arguments = CommandLine.arguments.dropFirst()
let epochs = arguments.dropFirst().first ?? "30"
guard let known = KnownDataset.named(arguments.first ?? "basic-motions") else {
    fail("there are \(KnownDataset.names.joined(separator: ", "))")
}
guard let epochCount = Int(epochs), epochCount > 0 else { fail("EPOCHS must be a whole number above 0, got \(epochs)") }
do {
    try learn(known, epochs: epochCount, folder: arguments.dropFirst(2).first)
} catch {
    fail("\(error)")
}
