import Foundation

/// Checks the arguments of the command line as bytes, before Swift replaces those that are not UTF-8: a file name in
/// Latin-1 would then name another file.
enum ArgumentText {
    /// Returns one line that names the first argument that is not UTF-8; `nil` if all are.
    static func problem(
        arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?> = CommandLine.unsafeArgv,
        count: Int = Int(CommandLine.argc)
    ) -> String? {
        for index in 1..<max(1, count) {
            guard let argument = arguments[index], String(validatingCString: argument) == nil else { continue }
            let bytes = UnsafeBufferPointer(start: argument, count: strlen(argument)).map { UInt8(bitPattern: $0) }
            return "argument \(index), \"\(escaped(bytes))\", is not UTF-8; "
                + "rename the file that it names, or write it in UTF-8"
        }
        return nil
    }

    /// The bytes as text: printable ASCII unchanged, other bytes in the form `\xE9`.
    private static func escaped(_ bytes: [UInt8]) -> String {
        bytes.map { byte in
            (0x20..<0x7F).contains(byte)
                ? String(UnicodeScalar(byte))
                : "\\x" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
        }.joined()
    }
}
