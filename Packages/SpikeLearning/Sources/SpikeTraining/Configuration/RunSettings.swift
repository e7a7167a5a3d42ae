import ArrayFiles
import Foundation
import SpikeDatasets
import Yams

/// The settings of a classifier's run, as in its file `configuration.yaml`.
public typealias RunSettings = SettingsFile<TrainingConfiguration>

/// The content of the file `configuration.yaml`, from which a run can be repeated: the configuration, the seed, and the
/// folder of the images.
public struct SettingsFile<Configuration: RunConfiguration>: Sendable, Equatable {
    /// The settings of the run.
    public var configuration: Configuration
    /// The seed of all random numbers of the run; `nil` if the file does not contain it.
    public var seed: UInt64?
    /// The folder of the data set; `nil` for a data set that is found by its name.
    public var data: String?
    /// The names of the settings that the file contains.
    private(set) var names: Set<String> = []

    /// Two values are equal if their configuration, seed and data folder are equal.
    public static func == (a: SettingsFile, b: SettingsFile) -> Bool {
        (a.configuration, a.seed, a.data) == (b.configuration, b.seed, b.data)
    }

    /// Creates settings.
    ///
    /// - Parameters:
    ///   - configuration: The settings of the run.
    ///   - seed: The seed of all random numbers of the run, if it is known.
    ///   - data: The folder of the data set; `nil` for a data set that is found by its name.
    public init(
        _ configuration: Configuration = Configuration(), seed: UInt64? = nil, data: String? = nil
    ) {
        self.configuration = configuration
        self.seed = seed
        self.data = data
    }

    /// Reads a YAML file.
    ///
    /// - Parameter path: The path of the file, of at most 1,000,000 bytes.
    /// - Throws: `TrainingError` if the file cannot be read, or as `init(yaml:path:)` does.
    public init(file path: String) throws(TrainingError) {
        try self.init(yaml: Self.text(path), path: path)
    }

    /// Returns the texts of some settings of a file, without a look at the others.
    static func values(_ names: [String], file path: String) throws(TrainingError) -> [String: String] {
        var values: [String: String] = [:]
        for (key, node) in try pairs(text(path), path) {
            if let name = key.string, names.contains(name), let text = node.scalar?.string { values[name] = text }
        }
        return values
    }

    private static func text(_ path: String) throws(TrainingError) -> String {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw TrainingError("\(path): cannot be read; check the path")
        }
        guard data.count <= 1_000_000 else {
            throw TrainingError("\(path): holds \(data.count) bytes, far more than settings take; check the path")
        }
        guard let text = String(data: data, encoding: .utf8) else {
            throw TrainingError("\(path): is not text in UTF-8; save it as such")
        }
        return text
    }

    /// Reads YAML. Settings that the text does not name have their defaults.
    ///
    /// - Parameters:
    ///   - yaml: The text.
    ///   - path: The path of the file, for messages.
    /// - Throws: `TrainingError` that names the line and the setting, if a name is unknown or occurs twice, or if a
    ///   value is missing, of the wrong kind or out of range. Settings that exclude each other are reported by
    ///   `RunConfiguration.check` instead.
    public init(yaml: String, path: String) throws(TrainingError) {
        try self.init(Self.pairs(yaml, path), origin: path, namesLines: true)
    }

    private init(_ pairs: [(key: Node, value: Node)], origin: String, namesLines: Bool) throws(TrainingError) {
        self.init()
        let kinds = Dictionary(uniqueKeysWithValues: Configuration.kinds.map { ($0.name, $0.kind) })
        var values: [(Node, Node)] = []
        for (key, node) in pairs {
            let place = namesLines ? key.mark.map { "\(origin), line \($0.line)" } ?? origin : origin
            guard let name = key.scalar?.string else {
                throw TrainingError("\(place): a setting begins with its name, such as epochs: 5")
            }
            func problem(_ text: String) -> TrainingError { TrainingError("\(place): \(name) \(text)") }
            names.insert(name)
            if let kind = kinds[name] {
                values.append((Node(name), try kind.node(node, problem: problem)))
            } else if name == "seed" {
                seed = try Self.seed(node, problem)
            } else if name == "data" {
                guard let text = node.scalar?.string, !text.isEmpty, !node.isEmptySetting else {
                    throw problem("must be a folder; write one, or remove the line")
                }
                data = text
            } else {
                throw TrainingError("\(place): \(Self.unknown(name, kinds.keys.sorted() + ["seed", "data"]))")
            }
        }
        do {
            configuration = try YAMLDecoder().decode(Configuration.self, from: Node(values))
        } catch {
            throw TrainingError("\(origin): these settings cannot be used: \(decodingProblem(error))")
        }
    }

    /// Changes one setting.
    ///
    /// - Parameters:
    ///   - assignment: The name and the new value as in YAML, such as `learning-rate=2e-3`.
    ///   - origin: The beginning of error messages.
    /// - Throws: `TrainingError`, as reading YAML does.
    public mutating func set(_ assignment: String, origin: String) throws {
        let parts = assignment.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty, !assignment.contains(where: \.isNewline) else {
            throw TrainingError("\(origin): write name=value, such as learning-rate=2e-3; got \(assignment)")
        }
        let name = String(parts[0])
        let others = pairs.filter { $0.key.string != name }
        self = try Self(
            others + Self.pairs("\(name): \(parts[1])", origin), origin: origin, namesLines: false)
    }

    /// Returns all settings as YAML, including defaults, in the order of their declaration, followed by the seed and
    /// the data folder if they are known. Reading the text gives the same numbers.
    public func yaml() throws -> String {
        try Yams.serialize(node: Node(pairs.map { ($0.key, $0.value) }), width: -1, allowUnicode: true)
    }

    private var pairs: [(key: Node, value: Node)] {
        var pairs = configuration.settings.map { (key: Node($0.name), value: Self.node($0.value)) }
        if let seed { pairs.append((Node("seed"), Node("\(seed)", .implicit, .plain))) }
        if let data { pairs.append((Node("data"), Node(data, .implicit, .doubleQuoted))) }
        return pairs
    }

    private static func node(_ value: Any) -> Node {
        switch value {
        case let list as [TrainingConfiguration.Learned]: Node(list.map { Node($0.rawValue) }, .implicit, .flow)
        case let choice as any RawRepresentable: Node("\(choice.rawValue)")
        case let text as String: Node(text)
        default: Node("\(value)", .implicit, .plain)
        }
    }

    private static func seed(_ node: Node, _ problem: (String) -> TrainingError) throws(TrainingError) -> UInt64 {
        let text = node.scalar?.string ?? "another structure"
        guard text.isWholeNumber, !text.hasLeadingZero, let seed = UInt64(text) else {
            throw problem("must be a whole number within 0...\(UInt64.max), got \(text.isEmpty ? "nothing" : text)")
        }
        return seed
    }

    /// Returns the settings that the text names, in the order of the text.
    private static func pairs(_ yaml: String, _ path: String) throws(TrainingError) -> [(key: Node, value: Node)] {
        do {
            // `nil` means that the text is empty or contains only comments.
            guard let node = try Yams.compose(yaml: yaml), !node.isEmptySetting else { return [] }
            guard let mapping = node.mapping else {
                throw TrainingError("\(path): settings are lines such as epochs: 5; got something else")
            }
            return mapping.map { ($0.key, $0.value) }
        } catch let error as TrainingError {
            throw error
        } catch {
            let problem = YAMLProblem(error, in: yaml)
            let place = "\(path)\(problem.line.map { ", line \($0)" } ?? "")"
            if let key = problem.repeatedKey {
                throw TrainingError("\(place): \(key) is there twice; keep one of them")
            }
            let reason = problem.reason.map { " (\($0))" } ?? ""
            throw TrainingError("\(place): is not YAML\(reason); settings are lines such as epochs: 5")
        }
    }

    /// Returns a message about an unknown name, with the nearest known name or all of them.
    private static func unknown(_ name: String, _ known: [String]) -> String {
        let nearest = known.map { (name: $0, distance: editDistance($0, name)) }.min { $0.distance < $1.distance }!
        let text = "there is no setting \(name.prefix(60))"
        return nearest.distance <= max(2, name.count / 2)
            ? "\(text); did you mean \(nearest.name)?" : "\(text); there are \(known.joined(separator: ", "))"
    }

    /// Returns the number of letters to insert, delete or replace to turn one text into the other (Levenshtein).
    private static func editDistance(_ a: String, _ b: String) -> Int {
        let (a, b) = (Array(a.prefix(100)), Array(b.prefix(100)))
        var row = Array(0...b.count)
        for (i, letter) in a.enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for j in b.indices {
                let replaced = diagonal + (b[j] == letter ? 0 : 1)
                diagonal = row[j + 1]
                row[j + 1] = min(replaced, row[j] + 1, row[j + 1] + 1)
            }
        }
        return row[b.count]
    }
}
