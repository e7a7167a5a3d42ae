import ArrayFiles
import Foundation
import TorchTensors

/// The environment in which a run was trained, in the file `environment.json` of its folder.
public struct RunEnvironment: Codable, Sendable, Hashable {
    /// The name and version of the program.
    public let program: String
    /// The version of LibTorch.
    public let libTorch: String
    /// The number of threads that LibTorch uses on the CPU, in each worker.
    public let threads: Int
    /// The number of workers that train together; `nil` for one.
    public let workers: Int?
    /// The device that trained, such as `cpu` or `cuda:0`.
    public let device: String
    /// The system, the processor and the number of its cores, such as `Linux, x86_64, 8 cores`.
    public let machine: String
    /// The time at which this environment was recorded, in ISO 8601.
    public let date: String

    /// Records the environment of this process.
    ///
    /// - Parameters:
    ///   - program: The name and version of the program.
    ///   - device: The device that trains.
    ///   - workers: The workers that train together.
    public init(program: String, device: Device, workers: Workers = .alone) {
        self.program = program
        libTorch = Torch.version
        threads = Torch.threadCount
        self.workers = workers.size == 1 ? nil : workers.size
        self.device = device.description
        let cores = ProcessInfo.processInfo.processorCount
        machine = "\(Self.system), \(Self.processor), \(counted(cores, "core"))"
        date = Date.now.formatted(.iso8601)
    }

    /// Reads the environment from a run's folder. Returns `nil` if there is no readable record.
    public init?(folder: String) {
        guard let data = FileManager.default.contents(atPath: RunPaths(folder).environment),
            let environment = try? JSONReader.decode(Self.self, from: data)
        else { return nil }
        self = environment
    }

    /// Writes the environment into a run's folder, which is created if it does not exist.
    ///
    /// - Throws: `TrainingError` if the folder cannot be created, and the errors of writing the file.
    public func write(to folder: String) throws {
        try makeFolder(folder)
        try AtomicFile.write(jsonText(self) + "\n", to: RunPaths(folder).environment)
    }

    #if os(macOS)
        private static let system = "macOS"
    #else
        private static let system = "Linux"
    #endif

    #if arch(arm64)
        private static let processor = "arm64"
    #else
        private static let processor = "x86_64"
    #endif
}
