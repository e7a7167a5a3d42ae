import Foundation
import TestSupport
import Testing
import TorchModules
import TorchTensors

@testable import SpikeTraining

/// Workers that are threads of this process, which meet at a store that the test serves.
@Suite(.leavesNothing, .timeLimit(.minutes(1))) struct WorkerThreadsTests {
    #if os(Linux)
        private static let loopback = "lo"
    #else
        private static let loopback = "lo0"
    #endif

    private func openStore() throws -> RendezvousStore {
        try RendezvousStore(host: "127.0.0.1", port: 0, serves: true)
    }

    /// Runs `body` in each worker, and returns the results in the order of ranks.
    private func together<Result>(
        _ size: Int, _ body: @escaping @Sendable (Workers) throws -> Result
    ) throws -> [Result] {
        let store = try openStore()
        return try ThreadExchange.run(counts: Array(repeating: true, count: size)) { thread in
            let place = WorkerPlace(
                rank: thread.rank, size: size, localRank: thread.rank, host: store.host, port: store.port,
                launcherServes: true, interface: Self.loopback)
            let workers = try Workers(joining: place, timeout: 30) { _ in }
            let result = try body(workers)
            try workers.leave()
            return result
        }
    }

    @Test func sumsAndFlags() throws {
        let results = try together(3) { workers in
            (
                sums: try workers.sum([Double(workers.rank), 10]), nothing: try workers.sum([]),
                flags: try [workers.any(false), workers.any(workers.rank == 1), workers.any(true)],
                place: [workers.rank, workers.size, workers.localRank], isMain: workers.isMain
            )
        }
        for (rank, result) in results.enumerated() {
            #expect(result.sums == [3, 30] && result.nothing == [] && result.flags == [false, true, true])
            #expect(result.place == [rank, 3, rank] && result.isMain == (rank == 0))
        }
        let alone = Workers.alone
        #expect(try alone.sum([2]) == [2] && !alone.any(false) && alone.any(true))
        #expect(alone.rank == 0 && alone.size == 1 && alone.localRank == 0 && alone.isMain)
    }

    @Test func whatWorkerZeroSends() throws {
        let results = try together(2) { workers in
            let text = try workers.ofMain("from \(workers.rank)")
            let tensors = try workers.ofMain(
                workers.isMain
                    ? ["b": Tensor([1.5, 2.5]), "a": Tensor([7, 8, 9] as [UInt8]), "none": .zeros([0, 3])]
                    : ["b": Tensor([0.0])])
            func described(_ tensor: Tensor) throws -> String {
                "\(tensor.dtype) \(tensor.shape) \(try tensor.to(.float64).elements(as: Double.self))"
            }
            return (text, try tensors.mapValues(described))
        }
        for (text, tensors) in results {
            #expect(text == "from 0")
            #expect(tensors["a"] == "uint8 [3] [7.0, 8.0, 9.0]" && tensors["b"] == "float64 [2] [1.5, 2.5]")
            #expect(tensors["none"] == "float32 [0, 3] []" && tensors.count == 3)
        }
    }

    @Test func workerZeroIsFirst() throws {
        let ends = try together(3) { workers in
            try workers.mainFirst {
                if workers.isMain { Thread.sleep(forTimeInterval: 0.05) }
                return ContinuousClock.now
            }
        }
        #expect(ends[0] < ends[1] && ends[0] < ends[2])
    }

    @Test func allHaveTheSameSettings() throws {
        let complaints = try together(2) { workers in
            (
                same: message { try workers.requireSame("s", "the settings") },
                different: message { try workers.requireSame("s\(workers.rank)", "the settings") }
            )
        }
        #expect(complaints[0].same == nil && complaints[1].same == nil && complaints[0].different == nil)
        #expect(
            complaints[1].different == "the settings differ from those of worker 0; "
                + "give all workers the same settings and the same files")
    }

    // MARK: Gradients

    @Test func gradientsAreAddedUp() throws {
        struct Figures: Equatable {
            var single: [Double] = []
            var double: [Double] = []
            var counts: [Int] = []
        }
        let results = try together(2) { workers in
            let single = try Parameter(Tensor([1, 2, 3] as [Float]))
            let double = try Parameter(Tensor([4.0, 5]))
            let unused = try Parameter(Tensor([6] as [Float]))
            let synchronizer = try GradientSynchronizer([single, unused, double], #require(workers.group))
            func backward(isActive: Bool) throws -> Figures {
                synchronizer.isActive = isActive
                let factor = Double(workers.rank + 1)
                let squares = try (double.tensor * double.tensor * factor).sum()
                try ((single.tensor * factor).sum() + squares).backward()
                try synchronizer.finish()
                let traffic = synchronizer.traffic
                #expect(unused.tensor.gradient == nil && 0 <= traffic.waiting && traffic.waiting <= traffic.sending)
                return Figures(
                    single: try #require(single.tensor.gradient).to(.float64).elements(as: Double.self),
                    double: try #require(double.tensor.gradient).elements(as: Double.self),
                    counts: [traffic.updates, traffic.messages, traffic.bytes])
            }
            return try [true, false, true].map(backward)
        }
        for (rank, figures) in results.enumerated() {
            let factor = Double(rank + 1)
            // A message for each type: three numbers of 4 bytes, and two of 8.
            #expect(figures[0] == Figures(single: [3, 3, 3], double: [24, 30], counts: [1, 2, 28]))
            let (single, double) = (3 + factor, [24 + 8 * factor, 30 + 10 * factor])
            #expect(figures[1] == Figures(single: [single, single, single], double: double, counts: [1, 2, 28]))
            // The sums of 3 + 2 factor, 24 + 16 factor and 30 + 20 factor.
            #expect(figures[2] == Figures(single: [12, 12, 12], double: [96, 120], counts: [2, 4, 56]))
        }
    }

    // MARK: Signs of life

    @Test func workersThatHaveNotStarted() throws {
        let store = try openStore()
        let board = WorkerBoard(store, prefix: "a")
        func complaint(_ size: Int) -> String? { message { try board.awaitAll(size, timeout: 0) } }
        #expect(complaint(2) == "of 2 workers, 0, 1 have not started within 0 s")
        try board.introduce(0)
        #expect(complaint(1) == nil)
        #expect(complaint(2) == "of 2 workers, 1 has not started within 0 s")
        #expect(complaint(9) == "of 9 workers, 1, 2, 3, 4, 5, 6, 7, 8 have not started within 0 s")
        #expect(complaint(10) == "of 10 workers, 1, 2, 3, 4, 5, 6, 7, 8, … have not started within 0 s")
        #expect(message { try WorkerBoard(store, prefix: "b").awaitAll(1, timeout: 0) } != nil)
        Thread.detachNewThread {
            Thread.sleep(forTimeInterval: 0.1)
            try? board.introduce(1)
        }
        try board.awaitAll(2, timeout: 30)
    }

    @Test func whatIsOnTheBoard() throws {
        let board = WorkerBoard(try openStore(), prefix: "a")
        #expect(board.name(of: 3) == "worker 3")
        try board.introduce(3)
        #expect(board.name(of: 3) == "worker 3 (process \(getpid()) on \(ProcessInfo.processInfo.hostName))")
        #expect(try board.beat(of: 3) == nil && !board.hasEnded(3))
        try board.note(5, of: 3)
        #expect(try board.beat(of: 3) == "5" && board.beat(of: 2) == nil && !board.hasEnded(3))
        try board.noteEnd(of: 3)
        #expect(try board.hasEnded(3))
        #expect(try board.fault() == nil)
        try board.post("first")
        try board.post("second")
        #expect(try board.fault() == "first")
        #expect(try board.claimReport())
        #expect(try !board.claimReport())
    }

    /// Watches as worker 0 of three, until there is a fault.
    private func fault(
        _ board: WorkerBoard, limit: Double, _ begin: (WorkerWatch) throws -> Void = { _ in }
    ) throws -> WorkerFault {
        let place = WorkerPlace(rank: 0, size: 3, host: "127.0.0.1", port: 1)
        let (faults, continuation) = (Faults(), DispatchSemaphore(value: 0))
        let watch = WorkerWatch(board, place, limit: limit) {
            faults.set($0)
            continuation.signal()
        }
        defer { watch.end() }
        try begin(watch)
        continuation.wait()
        return try #require(faults.first)
    }

    private final class Faults: @unchecked Sendable {
        private let lock = NSLock()
        private var values: [WorkerFault] = []

        var first: WorkerFault? { lock.withLock { values.first } }
        func set(_ fault: WorkerFault) { lock.withLock { values.append(fault) } }
    }

    /// Worker 1 has ended in order, so that worker 0 looks after worker 2.
    @Test func aSilentWorkerIsNoticed() throws {
        let board = WorkerBoard(try openStore(), prefix: "a")
        try board.noteEnd(of: 1)
        try board.note(7, of: 2)
        let begin = ContinuousClock.now
        let fault = try fault(board, limit: 1)
        #expect(ContinuousClock.now - begin >= .seconds(0.9))
        let silence = "worker 2 has given no sign of life for 1 s: it has ended, hangs or is cut off"
        #expect(fault.description == silence && fault.isForThisProcess)
        #expect(try board.fault() == silence && !board.claimReport())
    }

    /// Once a message has failed, six of ten signs of life are enough.
    @Test func aSuspectIsNoticedEarlier() throws {
        let board = WorkerBoard(try openStore(), prefix: "a")
        let fault = try fault(board, limit: 2) { $0.suspect() }
        #expect(fault.description == "worker 1 has given no sign of life for 1 s: it has ended, hangs or is cut off")
    }

    /// The store ends with the process that serves it.
    @Test func aStoreThatHasEndedIsAFault() throws {
        var server: RendezvousStore? = try openStore()
        let port = try #require(server).port
        let board = WorkerBoard(try RendezvousStore(host: "127.0.0.1", port: port, serves: false), prefix: "a")
        #expect(board.address == "127.0.0.1:\(port)")
        server = nil
        let fault = try fault(board, limit: 1)
        let own = "worker 0 (process \(getpid()) on \(ProcessInfo.processInfo.hostName))"
        #expect(
            fault.description == "\(own) cannot reach the store at 127.0.0.1:\(port): "
                + "worker 0's host or the launcher has ended or is cut off")
        #expect(fault.isForThisProcess)
        try? FileManager.default.removeItem(atPath: claim("127-0-0-1-\(port)"))
    }

    private func claim(_ name: String) -> String { "\(NSTemporaryDirectory())/spikekit-workers-\(getuid())-\(name)" }

    @Test func oneOfAMachineReports() throws {
        let name = "h.\(UUID().uuidString):1"
        let path = claim(name.replacing(".", with: "-").replacing(":", with: "-"))
        defer { try? FileManager.default.removeItem(atPath: path) }
        #expect(MachineClaim.take(name))
        #expect(!MachineClaim.take(name) && FileManager.default.fileExists(atPath: path))
    }

    @Test func aPostedFaultReachesTheOthers() throws {
        let store = try openStore()
        let results = try ThreadExchange.run(counts: [true, true]) { thread in
            let faults = Faults()
            let place = WorkerPlace(
                rank: thread.rank, size: 2, host: store.host, port: store.port, launcherServes: true,
                interface: Self.loopback)
            let workers = try Workers(joining: place, timeout: 30, limit: 1) { faults.set($0) }
            if thread.rank == 1 { return (workers.post("no memory"), String?.none) }
            while faults.first == nil { workers.awaitFault { faults.first != nil } }
            return (faults.first!.isForThisProcess, faults.first!.description)
        }
        #expect(results[0] == (false, "worker 1: no memory") && results[1] == (true, nil))
        #expect(Workers.alone.post("no memory"))
    }

    @Test func faultsOfOthersEndAWorker() throws {
        let board = WorkerBoard(try openStore(), prefix: "a")
        try board.post("worker 2: no memory")
        #expect(try board.claimReport())
        let fault = try fault(board, limit: 1)
        #expect(fault.description == "worker 2: no memory" && !fault.isForThisProcess)
    }
}
