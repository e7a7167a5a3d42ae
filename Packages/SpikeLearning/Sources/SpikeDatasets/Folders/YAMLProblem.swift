import Yams

/// The reason why a text is not YAML.
package struct YAMLProblem {
    /// The line, from 1; `nil` if it is not known.
    package let line: Int?
    /// A key that a mapping has twice; `nil` if something else is wrong.
    package let repeatedKey: String?
    /// What the parser says, such as `found character that cannot start any token`; `nil` if it says nothing.
    package let reason: String?

    /// - Parameters:
    ///   - error: The error that reading the text threw.
    ///   - yaml: The text.
    package init(_ error: any Error, in yaml: String) {
        switch error {
        case YamlError.duplicatedKeysInMapping(let names, _):
            let name = names.min() ?? ""
            let lines = yaml.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
                .filter { $0.element.drop { $0 == " " }.hasPrefix("\(name):") }
            (line, repeatedKey, reason) = (lines.count > 1 ? lines[1].offset + 1 : nil, name, nil)
        case YamlError.scanner(_, let problem, let mark, _), YamlError.parser(_, let problem, let mark, _),
            YamlError.composer(_, let problem, let mark, _):
            (line, repeatedKey, reason) = (mark.line, nil, problem)
        default: (line, repeatedKey, reason) = (nil, nil, nil)
        }
    }
}
