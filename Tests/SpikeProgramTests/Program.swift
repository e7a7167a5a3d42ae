import Foundation
import SpikeEncoding
import SpikeFiles

/// Runs the built program in a folder of its own, which goes away with the value.
final class Program {
    struct Outcome {
        let status: Int32
        let output: String
        let errors: String
    }

    let folder: URL

    init() throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "spike-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    func path(_ name: String) -> String { folder.appending(path: name).path }

    func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: path(name)) }

    func text(_ name: String) throws -> String { try String(contentsOfFile: path(name), encoding: .utf8) }

    /// Runs `spike` with arguments separated by spaces, and more variables in its environment.
    func run(_ arguments: String, environment: [String: String] = [:]) throws -> Outcome {
        let process = try start(arguments, environment: environment)
        process.waitUntilExit()
        return Outcome(
            status: process.terminationStatus,
            output: try String(contentsOf: folder.appending(path: ".out"), encoding: .utf8),
            errors: try String(contentsOf: folder.appending(path: ".err"), encoding: .utf8))
    }

    /// As `run`, without waiting for its end.
    func start(_ arguments: String, environment: [String: String] = [:]) throws -> Process {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
            .appending(path: "spike")
        process.arguments = arguments.split(separator: " ").map(String.init)
        process.currentDirectoryURL = folder
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        let (output, errors) = (folder.appending(path: ".out"), folder.appending(path: ".err"))
        for file in [output, errors] { try Data().write(to: file) }
        process.standardOutput = try FileHandle(forWritingTo: output)
        process.standardError = try FileHandle(forWritingTo: errors)
        try process.run()
        return process
    }

    /// Writes a recording of three channels and 400 samples at 100 Hz as `name`.
    func writeRecording(_ name: String) throws {
        let signal = Signal(
            channels: (1...3).map { channel in
                (0..<400).map { sample in
                    let time = Float(sample) / 100
                    return Float(channel) * (sin(2 * .pi * time) + 0.3 * sin(14 * .pi * time))
                }
            }, samplingRate: 100, channelNames: ["a_mV", "b_mV", "c_mV"], unit: "mV")
        try RecordingFile.write(signal, to: path(name))
    }
}
