import Foundation
import SpikingModels
import TorchTensors

/// The least memory that a network takes: an estimate from below, to refuse what cannot work before anything starts.
///
/// Counted are the weights, and for training their gradients and the optimizer's two averages; and what every
/// convolution and every layer of neurons gives out for a batch, which stays until the gradients are computed. Left out
/// are all other intermediate results, so that a run takes more than this.
struct MemoryEstimate {
    /// Numbers that training changes.
    private(set) var parameters = 0.0
    /// Numbers that convolutions and neurons give out for one image.
    private(set) var activity = 0.0

    /// - Parameter imageShape: [C, H, W]
    init(_ configuration: TrainingConfiguration, imageShape: [Int], classCount: Int) {
        let (channels, height, width) = (Double(imageShape[0]), Double(imageShape[1]), Double(imageShape[2]))
        let (steps, classes) = (Double(configuration.steps), Double(classCount))
        func encoded(_ width: Double) -> Double {
            !configuration.convolution
                ? channels : configuration.encoderChannels > 0 ? Double(configuration.encoderChannels) : width
        }
        guard let size = try? QKFormerSize(configuration.model) else {
            let side = height
            let (half, quarter, eighth) = (
                (side / 2).rounded(.down), (side / 4).rounded(.down), (side / 8).rounded(.down)
            )
            let first = encoded(32)
            if configuration.convolution { add(weights: 9 * channels * first, outputs: first * side * side) }
            activity += steps * first * half * half
            add(weights: 9 * first * 64, outputs: steps * 64 * half * half)
            activity += steps * 64 * quarter * quarter
            add(weights: 9 * 64 * 128, outputs: steps * 128 * quarter * quarter)
            activity += steps * 128 * eighth * eighth
            parameters += 128 * eighth * eighth * classes
            return
        }
        let (last, middle, first) = (Double(size.width), Double(size.width) / 2, Double(size.width) / 4)
        let full = height * width
        let half = (height / 2).rounded(.up) * (width / 2).rounded(.up)
        let quarter = (height / 4).rounded(.up) * (width / 4).rounded(.up)
        /// A convolution with neurons behind it.
        func layer(
            _ inputs: Double, _ outputs: Double, kernel: Double, on pixels: Double, pooledTo fewer: Double? = nil
        ) {
            add(weights: kernel * inputs * outputs, outputs: steps * outputs * (pixels + (fewer ?? pixels)))
        }
        let front = encoded(first / 2)
        if configuration.convolution { add(weights: 9 * channels * front, outputs: front * full) }
        activity += steps * front * full
        layer(front, first, kernel: 9, on: full)
        layer(front, first, kernel: 1, on: full)
        func block(_ width: Double, projections: Double, on pixels: Double) {
            for _ in 0..<Int(projections) { layer(width, width, kernel: 1, on: pixels) }
            layer(width, 4 * width, kernel: 1, on: pixels)
            layer(4 * width, width, kernel: 1, on: pixels)
        }
        func embedding(_ outputs: Double, from pixels: Double, to fewer: Double) {
            layer(outputs / 2, outputs, kernel: 9, on: pixels)
            layer(outputs, outputs, kernel: 9, on: pixels, pooledTo: fewer)
            layer(outputs / 2, outputs, kernel: 1, on: fewer)
        }
        block(first, projections: 3, on: full)
        embedding(middle, from: full, to: half)
        block(middle, projections: 3, on: half)
        embedding(last, from: half, to: quarter)
        let before = self
        block(last, projections: 4, on: quarter)
        // All blocks of the last stage are alike.
        let blocks = Double(size.depth) - 3
        parameters += blocks * (parameters - before.parameters)
        activity += blocks * (activity - before.activity)
        parameters += last * classes
    }

    private mutating func add(weights: Double, outputs: Double) {
        parameters += weights
        activity += outputs
    }

    /// For training, in bytes.
    ///
    /// - Parameter batch: Images in a batch.
    func trainingBytes(batch: Int, precision: TrainingConfiguration.Precision) -> Double {
        16 * parameters + (precision == .fp32 ? 4 : 2) * activity * Double(batch)
    }
}

extension TrainingConfiguration {
    /// Throws if training, or the network itself, would not fit in this machine's memory.
    ///
    /// - Parameters:
    ///   - imageShape: [C, H, W]
    ///   - trainCount: How many images there are to train on.
    ///   - memory: Of this machine, in bytes.
    public func checkMemory(
        imageShape: [Int], classCount: Int, trainCount: Int, device: Device = .cpu,
        memory: Double = Double(ProcessInfo.processInfo.physicalMemory)
    ) throws(TrainingError) {
        let estimate = MemoryEstimate(self, imageShape: imageShape, classCount: classCount)
        let size = imageShape.dropFirst().map(String.init).joined(separator: " × ")
        guard 16 * estimate.parameters <= memory else {
            throw TrainingError(
                "model \(model): its \(Self.readable(estimate.parameters / 1e6)) million parameters, with all that training keeps of each, "
                    + "take \(Self.gigabytes(16 * estimate.parameters)); this machine has \(Self.gigabytes(memory)). "
                    + "Choose a smaller model, or a smaller side")
        }
        // Other devices have memory of their own, and say when it is full.
        guard device == .cpu else { return }
        let batch = min(self.batch, trainCount)
        let bytes = estimate.trainingBytes(batch: batch, precision: precision)
        guard bytes <= memory else {
            throw TrainingError(
                "batch \(batch), steps \(steps), images of \(size) pixels: training \(model) takes at least "
                    + "\(Self.gigabytes(bytes)); this machine has \(Self.gigabytes(memory)). Lower batch, steps, "
                    + "encoder-channels or side")
        }
    }

    private static func gigabytes(_ bytes: Double) -> String { readable(bytes / 1e9) + " GB" }

    /// Such as `12.5`, or `1.2e+12`.
    private static func readable(_ number: Double) -> String { String(format: number < 1e6 ? "%.1f" : "%.2g", number) }
}
