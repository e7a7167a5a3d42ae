import SpikeCommandLine
import SpikeEncoding

/// The description of a codec that `spike codecs` prints.
struct CodecSummary: Encodable {
    struct Parameter: Encodable {
        /// The parameter's key in files.
        let name: String
        let option: String
        let help: String
        let unit: String?
        /// The default value as text, in the form that the option takes; `nil` for a value that is taken from the
        /// recording.
        let usual: String?
        /// What determines the value if the option is not given.
        let fromData: String?
        /// The condition that a number must fulfil.
        let requirement: String?
        let lower: ParameterBounds.Limit?
        let upper: ParameterBounds.Limit?
        /// The words that can be chosen.
        let choices: [String]?
        let isInteger: Bool
        let isPerChannel: Bool
        let isRequired: Bool
        /// The option that this one requires.
        let condition: String?
        /// The values that `spike tune` searches.
        let searched: String?

        enum CodingKeys: String, CodingKey {
            case name, option, help, unit, fromData, requirement, lower, upper, choices, isInteger, isPerChannel
            case isRequired, condition, searched
            case usual = "default"
        }

        init(_ parameter: CodecParameter, of codec: CodecDescription) {
            name = parameter.key
            option = "--\(parameter.flag)"
            help = parameter.help
            unit = parameter.unit
            fromData = parameter.fromData
            usual = fromData == nil ? codec.defaultText(of: parameter) : nil
            requirement = parameter.requirement
            lower = parameter.bounds?.lower
            upper = parameter.bounds?.upper
            if case .words(let words) = parameter.kind { choices = words } else { choices = nil }
            isInteger = parameter.kind == .integer
            isPerChannel = parameter.isPerChannel
            isRequired = parameter.isAskedFor
            condition = parameter.condition
            searched = parameter.search?.text
        }

        /// The cells of the parameter's row in a table.
        var cells: [String] {
            [
                option, isRequired ? "to be given" : usual ?? fromData ?? "", unit ?? "",
                choices?.joined(separator: ", ") ?? requirement ?? "",
                help + (condition.map { " Goes with \($0)." } ?? "")
                    + (searched.map { " Searched by tune: \($0)." } ?? ""),
            ]
        }
    }

    let name: String
    /// The codec's type in Swift and Python.
    let type: String
    let title: String
    let purpose: String
    let source: String
    /// What the codec encodes: "recordings" or "observations".
    let takes: String
    let dialects: [String]
    /// What the reference dialect does differently.
    let referenceDialect: String?
    /// Whether spikes have sizes.
    let isGraded: Bool
    /// Whether each channel is scaled by its own range.
    let scalesByRange: Bool
    let parameters: [Parameter]

    init(_ codec: CodecDescription) {
        name = codec.name
        type = codec.typeName
        title = codec.title
        purpose = codec.purpose
        source = codec.source
        takes = codec.input.rawValue
        dialects = codec.referenceDialect == nil ? ["standard"] : Dialect.allCases.map(\.rawValue)
        referenceDialect = codec.referenceDialect
        isGraded = codec.usual.isGraded
        scalesByRange = codec.usual.needsRange
        parameters = codec.parameters.map { Parameter($0, of: codec) }
    }

    var text: String {
        let noun = CodecInput(rawValue: takes)?.noun ?? ""
        let table = TextTable(
            header: ["option", "default", "unit", "must be", "what it means"], rows: parameters.map(\.cells),
            textColumns: 5)
        var lines = [
            "\(name): \(title)", purpose, "", "Takes \(takes)" + (isGraded ? "; spikes have sizes." : "."),
            "Source: \(source)",
        ]
        if let referenceDialect { lines.append("Reference dialect: \(referenceDialect)") }
        lines += ["", table.text, ""]
        if parameters.contains(where: \.isPerChannel) {
            let names = parameters.filter(\.isPerChannel).map(\.option).joined(separator: ", ")
            lines.append("One value for all \(noun)s, or one per \(noun) with commas between them: \(names).")
        }
        if scalesByRange {
            lines.append(
                "Every channel is scaled by its own range, or from --minimum to --maximum where they are given.")
        }
        return lines.joined(separator: "\n")
    }
}
