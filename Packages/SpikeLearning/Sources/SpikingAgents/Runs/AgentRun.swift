import ArrayFiles
import Foundation
import SpikeGym
import TorchModules
import TorchTensors

/// A run's folder: `configuration.json`, `updates.jsonl`, `episodes.jsonl`, `evaluations.jsonl`,
/// `weights.safetensors`, the best so far, and `checkpoint.safetensors`, which training goes on from.
public struct AgentRun: Sendable {
    public let folder: String
    public var configuration: AgentConfiguration { description.configuration }
    public var seed: UInt64 { description.seed }
    let description: AgentDescription

    private var configurationPath: String { "\(folder)/configuration.json" }
    var updatesPath: String { "\(folder)/updates.jsonl" }
    var episodesPath: String { "\(folder)/episodes.jsonl" }
    var evaluationsPath: String { "\(folder)/evaluations.jsonl" }
    var weightsPath: String { "\(folder)/weights.safetensors" }
    var checkpointPath: String { "\(folder)/checkpoint.safetensors" }

    /// Begins a run in a folder, which is made if it is not there, or goes on with the run that it holds.
    ///
    /// - Returns: The run, and the lock on its folder, to be held while its files are written.
    /// - Throws: `AgentError` if the folder holds a run with other settings or another seed, or remains of one, or for
    ///   a value outside its range; `FileError` if another process trains there, or a file cannot be written.
    static func open(
        _ configuration: AgentConfiguration, seed: UInt64, folder: String
    ) throws -> (run: AgentRun, lock: FolderLock) {
        try configuration.check("settings")
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        } catch {
            throw AgentError("\(folder): the folder cannot be made; choose another place")
        }
        let lock = try FolderLock(folder)
        let run = AgentRun(folder: folder, description: AgentDescription(configuration, seed: seed))
        func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }
        if exists(run.configurationPath) {
            let differences = run.description.differences(from: try AgentRun(folder).description)
            guard differences.isEmpty else {
                throw AgentError(
                    "\(folder): holds a run with other settings: \(differences.summary); repeat its own command to go "
                        + "on with it, or choose another folder")
            }
        } else if let remains = [run.checkpointPath, run.weightsPath].first(where: exists) {
            throw AgentError(
                "\(remains): is of a run whose configuration.json is not there; choose another folder, or remove it")
        } else {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
            try AtomicFile.write(encoder.encode(run.description) + Data("\n".utf8), to: run.configurationPath)
        }
        let paths = [run.updatesPath, run.episodesPath, run.evaluationsPath, run.weightsPath, run.checkpointPath]
        // Nobody else writes here now.
        for path in paths + [run.configurationPath] { AtomicFile.removeLeftovers(of: path) }
        return (run, lock)
    }

    private init(folder: String, description: AgentDescription) {
        self.folder = folder
        self.description = description
    }

    /// Opens a run.
    ///
    /// - Throws: `AgentError` if the folder holds none.
    public init(_ folder: String) throws {
        let path = "\(folder)/configuration.json"
        guard let data = FileManager.default.contents(atPath: path) else {
            throw AgentError("\(path): cannot be read; name the folder of a run of `spike gym train`")
        }
        self.init(folder: folder, description: try AgentDescription(json: data, path: path))
    }

    /// The trained policy.
    ///
    /// - Throws: `AgentError` if there is none yet, it is another run's or holds NaN, or the environment has other
    ///   observations; `FileError` or `TensorError` for weights that are damaged or do not fit.
    public func policy(for environment: any VectorEnvironment, device: Device = .cpu) throws -> SpikingPolicy {
        let features = configuration.encoder.scaler.featureCount
        guard environment.observationSpace.count == features else {
            throw AgentError(
                "\(folder): the agent saw \(features) features, and \(environment.name) has "
                    + "\(environment.observationSpace.count)")
        }
        guard FileManager.default.fileExists(atPath: weightsPath) else {
            throw AgentError("\(weightsPath): is not there; the run was ended before its first evaluation")
        }
        let shape = configuration.policyShape(environment.actionSpace)
        try configuration.checkMemory(shape, isTraining: false, "\(folder)/configuration.json")
        let (tensors, texts) = try Safetensors.read(weightsPath)
        try check(texts, of: weightsPath)
        try requireFinite(tensors, weightsPath)
        var random = RandomSource(seed: 0)
        let policy = try SpikingPolicy(shape, random: &random)
        do {
            try policy.load(state: tensors)
        } catch {
            throw AgentError("\(weightsPath): \(error)")
        }
        try policy.to(device)
        policy.evaluate()
        return policy
    }

    /// Writes weights, to be read by `policy`.
    func writeWeights(_ state: [String: Tensor]) throws {
        try Safetensors.write(state, metadata: metadata(), to: weightsPath)
    }

    /// Texts that say which run a file is of.
    func metadata() throws -> [String: String] { ["run": try jsonText(description)] }

    /// - Parameter texts: Of a file; those of older files do not name their run.
    /// - Throws: `AgentError` if they are of another run.
    func check(_ texts: [String: String], of path: String) throws(AgentError) {
        guard let text = texts["run"] else { return }
        let differences = description.differences(from: try AgentDescription(json: Data(text.utf8), path: path))
        guard differences.isEmpty else {
            throw AgentError(
                "\(path): is of another run than configuration.json: \(differences.summary); put the run's own file there"
            )
        }
    }

    /// Writes values as lines of JSON, whole or not at all.
    func write(_ values: [some Encodable], to path: String) throws {
        try AtomicFile.write(values.map { try jsonText($0) + "\n" }.joined(), to: path)
    }

    /// The figures of updates, episodes and evaluations that the folder holds; none where a file is not there yet.
    ///
    /// - Throws: `AgentError` for a line that is none.
    public func records() throws -> AgentRecords {
        AgentRecords(
            updates: try read(updatesPath), episodes: try read(episodesPath), evaluations: try read(evaluationsPath))
    }

    private func read<Value: Decodable>(_ path: String) throws -> [Value] {
        guard let data = FileManager.default.contents(atPath: path) else { return [] }
        return try String(decoding: data, as: UTF8.self).split(separator: "\n").enumerated().map { index, line in
            guard let value = try? JSONDecoder().decode(Value.self, from: Data(line.utf8)) else {
                throw AgentError("\(path), line \(index + 1): holds no figures of a run")
            }
            return value
        }
    }
}

/// - Throws: `AgentError` naming a tensor with NaN or infinity in it.
func requireFinite(_ tensors: [String: Tensor], _ path: String) throws {
    for (name, tensor) in tensors.sorted(by: { $0.key < $1.key }) where tensor.dtype.isFloatingPoint {
        guard try tensor.isFinite().all() else {
            throw AgentError("\(path): \(name) holds NaN or infinity; the file is damaged, or training diverged")
        }
    }
}

/// The figures of a run.
public struct AgentRecords: Codable, Hashable, Sendable {
    public var updates: [UpdateRecord] = []
    public var episodes: [EpisodeRecord] = []
    public var evaluations: [EvaluationRecord] = []
}

/// An episode that came to an end in training.
public struct EpisodeRecord: Codable, Hashable, Sendable {
    /// Steps of all copies when it ended.
    public let step: Int
    /// The undiscounted sum of its rewards.
    public let total: Double
    public let length: Int

    enum CodingKeys: String, CodingKey {
        case step, length
        case total = "return"
    }
}

/// What an update learned from and how.
public struct UpdateRecord: Codable, Hashable, Sendable {
    /// From 1.
    public let update: Int
    /// Steps of all copies so far.
    public let step: Int
    /// The mean over the last hundred episodes; nil before the first ended.
    public let meanReturn: Double?
    public let policyLoss: Double
    public let valueLoss: Double
    /// Of the actions, in nats.
    public let entropy: Double
    public let learningRate: Double
    /// Since the run began, with evaluations.
    public let seconds: Double
}

/// How the agent did in between.
public struct EvaluationRecord: Codable, Hashable, Sendable {
    /// Steps of all copies so far.
    public let step: Int
    public let meanReturn: Double
    public let standardDeviation: Double
    public let episodes: Int
}
