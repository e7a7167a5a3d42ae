import Foundation

/// The times of repeated calls, in seconds.
public struct Timing {
    public let seconds: [Double]

    public var least: Double { seconds.min()! }
    public var median: Double { seconds.sorted()[seconds.count / 2] }

    /// Calls `body` once to warm up, then until both counts are reached.
    public init(calls: Int = 5, seconds budget: Double = 0.3, _ body: () throws -> Void) rethrows {
        try body()
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
