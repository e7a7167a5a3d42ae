import ArrayFiles
import Foundation
import TorchModules
import TorchTensors

/// Everything that a run needs to resume, in one file. The file is replaced as a whole, never in part.
///
/// The tensors are named `model.…` and `optimizer.…`; the progress and the description of the run are in the metadata.
/// Random numbers need no state, because they depend only on the seed, the epoch and the batch.
struct Checkpoint {
    /// The point that a run has reached.
    struct Progress: Codable, Equatable {
        /// The current epoch, from 0.
        var epoch = 0
        /// The number of finished batches of the current epoch.
        var batch = 0
        /// The sum of the losses over the images of the current epoch so far.
        var lossSum = 0.0
        /// The number of correctly classified images of the current epoch so far.
        var correct = 0
        /// The number of images of the current epoch that have been trained on so far.
        var images = 0
        /// The training time in seconds, over all sessions.
        var seconds = 0.0
        /// The sums of the parts of the losses over the images of the current epoch so far, for tasks whose loss has
        /// parts.
        var lossParts: [Double]?

        enum CodingKeys: String, CodingKey {
            case epoch, batch, lossSum, correct, seconds, lossParts
            /// The key that all versions of checkpoints have used.
            case images = "pictures"
        }

        /// Returns whether a run with these numbers of epochs, batches per epoch and images can have reached this
        /// point.
        func isPlausible(epochs: Int, batchCount: Int, imageCount: Int) -> Bool {
            let isAtStart = batch == 0 && images == 0 && correct == 0
            return 0...epochs ~= epoch && 0...batchCount ~= batch && 0...imageCount ~= images
                && 0...images ~= correct && (isAtStart || batch > 0 && images > 0 && epoch < epochs)
                && lossSum.isFinite && (lossParts ?? []).allSatisfy(\.isFinite) && 0...1e12 ~= seconds
        }
    }

    /// Writes a checkpoint.
    ///
    /// - Parameter state: The tensors of the run, such as `model.head.weight`.
    static func write(
        _ progress: Progress, of run: RunRecord<some RunConfiguration>, _ state: [String: Tensor], to path: String
    ) throws {
        try Safetensors.write(state, metadata: ["progress": jsonText(progress), "run": jsonText(run)], to: path)
    }

    /// Returns `RunDescription.precedesDropLast` of the run that wrote the checkpoint; `nil` if it has no value or
    /// there is no readable checkpoint.
    static func precedesDropLast(_ path: String) -> Bool? {
        (try? Safetensors.metadata(path)).flatMap { RunDescription(metadata: $0) }?.precedesDropLast
    }

    /// Reads a checkpoint.
    ///
    /// - Parameters:
    ///   - path: The path of the checkpoint.
    ///   - run: The run that is to resume.
    ///   - dataMayDiffer: Whether the run in the file may have other images, because these have been compared
    ///     elsewhere.
    ///   - load: Receives the tensors of the run, and gives them to network and optimizer.
    /// - Returns: The point that the run has reached; `nil` if there is no file.
    /// - Throws: `TrainingError` if the file is not a checkpoint of this run or its tensors do not fit; also the errors
    ///   of reading the file.
    static func load<Configuration>(
        _ path: String, of run: RunRecord<Configuration>, dataMayDiffer: Bool, _ load: ([String: Tensor]) throws -> Void
    ) throws -> Progress? {
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        let (tensors, texts) = try Safetensors.read(path)
        guard let progress = try? JSONReader.decode(Progress.self, from: Data((texts["progress"] ?? "").utf8)),
            let found = RunRecord<Configuration>(metadata: texts)
        else { throw TrainingError("\(path): this is no checkpoint of a run; choose another output folder") }
        if !(dataMayDiffer && found.agrees(with: run)) { try found.requireSame(as: run, path) }
        do {
            try load(tensors)
        } catch {
            throw TrainingError("\(path): \(error); put back the run's own file, or remove its folder and train again")
        }
        return progress
    }
}

extension [String: Tensor] {
    /// Returns the tensors whose names begin with a prefix, with the prefix removed from their names.
    func part(_ prefix: String) -> [String: Tensor] {
        var part: [String: Tensor] = [:]
        for (name, tensor) in self where name.hasPrefix(prefix) { part[String(name.dropFirst(prefix.count))] = tensor }
        return part
    }

    /// Adds tensors whose names get a prefix.
    mutating func add(_ part: [String: Tensor], prefix: String) {
        for (name, tensor) in part { self[prefix + name] = tensor }
    }
}

extension Optimizer {
    /// Returns a message that names the first tensor, in the order of names, that contains NaN or infinity; `nil` if
    /// all numbers are finite.
    func stateProblem() throws(TensorError) -> String? {
        for (name, tensor) in try state().sorted(by: { $0.key < $1.key }) where try !tensor.isFinite().all() {
            return "\(name) holds numbers that are not finite"
        }
        return nil
    }
}

/// Returns the value as JSON in one line; equal values give equal text.
func jsonText(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    return String(decoding: try encoder.encode(value), as: UTF8.self)
}
