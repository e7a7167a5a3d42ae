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
        var pictures = 0
        /// Of training, in all sessions.
        var seconds = 0.0
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
        guard found == run || dataMayDiffer && found.agrees(with: run) else {
            throw TrainingError(
                "\(path): belongs to a run with other settings, seed or pictures; choose another output folder, or the "
                    + "settings of configuration.yaml beside it")
        }
        func part(_ prefix: String) -> [String: Tensor] {
            var part: [String: Tensor] = [:]
            for (name, tensor) in tensors where name.hasPrefix(prefix) {
                part[String(name.dropFirst(prefix.count))] = tensor
            }
            return part
        }
        try network.load(state: part("model."))
        try optimizer.load(state: part("optimizer."))
        return progress
    }
}

/// As JSON in one line, the same for the same value.
func jsonText(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    return String(decoding: try encoder.encode(value), as: UTF8.self)
}
