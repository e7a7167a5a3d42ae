import SpikeDatasets
import TorchTensors

extension TrainingConfiguration {
    /// Returns the treatment of the images that do not fill an epoch's last batch.
    func lastBatch(trainCount: Int) -> ImageLoader.LastBatch {
        dropLast && trainCount > batch ? .dropped : .keptOrJoined
    }

    /// Returns the number of updates of the weights in an epoch of so many batches.
    func updates(ofBatches count: Int) -> Int { (count + accumulate - 1) / accumulate }
}

extension RunDescription {
    /// The number of updates after which the running statistics of batch normalisation, with which test images are
    /// classified, reflect the batches: their initial values then have a weight of 0.9⁵⁰, 0.5 %. In trials, 30 updates
    /// were enough; see Guides/Training.md.
    public static let fewestUpdates = 50

    /// The number of batches in an epoch, each of which updates the running statistics.
    private var batchCount: Int {
        ImageLoader.batchCount(
            ofImages: trainCount, batchSize: configuration.batch, configuration.lastBatch(trainCount: trainCount))
    }

    /// The number of batches in the whole run; unless gradients are accumulated, also that of updates of the weights.
    public var updateCount: Int {
        let (count, isBeyond) = batchCount.multipliedReportingOverflow(by: configuration.epochs)
        return isBeyond ? .max : count
    }

    /// A sentence that warns about a run with fewer updates than `fewestUpdates`; `nil` for other runs.
    public var updateRemark: String? {
        guard updateCount < Self.fewestUpdates else { return nil }
        let work =
            configuration.accumulate == 1
            ? "makes only \(counted(updateCount, "update")) of the weights"
            : "trains on only \(counted(updateCount, "batch", plural: "batches"))"
        return "it \(work) "
            + "(\(counted(configuration.epochs, "epoch")) of \(counted(batchCount, "batch", plural: "batches"))), after which "
            + "the running statistics of batch normalisation lag behind, so that accuracy on test images is far below that "
            + "in training; take a smaller --batch or more --epochs, for \(Self.fewestUpdates) updates or more"
    }
}
