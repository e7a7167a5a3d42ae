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
        try outcome(start(arguments, environment: environment))
    }

    /// Runs `spike` with arguments that may hold anything.
    func run(words: [String]) throws -> Outcome { try outcome(start(Self.executable, words)) }

    /// Runs a shell command in the folder; `spike` in it is the built program.
    func shell(_ command: String) throws -> Outcome { try outcome(start(shell: command)) }

    /// As `shell`, without waiting for its end.
    func start(shell command: String) throws -> Process {
        let path = Self.executable.deletingLastPathComponent().path + ":" + (Self.environment["PATH"] ?? "")
        return try start(URL(fileURLWithPath: "/bin/sh"), ["-c", command], environment: ["PATH": path])
    }

    private func outcome(_ process: Process) throws -> Outcome {
        process.waitUntilExit()
        return Outcome(
            status: process.terminationStatus,
            output: try String(contentsOf: folder.appending(path: ".out"), encoding: .utf8),
            errors: try String(contentsOf: folder.appending(path: ".err"), encoding: .utf8))
    }

    private static let environment = ProcessInfo.processInfo.environment

    static let executable = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
        .appending(path: "spike")

    /// As `run`, without waiting for its end.
    func start(_ arguments: String, environment: [String: String] = [:]) throws -> Process {
        try start(Self.executable, arguments.split(separator: " ").map(String.init), environment: environment)
    }

    private func start(_ program: URL, _ words: [String], environment: [String: String] = [:]) throws -> Process {
        let process = Process()
        process.executableURL = program
        process.arguments = words
        process.currentDirectoryURL = folder
        process.environment = Self.environment.merging(environment) { $1 }
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
