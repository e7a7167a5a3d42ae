/// A command that is printed so that a POSIX shell splits it into the same words again.
public struct ShellCommand: CustomStringConvertible, Sendable {
    private let words: [String]

    /// Creates a command.
    ///
    /// - Parameter words: The program's name and its arguments, without quotes.
    public init(_ words: [String]) { self.words = words }

    /// The words separated by spaces, in single quotes if they are empty or hold anything but plain letters, digits and
    /// `-_./:,+@%`.
    public var description: String { words.map(Self.quoted).joined(separator: " ") }

    private static func quoted(_ word: String) -> String {
        let isPlain = word.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                true
            default: "-_./:,+@%".utf8.contains(byte)
            }
        }
        return isPlain && !word.isEmpty ? word : "'" + word.replacing("'", with: #"'\''"#) + "'"
    }

    /// A file's name as an argument; `./` is put before a leading hyphen, so that it is not taken for an option.
    public static func fileArgument(_ path: String) -> String { path.hasPrefix("-") ? "./" + path : path }
}
