/// The metrics of one epoch of a detector, which are one line of `metrics.jsonl`.
public struct DetectionMetrics: EpochRecord, Hashable {
    /// The epoch, from 1.
    public let epoch: Int
    /// The mean loss per training image of the epoch.
    public let trainLoss: Double
    /// The part of the boxes in that loss.
    public let boxLoss: Double
    /// The part of objectness in that loss.
    public let objectnessLoss: Double
    /// The part of the classes in that loss.
    public let classLoss: Double
    /// The mean loss per test image after the epoch; `nil` if there was no test.
    public let testLoss: Double?
    /// The mAP at an intersection over union of 0.5 by 101 points after the epoch; `nil` if there was no test, or no
    /// object to find.
    public let mAP50: Double?
    /// The mean of the mAPs at 0.5, 0.55, … 0.95 after the epoch; `nil` if there was no test, or no object to find.
    public let mAP5095: Double?
    /// The learning rate of the last batch of the epoch.
    public let learningRate: Double
    /// The training time in seconds since the run began, without tests.
    public let seconds: Double

    enum CodingKeys: String, CodingKey {
        case epoch, trainLoss, boxLoss, objectnessLoss, classLoss, testLoss, mAP50, learningRate, seconds
        case mAP5095 = "mAP50_95"
    }

    var isPlausible: Bool {
        [trainLoss, boxLoss, objectnessLoss, classLoss, testLoss ?? 0].allSatisfy { abs($0) < 1e39 }
            && [mAP50 ?? 0, mAP5095 ?? 0].allSatisfy { 0...1 ~= $0 } && learningRate >= 0 && learningRate.isFinite
            && 0...1e12 ~= seconds
    }

    var scalars: [(tag: String, value: Double)] {
        let always = [
            (tag: "train/loss", value: trainLoss), ("train/box-loss", boxLoss),
            ("train/objectness-loss", objectnessLoss), ("train/class-loss", classLoss), ("learning-rate", learningRate),
        ]
        let tested = [("test/loss", testLoss), ("test/mAP50", mAP50), ("test/mAP50_95", mAP5095)]
        return always + tested.compactMap { tag, value in value.map { (tag: tag, value: $0) } }
    }
}
