import Foundation

/// The Python that some tests compare with, which the environment variable SPIKEKIT_PYTHON names.
public enum Python {
    public static let interpreter = ProcessInfo.processInfo.environment["SPIKEKIT_PYTHON"]

    public static var isThere: Bool { interpreter != nil }
    public static let hasH5py = has("h5py, numpy")
    public static let hasNumPy = has("numpy")
    public static let hasPillow = has("PIL, numpy")
    public static let hasPycocotools = has("pycocotools")
    public static let hasSafetensors = has("torch, safetensors.torch")

    /// Whether it is there and can import packages, with commas between them.
    public static func has(_ packages: String) -> Bool { isThere && (try? run("import \(packages)")) != nil }

    public struct Failure: Error, CustomStringConvertible {
        public let description: String
    }

    /// What a program prints.
    public static func run(_ program: String, _ arguments: [String] = []) throws -> String {
        guard let interpreter else { throw Failure(description: "SPIKEKIT_PYTHON is not set") }
        let process = Process()
        process.executableURL = URL(filePath: interpreter)
        process.arguments = ["-c", program] + arguments
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
