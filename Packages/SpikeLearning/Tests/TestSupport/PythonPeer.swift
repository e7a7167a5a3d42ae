import Foundation

/// The Python that some tests compare with, which the environment variable SPIKEKIT_PYTHON names.
public enum PythonPeer {
    public static let interpreter = ProcessInfo.processInfo.environment["SPIKEKIT_PYTHON"]

    /// Whether it is there and can import a package.
    public static func has(_ package: String) -> Bool {
        (try? run("import \(package)")) != nil
    }

    public struct Failure: Error, CustomStringConvertible {
        public let description: String
    }

    /// What a program prints.
    public static func run(_ program: String) throws -> String {
        guard let interpreter else { throw Failure(description: "SPIKEKIT_PYTHON is not set") }
        let process = Process()
        process.executableURL = URL(filePath: interpreter)
        process.arguments = ["-c", program]
        let (output, errors) = (Pipe(), Pipe())
        (process.standardOutput, process.standardError) = (output, errors)
        try process.run()
        let text = try output.fileHandleForReading.readToEnd() ?? Data()
        let complaint = try errors.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw Failure(description: String(decoding: complaint, as: UTF8.self))
        }
        return String(decoding: text, as: UTF8.self)
    }
}
