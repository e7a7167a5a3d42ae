import Foundation
import TorchModules
import TorchTensors

/// An exchange of statistics between threads of one process, each of which plays a worker.
public final class ThreadExchange: StatisticsExchange, @unchecked Sendable {
    public let rank: Int
    public let counts: Bool
    private let meeting: Meeting

    private init(_ rank: Int, counts: Bool, _ meeting: Meeting) {
        (self.rank, self.counts, self.meeting) = (rank, counts, meeting)
    }

    public func sum(_ values: Tensor) throws(TensorError) {
        let own: [Double] = try values.elements()
        try values.copy(from: Tensor(meeting.sum(own, of: rank), shape: values.shape))
    }

    /// Runs `body` on a thread for each worker, and returns the results in the order of ranks.
    ///
    /// - Parameter counts: For each worker, whether what it normalises counts.
    public static func run<Result>(
        counts: [Bool], _ body: @escaping @Sendable (ThreadExchange) throws -> Result
    ) throws -> [Result] {
        let meeting = Meeting(counts.count)
        let outcomes = Outcomes<Result>()
        let group = DispatchGroup()
        for (rank, counts) in counts.enumerated() {
            group.enter()
            Thread.detachNewThread {
                outcomes.set(rank, Swift.Result { try body(ThreadExchange(rank, counts: counts, meeting)) })
                group.leave()
            }
        }
        group.wait()
        return try counts.indices.map { try outcomes.value($0).get() }
    }

    private final class Outcomes<Result>: @unchecked Sendable {
        private let lock = NSLock()
        private var values: [Int: Swift.Result<Result, any Error>] = [:]

        func set(_ rank: Int, _ value: Swift.Result<Result, any Error>) { lock.withLock { values[rank] = value } }
        func value(_ rank: Int) -> Swift.Result<Result, any Error> { lock.withLock { values[rank]! } }
    }

    /// Where all threads meet: each brings its numbers, and all leave with the sums.
    private final class Meeting: @unchecked Sendable {
        private let size: Int
        private let condition = NSCondition()
        private var brought: [Int: [Double]] = [:]
        private var sums: [Double] = []
        private var number = 0

        init(_ size: Int) { self.size = size }

        func sum(_ values: [Double], of rank: Int) -> [Double] {
            condition.lock()
            defer { condition.unlock() }
            let own = number
            brought[rank] = values
            if brought.count == size {
                sums = values.indices.map { index in (0..<size).reduce(0) { $0 + brought[$1]![index] } }
                brought = [:]
                number += 1
                condition.broadcast()
            }
            while number == own { condition.wait() }
            // Nobody can finish another meeting before all have left this one, as it takes all of them.
            return sums
        }
    }
}
