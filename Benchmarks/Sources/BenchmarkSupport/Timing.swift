import Foundation

/// The times of repeated calls, in seconds.
public struct Timing {
    public let seconds: [Double]

    public var least: Double { seconds.min()! }
    public var median: Double { seconds.sorted()[seconds.count / 2] }

    /// Whether the program was started with `--quick`: each call then runs once, to see that it works.
    public static let isQuick = CommandLine.arguments.contains("--quick")

    /// Takes over times that were measured elsewhere.
    ///
    /// - Parameter seconds: The times in seconds, at least one.
    public init(seconds: [Double]) { self.seconds = seconds }

    /// Calls `body` once to warm up, then until both counts are reached; with `--quick`, only once.
    public init(calls: Int = 5, seconds budget: Double = 0.3, _ body: () throws -> Void) rethrows {
        if !Self.isQuick { try body() }
        let (calls, budget) = Self.isQuick ? (1, 0) : (calls, budget)
        var seconds: [Double] = []
        var total = 0.0
        while seconds.count < calls || total < budget {
            let start = DispatchTime.now().uptimeNanoseconds
            try body()
            let elapsed = Double(DispatchTime.now().uptimeNanoseconds - start) * 1e-9
            seconds.append(elapsed)
            total += elapsed
        }
        self.seconds = seconds
    }
}
