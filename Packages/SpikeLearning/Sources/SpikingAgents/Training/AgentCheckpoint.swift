import ArrayFiles
import Foundation
import SpikeGym
import TorchModules
import TorchTensors

/// The complete state that a run continues from, in one file that is written whole or not at all.
///
/// Tensors are named `policy.…`, `optimizer.…` and `best.…`; `progress` holds JSON as bytes. No random state is stored:
/// random numbers follow from the seed and the step.
struct AgentCheckpoint {
    /// The state of a run between two updates, without its tensors.
    struct Progress: Codable {
        var update = 0
        /// The number of steps, summed over all environments.
        var step = 0
        /// The duration of training in seconds, summed over all starts of the run.
        var seconds = 0.0
        /// The evaluation of the weights that were kept.
        var best: AgentEvaluation?
        var isFinished = false
        var records = AgentRecords()
        /// The environment's saved state; `nil` if it cannot be saved.
        var environment: String?
        /// The encoder's state.
        var feed: ObservationEncoderState
        /// The sum of rewards of the current episode in each environment.
        var sums: [Double]
        /// The number of steps of the current episode in each environment.
        var lengths: [Int]
    }

    let progress: Progress
    let policy: [String: Tensor]
    let optimizer: [String: Tensor]
    /// The weights that were kept; empty before the first evaluation.
    let best: [String: Tensor]

    func write(of run: AgentRun) throws {
        var tensors: [String: Tensor] = ["progress": try Tensor(Array(jsonText(progress).utf8))]
        for (prefix, part) in [("policy", policy), ("optimizer", optimizer), ("best", best)] {
            for (name, tensor) in part { tensors["\(prefix).\(name)"] = tensor }
        }
        try Safetensors.write(tensors, metadata: run.metadata(), to: run.checkpointPath)
    }

    /// Reads and checks a run's checkpoint.
    ///
    /// - Returns: The checkpoint, or `nil` if the run has none yet.
    /// - Throws: `AgentError`, `FileError` or `TensorError` if the file is damaged or belongs to another run.
    static func read(of run: AgentRun) throws -> AgentCheckpoint? {
        let path = run.checkpointPath
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        func damaged(_ problem: String) -> AgentError {
            AgentError("\(path): \(problem); remove it to begin the run anew")
        }
        let (tensors, texts) = try Safetensors.read(path)
        try run.check(texts, of: path)
        guard let text = tensors["progress"], text.dtype == .uint8, text.rank == 1 else {
            throw damaged("this is no checkpoint of an agent")
        }
        try requireFinite(tensors, path)
        let progress: Progress
        do {
            progress = try JSONReader.decode(Progress.self, from: Data(text.elements(as: UInt8.self)))
        } catch {
            throw damaged("its progress is damaged: \(decodingProblem(error))")
        }
        let copies = run.configuration.copies
        guard progress.isConsistent, progress.feed.batch == copies, progress.sums.count == copies,
            progress.lengths.count == copies,
            progress.feed.featureCount == run.configuration.encoder.scaler.featureCount,
            0...run.configuration.steps ~= progress.step
        else { throw damaged("its progress is damaged") }
        func part(_ prefix: String) -> [String: Tensor] {
            let own = tensors.filter { $0.key.hasPrefix(prefix) }.map {
                (String($0.key.dropFirst(prefix.count)), $0.value)
            }
            return Dictionary(uniqueKeysWithValues: own)
        }
        let best = part("best.")
        guard best.isEmpty == (progress.best == nil) else { throw damaged("it lacks the best weights") }
        return AgentCheckpoint(
            progress: progress, policy: part("policy."), optimizer: part("optimizer."), best: best)
    }
}

extension AgentCheckpoint.Progress {
    /// Whether all values are within ranges that are safe to compute with.
    fileprivate var isConsistent: Bool {
        let hasBest = best.map { !$0.returns.isEmpty && $0.returns.count == $0.lengths.count } ?? !isFinished
        return hasBest && 0...1_000_000_000 ~= update && seconds >= 0
            && lengths.allSatisfy { 0...1_000_000_000 ~= $0 } && sums.allSatisfy { abs($0) < 1e60 }
    }
}
