import TorchTensors

/// What a training loop needs to know about the task of a run: its batches, its loss, its evaluation and its state.
protocol TrainingTask: AnyObject {
    associatedtype Configuration: RunConfiguration
    /// The metrics of an epoch.
    associatedtype Metrics: EpochRecord
    /// The evaluation of the trained network on the test images.
    associatedtype Result: Codable
    /// A batch of images with their answers.
    associatedtype Batch

    /// The number of batches in an epoch.
    var batchCount: Int { get }
    /// The number of images that an epoch trains on.
    var imagesPerEpoch: Int { get }

    /// Returns a function that gives the batches of an epoch one after the other, and then `nil`.
    ///
    /// - Parameters:
    ///   - epoch: The epoch, from 0.
    ///   - first: The first batch to return, from 0.
    func batches(epoch: Int, from first: Int) throws -> () throws -> Batch?

    /// Trains on a batch.
    ///
    /// - Parameters:
    ///   - batch: The batch.
    ///   - step: The number of the batch in the run, from 0.
    ///   - progress: Receives the loss and the number of images. The other values are the caller's.
    /// - Throws: `Divergence` if the loss is not finite.
    func train(_ batch: Batch, step: Int, _ progress: inout Checkpoint.Progress) throws

    /// Returns whether a run can be interrupted after a batch, because the main worker's `state` then holds all that it
    /// needs to resume. It always can at the end of an epoch.
    ///
    /// - Parameter count: The number of finished batches of the run.
    func mayStop(afterBatches count: Int) -> Bool

    /// Switches the network to training.
    func beginTraining()

    /// Evaluates the network on the test images.
    ///
    /// - Parameters:
    ///   - epoch: The number of finished epochs.
    ///   - isLast: Whether this is the evaluation of the finished run.
    ///   - willTest: Called before each batch; it may throw to stop.
    /// - Returns: The evaluation; `nil` if there is none after this epoch. There always is one after the last.
    /// - Throws: `Divergence` if the loss is not finite.
    func evaluation(after epoch: Int, isLast: Bool, willTest: () throws -> Void) throws -> Result?

    /// Returns the metrics of an epoch.
    ///
    /// - Parameters:
    ///   - epoch: The epoch, from 1.
    ///   - progress: The sums over the epoch.
    ///   - result: The evaluation after the epoch, if there was one.
    func metrics(epoch: Int, _ progress: Checkpoint.Progress, _ result: Result?) -> Metrics

    /// Returns the evaluation of the run in a folder, if it has finished with exactly the weights of the task's network.
    func finishedResult(in folder: String) -> Result?

    /// Loads the weights of a finished run whose checkpoint is missing.
    ///
    /// - Returns: The training time of the run in seconds.
    /// - Throws: `TrainingError` if the folder does not contain the run of this task.
    func loadFinished(in folder: String, dataMayDiffer: Bool) throws -> Double

    /// Describes what makes the state of the run useless, such as numbers that are not finite; `nil` if there is
    /// nothing.
    func stateProblem() throws -> String?

    /// Returns all tensors that are needed to resume the run, by name.
    func state() throws -> [String: Tensor]

    /// Takes the tensors that `state` of the main worker returned.
    func load(state: [String: Tensor]) throws

    /// Returns the weights of the trained network, by name.
    func weights() throws -> [String: Tensor]
}

/// The run has diverged, that is, a number is not finite.
struct Divergence: Error {
    /// What is not finite, and where, such as `epoch 1, batch 3: the loss is nan`.
    let description: String
}

extension Double {
    /// The number as text; `nan` for every NaN, whose sign and bits say nothing to people.
    var plainText: String { isNaN ? "nan" : "\(self)" }
}

/// The state of a run after a training batch.
public struct BatchReport: Sendable {
    /// The current epoch, from 1.
    public let epoch: Int
    /// The number of finished batches of the epoch.
    public let batch: Int
    /// The number of batches in the epoch.
    public let batchCount: Int
    /// The mean loss over the images of the epoch so far.
    public let loss: Double
    /// The number of images trained per second, over the part of the epoch that was trained since it began or resumed.
    public let imagesPerSecond: Double
    /// The estimated time in seconds to train the rest of the run at this rate, without tests.
    public let secondsLeft: Double
}

/// An event that a training run reports.
public enum TrainingEvent<Metrics: Sendable>: Sendable {
    /// A training batch has finished.
    case batch(BatchReport)
    /// An epoch and its test have finished.
    case epoch(Metrics)
}

/// Thrown by a run that was asked to stop and has written a checkpoint.
public struct TrainingStopped: Error, Sendable {
    /// The epoch in which the run stopped, from 1.
    public let epoch: Int
    /// The number of finished batches of the epoch.
    public let batch: Int
    /// The number of batches in the epoch.
    public let batchCount: Int
    /// The path of the checkpoint.
    public let checkpoint: String
}
