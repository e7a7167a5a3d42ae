import ArrayFiles
import Foundation
import TorchTensors

/// Where a run was trained, beside what it depends on by intent: `environment.json` in its folder.
public struct RunEnvironment: Codable, Sendable, Hashable {
    /// Name and version of the program.
    public let program: String
    /// Its version.
    public let libTorch: String
    /// On the CPU.
    public let threads: Int
    /// Such as `cpu` or `cuda:0`.
    public let device: String
    /// Such as `Linux, x86_64, 8 cores`.
    public let machine: String
    /// When the run was last taken up, in ISO 8601.
    public let date: String

    /// This process on this machine, now.
    public init(program: String, device: Device) {
        self.program = program
        libTorch = Torch.version
        threads = Torch.threadCount
        self.device = device.description
        let cores = ProcessInfo.processInfo.processorCount
        machine = "\(Self.system), \(Self.processor), \(cores) core\(cores == 1 ? "" : "s")"
        date = Date.now.formatted(.iso8601)
    }

    /// Of a run; nil if its folder does not say.
    public init?(folder: String) {
        guard let data = FileManager.default.contents(atPath: RunPaths(folder).environment),
            let environment = try? JSONDecoder().decode(Self.self, from: data)
        else { return nil }
        self = environment
    }

    /// Makes the folder if need be.
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
