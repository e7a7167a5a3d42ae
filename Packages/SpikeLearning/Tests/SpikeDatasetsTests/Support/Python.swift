import Foundation

/// The Python interpreter that `SPIKEKIT_PYTHON` names, for tests against Python packages.
enum Python {
    static let hasPillow = canImport("PIL, numpy")

    static var isThere: Bool { interpreter != nil }

    static let interpreter = ProcessInfo.processInfo.environment["SPIKEKIT_PYTHON"]

    struct Failure: Error {
        let errors: String
    }

    /// Runs a program; returns its standard output.
    static func run(_ program: String, _ arguments: [String] = []) throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: interpreter ?? "")
        process.arguments = ["-c", program] + arguments
        let (output, errors) = (Pipe(), Pipe())
        process.standardOutput = output
        process.standardError = errors
        try process.run()
        let text = output.fileHandleForReading.readDataToEndOfFile()
        let problems = errors.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw Failure(errors: String(decoding: problems, as: UTF8.self)) }
        return String(decoding: text, as: UTF8.self)
    }

    private static func canImport(_ modules: String) -> Bool {
        interpreter != nil && (try? run("import \(modules)")) != nil
    }
}
