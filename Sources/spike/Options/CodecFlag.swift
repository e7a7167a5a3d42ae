import ArgumentParser
import SpikeEncoding

/// An option of one or more codecs, built from their descriptions.
struct CodecFlag {
    let name: String
    /// The placeholder for the value in help and errors.
    let valueName: String
    /// The words that can be chosen; empty for numbers.
    let words: [String]
    let help: String

    /// The options of all codecs, in the order of the codecs and their parameters, with the options of the range at the
    /// end.
    static let all: [CodecFlag] = {
        let codecs = Codec.all.map { $0.description }
        var names: [String] = []
        for codec in codecs {
            for parameter in codec.parameters where !names.contains(parameter.flag) { names.append(parameter.flag) }
        }
        names += rangeFlags.filter { !names.contains($0) }
        return names.map { CodecFlag($0, codecs) }
    }()

    /// The options that set the range for codecs that scale by a channel's range, instead of the recording's range.
    static let rangeFlags = ["minimum", "maximum"]

    private init(_ name: String, _ codecs: [CodecDescription]) {
        self.name = name
        // Codecs with the same text for the option are listed together.
        var entries: [(codecs: [String], text: String)] = []
        func add(_ codec: String, _ text: String) {
            if let index = entries.firstIndex(where: { $0.text == text }) {
                entries[index].codecs.append(codec)
            } else {
                entries.append(([codec], text))
            }
        }
        var valueNames: [String] = []
        for codec in codecs {
            if let parameter = codec.parameter(flag: name) {
                if !valueNames.contains(parameter.valueName) { valueNames.append(parameter.valueName) }
                let usual = parameter.isAskedFor ? nil : codec.defaultText(of: parameter)
                let facts = [usual, parameter.unit].compactMap(\.self).joined(separator: "; ")
                add(codec.name, parameter.help.dropLast() + (facts.isEmpty ? "." : " (\(facts))."))
            } else if Self.rangeFlags.contains(name), codec.usual.needsRange {
                add(codec.name, "the \(name) to scale by (the recording's; the signal's unit).")
            }
        }
        valueName = valueNames.joined(separator: "|")
        words = codecs.compactMap { $0.parameter(flag: name) }.flatMap { parameter -> [String] in
            if case .words(let words) = parameter.kind { words } else { [] }
        }
        let lines = entries.map { "\($0.codecs.joined(separator: ", ")): \($0.text)" }
        help = lines.joined(separator: " ") + (name == "seed" ? " tune: seed of the search (0)." : "")
    }
}

extension CodecParameter {
    /// The placeholder for the value.
    var valueName: String {
        switch kind {
        case .words(let words): words.joined(separator: "|")
        case .integer: isPerChannel ? "n[,n…]" : "n"
        case .number: isPerChannel ? "v[,v…]" : "v"
        }
    }
}
