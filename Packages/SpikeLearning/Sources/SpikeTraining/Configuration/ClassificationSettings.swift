import SpikeDatasets
import SpikingModels

extension TrainingConfiguration {
    public static var task: NetworkTask { .classification }
    public static var names: [String] { CodingKeys.allCases.map(\.rawValue) }
    public static var datasets: [String] { KnownDataset.choices }

    /// Ranges wider than any use needs, and narrow enough that products stay within 64 bits.
    public static func bounds(of name: String) -> ClosedRange<Double>? {
        switch CodingKeys(rawValue: name) {
        case .side: 1...4096
        case .limitTrain, .limitTest: 0...1e9
        case .crop: 0...4096
        case .randAugment: 0...100
        case .erasing, .mixupShare, .labelSmoothing: 0...1
        case .mixup: 0...1000
        case .steps: 1...10_000
        case .encoderChannels: 0...65_536
        case .epochs, .batch, .accumulate: 1...1_000_000
        case .warmUpEpochs: 0...1_000_000
        default: nil
        }
    }

    /// A file without the setting `drop-last` is from before that setting existed, when the last batch was dropped.
    public mutating func adapt(toFileWith names: Set<String>) -> Bool {
        guard !names.contains(CodingKeys.dropLast.rawValue) else { return false }
        dropLast = true
        return true
    }

    public func checkTask(_ origin: String) throws(TrainingError) {}

    public func taskReasonWithoutEffect(_ name: String) -> String? {
        switch CodingKeys(rawValue: name) {
        case .side where dataset != ImageFolder.choice: "only the images of dataset folder are brought to another size"
        case .mixupShare where mixup == 0: "mixup is 0"
        case .mixup where mixupShare == 0: "mixup-share is 0"
        default: nil
        }
    }
}
