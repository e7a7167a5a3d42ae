import ArrayFiles
import Foundation

/// The settings and seed that identify a run, written to `configuration.json` and to the metadata of the files of
/// weights.
struct AgentDescription: Codable, Hashable, Sendable {
    let format: String
    let seed: UInt64
    let configuration: AgentConfiguration

    static let currentFormat = "spikekit agent 1"

    init(_ configuration: AgentConfiguration, seed: UInt64) {
        format = Self.currentFormat
        self.seed = seed
        self.configuration = configuration
    }

    /// Reads a description from JSON.
    ///
    /// - Parameters:
    ///   - json: The text to read.
    ///   - path: The path of the text's file, named in errors.
    /// - Throws: `AgentError` if the text does not describe a run, or a setting is outside its range.
    init(json: Data, path: String) throws(AgentError) {
        do {
            self = try JSONReader.decode(AgentDescription.self, from: json)
        } catch {
            throw AgentError("\(path): these are no settings of an agent: \(decodingProblem(error))")
        }
        guard format == Self.currentFormat else {
            throw AgentError("\(path): the format is \(format), not \(Self.currentFormat)")
        }
        try configuration.check(path)
    }

    /// The settings in which another run differs, such as `horizon is 32 there and 128 here`. The encoder's settings
    /// come last, because fitted bounds follow from other settings.
    func differences(from other: AgentDescription) -> [String] {
        let (here, there) = (settings, other.settings)
        let names = Set(here.keys).union(there.keys).sorted()
        let isOfEncoder = { (name: String) in name.hasPrefix("encoder.") }
        return (names.filter { !isOfEncoder($0) } + names.filter(isOfEncoder)).compactMap { name in
            guard here[name] != there[name] else { return nil }
            return "\(name) is \(there[name] ?? "not set") there and \(here[name] ?? "not set") here"
        }
    }

    /// All settings as JSON texts by name, such as `encoder.steps`.
    private var settings: [String: String] {
        var settings: [String: String] = [:]
        func collect(_ value: Any, _ name: String) {
            if let fields = value as? [String: Any] {
                for (key, value) in fields { collect(value, name.isEmpty ? key : "\(name).\(key)") }
            } else {
                let data = try? JSONSerialization.data(withJSONObject: value, options: .fragmentsAllowed)
                settings[name.replacing(#/^configuration\./#, with: "")] = String(
                    decoding: data ?? Data(), as: UTF8.self)
            }
        }
        if let data = try? JSONEncoder().encode(self), let fields = try? JSONSerialization.jsonObject(with: data) {
            collect(fields, "")
        }
        return settings
    }
}

extension [String] {
    /// The first three texts and the number of the others, for one line.
    var summary: String {
        let shown = prefix(3).map { $0.count > 200 ? $0.prefix(200) + "…" : $0 }.joined(separator: "; ")
        return count > 3 ? "\(shown); and \(count - 3) more" : shown
    }
}

/// Encodes a value as JSON in one line, with sorted keys, so that equal values give equal texts.
func jsonText(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    return String(decoding: try encoder.encode(value), as: UTF8.self)
}
