import ArrayFiles
import Foundation
import TorchModules
import TorchTensors

/// All that a run goes on from, in one file, which is there as a whole or not at all.
///
/// Tensors are named `model.…` and `optimizer.…`; the progress is a text beside them. Random numbers need no state: they
/// follow from the seed, the epoch and the batch.
struct Checkpoint {
    /// Where a run stands.
    struct Progress: Codable, Equatable {
        /// The epoch under way, from 0, and how many of its batches are done.
        var epoch = 0
        var batch = 0
        /// Sums over this epoch's batches so far.
        var lossSum = 0.0
        var correct = 0
        var images = 0
        /// Of training, in all sessions.
        var seconds = 0.0

        enum CodingKeys: String, CodingKey {
            case epoch, batch, lossSum, correct, seconds
            /// The key that checkpoints have had from the first version on.
            case images = "pictures"
        }

        /// Whether a run of so many epochs, batches and images can stand there.
        func isPlausible(epochs: Int, batchCount: Int, imageCount: Int) -> Bool {
            let isAtStart = batch == 0 && images == 0 && correct == 0
            return 0...epochs ~= epoch && 0...batchCount ~= batch && 0...imageCount ~= images
                && 0...images ~= correct && (isAtStart || batch > 0 && images > 0 && epoch < epochs)
                && lossSum.isFinite && 0...1e12 ~= seconds
        }
    }

    static func write(
        _ progress: Progress, of run: RunDescription, _ network: any Layer, _ optimizer: any Optimizer, to path: String
    ) throws {
        var tensors: [String: Tensor] = [:]
        for (name, tensor) in try network.state() { tensors["model.\(name)"] = tensor }
        for (name, tensor) in try optimizer.state() { tensors["optimizer.\(name)"] = tensor }
        try Safetensors.write(
            tensors, metadata: ["progress": jsonText(progress), "run": jsonText(run)], to: path)
    }

    /// As `RunDescription.precedesDropLast`, of the run that the file is of; nil if there is none.
    static func precedesDropLast(_ path: String) -> Bool? {
        guard let text = try? Safetensors.metadata(path)["run"] else { return nil }
        return (try? JSONDecoder().decode(RunDescription.self, from: Data(text.utf8)))?.precedesDropLast
    }

    /// Gives network and optimizer what the file holds, and says where the run stood; nil if there is no file.
    ///
    /// - Parameter dataMayDiffer: Whether its images may be others, or are known to be the same.
    static func load(
        _ path: String, of run: RunDescription, dataMayDiffer: Bool, into network: any Layer, _ optimizer: any Optimizer
    ) throws -> Progress? {
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        let (tensors, texts) = try Safetensors.read(path)
        let decoder = JSONDecoder()
        guard let progress = try? decoder.decode(Progress.self, from: Data((texts["progress"] ?? "").utf8)),
            let found = try? decoder.decode(RunDescription.self, from: Data((texts["run"] ?? "").utf8))
        else { throw TrainingError("\(path): this is no checkpoint of a run; choose another output folder") }
        if !(dataMayDiffer && found.agrees(with: run)) { try found.requireSame(as: run, path) }
        func part(_ prefix: String) -> [String: Tensor] {
            var part: [String: Tensor] = [:]
            for (name, tensor) in tensors where name.hasPrefix(prefix) {
                part[String(name.dropFirst(prefix.count))] = tensor
            }
            return part
        }
        do {
            try network.load(state: part("model."))
            try optimizer.load(state: part("optimizer."))
        } catch {
            throw TrainingError("\(path): \(error)")
        }
        if let name = try network.notFinite() ?? optimizer.notFinite() {
            throw TrainingError(
                "\(path): \(name) holds numbers that are not finite; remove the run's folder and train again")
        }
        return progress
    }
}

extension Module {
    /// The first tensor, by name, that holds NaN or infinity; nil if all numbers are finite.
    public func notFinite() throws(TensorError) -> String? { try firstNotFinite(state()) }
}

extension Optimizer {
    /// As that of a module.
    func notFinite() throws(TensorError) -> String? { try firstNotFinite(state()) }
}

private func firstNotFinite(_ state: [String: Tensor]) throws(TensorError) -> String? {
    for (name, tensor) in state.sorted(by: { $0.key < $1.key }) where tensor.dtype.isFloatingPoint {
        if try !tensor.isFinite().all() { return name }
    }
    return nil
}

/// As JSON in one line, the same for the same value.
func jsonText(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    return String(decoding: try encoder.encode(value), as: UTF8.self)
}
