import Foundation

/// The times of one benchmark, which `Benchmarks/tables.py` reads as a line of JSON.
///
/// Two measurements are comparable if they have the same name, number of threads and allocator.
public struct Measurement: Encodable {
    public let name: String
    public let library: String
    /// The revision of SpikeKit, from the environment variable `SPIKEKIT_REVISION`; empty for other libraries.
    public let version: String
    /// The number of `unit`s that one call computes.
    public let work: Int
    public let unit: String
    public let secondsMin: Double
    public let secondsMedian: Double
    /// The number of `unit`s per second in the fastest call.
    public let rate: Double
    public let threads: Int
    public let calls: Int
    /// The setting of the memory allocator: `tuned` if the process keeps freed memory, otherwise `default`.
    public let allocator: String

    /// The bytes that one call must read and write, for the comparison with `memcpy`.
    public var bytes: Int?
    public var peakBytes: Int?
    public var spikes: Int?
    public var spikeRate: Double?
    public var seed: UInt64?
    public var mse: Double?
    public var parameters: [String: Double]?
    public var firstLoss: Double?
    public var logitStd: Double?

    public init(
        _ name: String, _ timing: Timing, work: Int, unit: String, threads: Int = 1, keepsMemory: Bool = false,
        library: String = "SpikeKit"
    ) {
        self.name = name
        self.library = library
        self.work = work
        self.unit = unit
        self.threads = threads
        version =
            library.hasPrefix("SpikeKit") ? ProcessInfo.processInfo.environment["SPIKEKIT_REVISION"] ?? "unknown" : ""
        secondsMin = timing.least
        secondsMedian = timing.median
        rate = Double(work) / timing.least
        calls = timing.seconds.count
        allocator = keepsMemory ? "tuned" : "default"
    }

    /// Prints the measurement as a line of JSON.
    public func report() throws {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        FileHandle.standardOutput.write(try encoder.encode(self) + Data("\n".utf8))
    }
}
