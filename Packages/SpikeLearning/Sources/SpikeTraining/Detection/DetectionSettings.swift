import SpikeDatasets
import SpikingModels

extension DetectionConfiguration {
    public static var task: NetworkTask { .detection }
    public static var names: [String] { CodingKeys.allCases.map(\.rawValue) }
    public static var datasets: [String] { DetectionFormat.names }

    /// Ranges wider than any use needs, and narrow enough that products stay within 64 bits.
    public static func bounds(of name: String) -> ClosedRange<Double>? {
        switch CodingKeys(rawValue: name) {
        case .side: 32...4096
        case .limitTrain, .limitTest: 0...1e9
        case .mosaic, .translation, .scale, .hue, .saturation, .brightness, .flip, .momentum, .averaging: 0...1
        case .steps: 1...10_000
        case .encoderChannels: 0...65_536
        case .epochs, .batch, .updateBatch, .testEvery: 1...1_000_000
        case .warmUpEpochs, .averagingWarmUp: 0...1_000_000
        default: nil
        }
    }

    public func checkTask(_ origin: String) throws(TrainingError) {
        for (name, value) in [("scale", scale), ("momentum", momentum)] where value == 1 {
            throw TrainingError("\(origin): \(name) must be less than 1, got \(value)")
        }
        guard side % 32 == 0 else {
            throw TrainingError(
                "\(origin): side must be a multiple of 32, got \(side); take \(max(side / 32, 1) * 32) or "
                    + "\((side / 32 + 1) * 32)")
        }
        guard boxLoss + objectnessLoss + classLoss > 0 else {
            throw TrainingError(
                "\(origin): box-loss, objectness-loss and class-loss are all 0, so that nothing is learned")
        }
    }

    public func taskReasonWithoutEffect(_ name: String) -> String? { nil }

    /// The random changes of training images; `nil` if all of them are turned off.
    var augmentation: DetectionAugmentation? {
        guard [mosaic, translation, scale, hue, saturation, brightness, flip].contains(where: { $0 > 0 }) else {
            return nil
        }
        return DetectionAugmentation(
            mosaic: mosaic, translation: translation, scale: scale, hue: hue, saturation: saturation,
            brightness: brightness, flip: flip)
    }

    /// The number of batches of an update of the weights.
    var batchesPerUpdate: Int { max(1, Int((Double(updateBatch) / Double(batch)).rounded())) }

    /// The weight decay of an update, scaled by its number of images / 64.
    var scaledWeightDecay: Double { weightDecay * Double(batch * batchesPerUpdate) / 64 }

    /// Returns the part of a data set that a run with these settings uses, as `limitTrain` and `limitTest` say.
    public func limited(_ dataset: DetectionDataset) -> DetectionDataset {
        dataset.limited(train: limitTrain == 0 ? nil : limitTrain, test: limitTest == 0 ? nil : limitTest)
    }

    /// Creates the detector that the settings name, with its initial weights.
    ///
    /// - Parameters:
    ///   - classCount: The number of classes.
    ///   - seed: The seed of the initial weights.
    /// - Throws: `TrainingError` if the model is unknown or does not fit the images, and the errors of creating the
    ///   network.
    public func makeNetwork(classCount: Int, seed: UInt64) throws -> any ObjectDetector {
        let network = try makeImageNetwork(imageShape: [3, side, side], classCount: classCount, seed: seed)
        guard let detector = network as? any ObjectDetector else {
            preconditionFailure("\(model): a network for detection is an ObjectDetector")
        }
        return detector
    }
}
