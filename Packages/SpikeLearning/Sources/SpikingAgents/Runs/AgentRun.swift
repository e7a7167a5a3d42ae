import ArrayFiles
import Foundation
import SpikeEncoding
import SpikeGym
import TorchModules
import TorchTensors

/// A run's folder: `configuration.json`, `updates.jsonl`, `episodes.jsonl`, and `weights.safetensors`, the best so far.
public struct AgentRun: Sendable {
    public let folder: String
    public let configuration: AgentConfiguration
    public let seed: UInt64

    /// What `configuration.json` holds.
    private struct Settings: Codable {
        let format: String
        let seed: UInt64
        let configuration: AgentConfiguration
    }

    private static let format = "spikekit agent 1"

    private var configurationPath: String { "\(folder)/configuration.json" }
    var updatesPath: String { "\(folder)/updates.jsonl" }
    var episodesPath: String { "\(folder)/episodes.jsonl" }
    var evaluationsPath: String { "\(folder)/evaluations.jsonl" }
    private var weightsPath: String { "\(folder)/weights.safetensors" }

    /// Begins a run in a folder, which is made if it is not there.
    ///
    /// - Throws: `AgentError` if the folder holds a run already, or for a value outside its range; `FileError`.
    init(_ configuration: AgentConfiguration, seed: UInt64, folder: String) throws {
        try configuration.check("settings")
        self.folder = folder
        self.configuration = configuration
        self.seed = seed
        guard !FileManager.default.fileExists(atPath: configurationPath) else {
            throw AgentError("\(folder): holds a run already; choose another folder, or remove it")
        }
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        } catch {
            throw AgentError("\(folder): the folder cannot be made; choose another place")
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        try AtomicFile.write(
            encoder.encode(Settings(format: Self.format, seed: seed, configuration: configuration)) + Data("\n".utf8),
            to: configurationPath)
    }

    /// Opens a run.
    ///
    /// - Throws: `AgentError` if the folder holds none.
    public init(_ folder: String) throws {
        self.folder = folder
        let path = "\(folder)/configuration.json"
        guard let data = FileManager.default.contents(atPath: path) else {
            throw AgentError("\(path): cannot be read; name the folder of a run of `spike gym train`")
        }
        let settings: Settings
        do {
            settings = try JSONDecoder().decode(Settings.self, from: data)
        } catch {
            throw AgentError("\(path): these are no settings of an agent: \(Self.complaint(error))")
        }
        guard settings.format == Self.format else {
            throw AgentError("\(path): the format is \(settings.format), not \(Self.format)")
        }
        configuration = settings.configuration
        seed = settings.seed
        try configuration.check(path)
    }

    private static func complaint(_ error: any Error) -> String {
        switch error as? DecodingError {
        case .keyNotFound(let key, _): "\(key.stringValue) is missing"
        case .typeMismatch(_, let context), .valueNotFound(_, let context):
            "\(context.codingPath.map(\.stringValue).joined(separator: ".")) is of another type"
        case .dataCorrupted(let context):
            context.underlyingError == nil ? context.debugDescription : "it is not valid JSON"
        default: "\(error)"
        }
    }

    /// The trained policy.
    ///
    /// - Throws: `AgentError` if there is none yet, or the environment has other observations; `FileError` or
    ///   `TensorError` for weights that are damaged or do not fit.
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
        var random = RandomSource(seed: 0)
        let policy = try SpikingPolicy(configuration.policyShape(environment.actionSpace), random: &random)
        do {
            try policy.load(state: Safetensors.read(weightsPath).tensors)
        } catch let error as TensorError {
            throw AgentError("\(weightsPath): \(error)")
        }
        try policy.to(device)
        policy.evaluate()
        return policy
    }

    func write(_ policy: SpikingPolicy) throws {
        try Safetensors.write(policy.state(), metadata: ["environment": configuration.environment], to: weightsPath)
    }

    /// Writes values as lines of JSON, whole or not at all.
    func write(_ values: [some Encodable], to path: String) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        let lines = try values.map { String(decoding: try encoder.encode($0), as: UTF8.self) + "\n" }
        try AtomicFile.write(lines.joined(), to: path)
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

/// The figures of a run.
public struct AgentRecords: Sendable {
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
