import ArrayFiles
import Foundation
import SpikeGym
import TorchModules
import TorchTensors

/// All that a run goes on from, in one file, which is there as a whole or not at all.
///
/// Tensors are named `policy.…`, `optimizer.…` and `best.…`; `progress` is JSON, as bytes. Random numbers need no state:
/// they follow from the seed and the step.
struct AgentCheckpoint {
    /// Where a run stands, between two updates.
    struct Progress: Codable {
        var update = 0
        /// Of all copies.
        var step = 0
        /// Of training, in all sessions.
        var seconds = 0.0
        /// Of the weights that were kept.
        var best: AgentEvaluation?
        var isFinished = false
        var records = AgentRecords()
        /// Where the environment stands; nil if that cannot be saved.
        var environment: String?
        /// What the encoder remembers.
        var feed: ObservationEncoderState
        /// Of the episode under way in each copy.
        var sums: [Double]
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

    /// - Returns: Nil if the run has none yet.
    /// - Throws: `AgentError`, `FileError` or `TensorError` for a file that is damaged or another run's.
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
            progress = try JSONDecoder().decode(Progress.self, from: Data(text.elements(as: UInt8.self)))
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
    /// Whether nothing that is computed with it can go wrong.
    fileprivate var isConsistent: Bool {
        let hasBest = best.map { !$0.returns.isEmpty && $0.returns.count == $0.lengths.count } ?? !isFinished
        return hasBest && 0...1_000_000_000 ~= update && seconds >= 0
            && lengths.allSatisfy { 0...1_000_000_000 ~= $0 } && sums.allSatisfy { abs($0) < 1e60 }
    }
}
