import ArrayFiles
import Foundation
import SpikeGym
import TorchModules
import TorchTensors

/// The folder of a training run.
///
/// It holds `configuration.json`, the figures in `updates.jsonl`, `episodes.jsonl` and `evaluations.jsonl`, the best
/// weights so far in `weights.safetensors`, and `checkpoint.safetensors`, which training continues from.
public struct AgentRun: Sendable {
    /// The path of the folder.
    public let folder: String
    /// The settings of the run.
    public var configuration: AgentConfiguration { description.configuration }
    /// The seed of the run.
    public var seed: UInt64 { description.seed }
    let description: AgentDescription

    private var configurationPath: String { "\(folder)/configuration.json" }
    var updatesPath: String { "\(folder)/updates.jsonl" }
    var episodesPath: String { "\(folder)/episodes.jsonl" }
    var evaluationsPath: String { "\(folder)/evaluations.jsonl" }
    var weightsPath: String { "\(folder)/weights.safetensors" }
    var checkpointPath: String { "\(folder)/checkpoint.safetensors" }

    /// Begins a run in a folder, which is created if it does not exist, or opens the run that it holds in order to
    /// continue it.
    ///
    /// - Returns: The run, and the lock on its folder, to be held while files are written there.
    /// - Throws: `AgentError` if a setting is outside its range, or the folder holds a run with other settings or
    ///   another seed, or files of a run without its `configuration.json`; `FileError` if another process trains there,
    ///   or a file cannot be written.
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
        // The lock is held, so that no other process writes here.
        for path in paths + [run.configurationPath] { AtomicFile.removeLeftovers(of: path) }
        return (run, lock)
    }

    private init(folder: String, description: AgentDescription) {
        self.folder = folder
        self.description = description
    }

    /// Opens an existing run.
    ///
    /// - Parameter folder: The path of the run's folder.
    /// - Throws: `AgentError` if the folder holds no run, or its `configuration.json` cannot be read or is damaged.
    public init(_ folder: String) throws {
        let path = "\(folder)/configuration.json"
        guard let data = FileManager.default.contents(atPath: path) else {
            if FileManager.default.fileExists(atPath: path) {
                throw AgentError("\(path): cannot be read; check its permissions")
            }
            let below = Self.names(below: folder)
            throw AgentError(
                below.isEmpty
                    ? "\(folder): there is no run in it; name the folder of a run of `spike gym train`"
                    : "\(folder): holds the runs \(below.joined(separator: ", ")); name one of their folders")
        }
        self.init(folder: folder, description: try AgentDescription(json: data, path: path))
    }

    /// Checks that a folder for one run does not hold the folders of several, and the other way round.
    ///
    /// - Parameters:
    ///   - isSingle: True for the folder of one run; false for a folder that holds several runs in folders of their
    ///     own.
    ///   - folder: The path of the folder, which need not exist.
    /// - Throws: `AgentError` if the folder holds runs in the other way.
    public static func requireLayout(isSingle: Bool, in folder: String) throws(AgentError) {
        let isRun = FileManager.default.fileExists(atPath: "\(folder)/configuration.json")
        let below = names(below: folder)
        if !isSingle, isRun {
            throw AgentError("\(folder): holds a single run; name another output folder for the runs of several seeds")
        }
        if isSingle, !isRun, !below.isEmpty {
            throw AgentError(
                "\(folder): holds the runs \(below.joined(separator: ", ")); name one of their folders to go on with it, or "
                    + "another output folder for a single run")
        }
    }

    /// The names of the folders directly below `folder` that hold a run, sorted by name, with numbers in the order of
    /// their values.
    private static func names(below folder: String) -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [])
            .filter { FileManager.default.fileExists(atPath: "\(folder)/\($0)/configuration.json") }
            .sorted(by: isNaturallyBefore)
    }

    /// Reads the trained policy, with the weights that were kept.
    ///
    /// - Parameters:
    ///   - environment: The environment that the policy is to act in.
    ///   - device: The device to put the policy on.
    /// - Returns: The policy in evaluation mode.
    /// - Throws: `AgentError` if there are no weights yet, they belong to another run, do not fit or hold NaN or
    ///   infinity, or the environment has another number of features; `FileError` or `TensorError` if the file is
    ///   damaged.
    public func policy(for environment: any VectorEnvironment, device: Device = .cpu) throws -> SpikingPolicy {
        let features = configuration.encoder.scaler.featureCount
        guard environment.observationSpace.count == features else {
            throw AgentError(
                "\(folder): the agent saw \(counted(features, "feature")), and \(environment.name) has "
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

    /// Writes the weights that `policy` reads.
    func writeWeights(_ state: [String: Tensor]) throws {
        try Safetensors.write(state, metadata: metadata(), to: weightsPath)
    }

    /// The metadata that tells which run a file belongs to.
    func metadata() throws -> [String: String] { ["run": try jsonText(description)] }

    /// Checks that a file belongs to this run.
    ///
    /// - Parameters:
    ///   - texts: The file's metadata. Files of older versions do not name their run, and pass.
    ///   - path: The path of the file, named in the error.
    /// - Throws: `AgentError` if the file belongs to another run.
    func check(_ texts: [String: String], of path: String) throws(AgentError) {
        guard let text = texts["run"] else { return }
        let differences = description.differences(from: try AgentDescription(json: Data(text.utf8), path: path))
        guard differences.isEmpty else {
            throw AgentError(
                "\(path): is of another run than configuration.json: \(differences.summary); put the run's own file there"
            )
        }
    }

    /// Writes values as JSON, one per line; the file is written whole or not at all.
    func write(_ values: [some Encodable], to path: String) throws {
        try AtomicFile.write(values.map { try jsonText($0) + "\n" }.joined(), to: path)
    }

    /// Reads the figures of updates, episodes and evaluations. A file that does not exist yet counts as empty.
    ///
    /// - Throws: `AgentError`, which names a line that cannot be read.
    public func records() throws -> AgentRecords {
        AgentRecords(
            updates: try read(updatesPath), episodes: try read(episodesPath), evaluations: try read(evaluationsPath))
    }

    private func read<Value: Decodable>(_ path: String) throws -> [Value] {
        guard let data = FileManager.default.contents(atPath: path) else { return [] }
        return try String(decoding: data, as: UTF8.self).split(separator: "\n").enumerated().map { index, line in
            guard let value = try? JSONReader.decode(Value.self, from: Data(line.utf8)) else {
                throw AgentError("\(path), line \(index + 1): holds no figures of a run")
            }
            return value
        }
    }
}

/// Checks that all floating-point tensors are finite.
///
/// - Throws: `AgentError`, which names a tensor that holds NaN or infinity.
func requireFinite(_ tensors: [String: Tensor], _ path: String) throws {
    for (name, tensor) in tensors.sorted(by: { $0.key < $1.key }) where tensor.dtype.isFloatingPoint {
        guard try tensor.isFinite().all() else {
            throw AgentError("\(path): \(name) holds NaN or infinity; the file is damaged, or training diverged")
        }
    }
}

/// The figures of a training run.
public struct AgentRecords: Codable, Hashable, Sendable {
    /// The figures of the updates, in order.
    public var updates: [UpdateRecord] = []
    /// The episodes that ended, in order.
    public var episodes: [EpisodeRecord] = []
    /// The evaluations, in order.
    public var evaluations: [EvaluationRecord] = []
}

/// The length and return of an episode that ended in training.
public struct EpisodeRecord: Codable, Hashable, Sendable {
    /// The number of steps, summed over all environments, when the episode ended.
    public let step: Int
    /// The undiscounted sum of the episode's rewards.
    public let total: Double
    /// The number of steps of the episode.
    public let length: Int

    enum CodingKeys: String, CodingKey {
        case step, length
        case total = "return"
    }
}

/// The figures of one update.
public struct UpdateRecord: Codable, Hashable, Sendable {
    /// The number of the update, from 1.
    public let update: Int
    /// The number of steps so far, summed over all environments.
    public let step: Int
    /// The mean return of the last hundred episodes; `nil` if none has ended yet.
    public let meanReturn: Double?
    /// The mean loss of the actor over the update's minibatches.
    public let policyLoss: Double
    /// The mean loss of the critic over the update's minibatches.
    public let valueLoss: Double
    /// The mean entropy of the action distributions, in nats.
    public let entropy: Double
    /// The learning rate of the update.
    public let learningRate: Double
    /// The duration of training so far in seconds, including evaluations, summed over all starts of the run.
    public let seconds: Double
}

/// The result of one evaluation during training.
public struct EvaluationRecord: Codable, Hashable, Sendable {
    /// The number of steps so far, summed over all environments.
    public let step: Int
    /// The mean return of the episodes.
    public let meanReturn: Double
    /// The sample standard deviation of the returns (n − 1); 0 for one episode.
    public let standardDeviation: Double
    /// The number of episodes.
    public let episodes: Int
}
