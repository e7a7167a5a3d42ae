import ArgumentParser
import Foundation

/// Checks how options are used, where the parser would pass over a mistake: of an option that is given twice, it would
/// take the last, and after `--option=` it would take the next argument as the value.
enum OptionUse {
    /// Returns one line that says what is wrong with the first such option; `nil` if there is none.
    ///
    /// - Parameters:
    ///   - arguments: The arguments after the program's name.
    ///   - command: The command that they call.
    static func problem(_ arguments: some Sequence<String>, of command: any ParsableCommand.Type) -> String? {
        var given: [String] = []
        for argument in arguments.prefix(while: { $0 != "--" }) where argument.hasPrefix("-") {
            let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = String(parts[0])
            if name.hasPrefix("--"), parts.count == 2, parts[1].isEmpty {
                return "\(argument) has no value; write \(name) VALUE, or leave it out"
            }
            if given.contains(name), isUnique(name, in: command) {
                return "\(name) is given twice; give it once"
            }
            given.append(name)
        }
        return nil
    }

    /// True if `name` is an option or flag of `command` that may be given only once.
    private static func isUnique(_ name: String, in command: any ParsableCommand.Type) -> Bool {
        // What the command says about itself takes milliseconds, which only a repeated name is worth.
        guard let description = try? JSONDecoder().decode(Description.self, from: Data(command._dumpHelp().utf8)) else {
            return false
        }
        return (description.command.arguments ?? []).contains { argument in
            !argument.isRepeating && (argument.names ?? []).contains { $0.text == name }
        }
    }

    /// What a command says about its options, in the form that swift-argument-parser gives it.
    private struct Description: Decodable {
        struct Command: Decodable { let arguments: [Argument]? }
        struct Argument: Decodable {
            let isRepeating: Bool
            let names: [Name]?
        }
        struct Name: Decodable {
            let kind: String
            let name: String

            var text: String { (kind == "long" ? "--" : "-") + name }
        }

        let command: Command
    }
}
