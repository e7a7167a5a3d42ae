import Foundation
import SpikingModels
import TorchTensors

/// A lower bound of the memory that a network takes, so that settings which cannot work are refused before training.
///
/// The estimate covers the weights, and for training also their gradients and the optimizer's two averages. It also
/// covers the outputs of all convolutions and layers of neurons for one batch, which are kept until the gradients are
/// computed. Other intermediate results are not covered, so a run takes more memory than this.
struct MemoryEstimate {
    /// The number of trainable parameters.
    let parameters: Double
    /// The number of values that convolutions and neurons output for one image.
    let activity: Double

    /// Estimates the memory of the network that a configuration names.
    ///
    /// - Parameters:
    ///   - configuration: The settings of the run.
    ///   - imageShape: The shape of one image, [C, H, W].
    ///   - classCount: The number of classes.
    init(_ configuration: some RunConfiguration, imageShape: [Int], classCount: Int) {
        // An unknown model counts as nothing here, because it is refused elsewhere.
        let memory =
            configuration.networkSettings?.memory(
                configuration.networkSite(imageShape: imageShape, classCount: classCount)) ?? NetworkMemory()
        (parameters, activity) = (memory.parameters, memory.activity)
    }

    /// Returns the memory that training takes, in bytes.
    ///
    /// - Parameters:
    ///   - batch: The number of images in a batch.
    ///   - precision: The precision of the outputs.
    func trainingBytes(batch: Int, precision: TrainingConfiguration.Precision) -> Double {
        16 * parameters + (precision == .fp32 ? 4 : 2) * activity * Double(batch)
    }
}

extension RunConfiguration {
    /// Checks that the network, and training it on the CPU, fit in the memory that this process may use.
    ///
    /// - Parameters:
    ///   - imageShape: The shape of one image, [C, H, W].
    ///   - classCount: The number of classes.
    ///   - trainCount: The number of images to train on.
    ///   - device: The device that trains. On devices other than the CPU, only the parameters are checked.
    ///   - workers: The workers that train together, of which those on this machine share its memory.
    ///   - limit: The memory that the processes on this machine may use.
    /// - Throws: `TrainingError` if they do not fit.
    public func checkMemory(
        imageShape: [Int], classCount: Int, trainCount: Int, device: Device = .cpu,
        workers: Workers = .alone, limit: MemoryLimit = .current
    ) throws(TrainingError) {
        let estimate = MemoryEstimate(self, imageShape: imageShape, classCount: classCount)
        let size = imageShape.dropFirst().map(String.init).joined(separator: " × ")
        guard 16 * estimate.parameters <= limit.bytes else {
            throw TrainingError(
                "model \(model): its \(Self.readable(estimate.parameters / 1e6)) million parameters, with all that training keeps of each, "
                    + "take \(Self.gigabytes(16 * estimate.parameters)); \(limit.text). "
                    + "Choose a smaller model, or a smaller side")
        }
        // Other devices have their own memory, and report when it is full.
        guard device == .cpu else { return }
        let whole = min(self.batch, trainCount)
        let batch = (whole * workers.localSize + workers.size - 1) / workers.size
        let bytes = estimate.trainingBytes(batch: batch, precision: precision)
        guard bytes <= limit.bytes else {
            throw TrainingError(
                "batch \(whole)\(batch < whole ? " (\(batch) on this machine)" : ""), steps \(steps), images of \(size) "
                    + "pixels: training \(model) takes at least "
                    + "\(Self.gigabytes(bytes)); \(limit.text). Lower batch, steps, encoder-channels or side")
        }
    }

    private static func gigabytes(_ bytes: Double) -> String { readable(bytes / 1e9) + " GB" }

    /// Returns a number as text, such as `12.5` or `1.2e+12`.
    private static func readable(_ number: Double) -> String { String(format: number < 1e6 ? "%.1f" : "%.2g", number) }
}
