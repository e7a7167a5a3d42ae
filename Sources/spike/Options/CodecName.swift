import ArgumentParser
import SpikeEncoding

/// The name of one of the program's codecs.
struct CodecName: ExpressibleByArgument {
    let description: CodecDescription

    init?(argument: String) {
        guard let type = Codec.all.first(where: { $0.name == argument }) else { return nil }
        description = type.description
    }

    static var allValueStrings: [String] { Codec.names }
    var defaultValueDescription: String { description.name }
}

/// The names of the codecs that fulfil a condition, as part of a sentence: `rate and receptive-fields`.
func codecNames(where condition: (CodecDescription) -> Bool) -> String {
    let names = Codec.all.map { $0.description }.filter(condition).map(\.name)
    guard names.count > 1, let last = names.last else { return names.joined() }
    return names.dropLast().joined(separator: ", ") + " and " + last
}
