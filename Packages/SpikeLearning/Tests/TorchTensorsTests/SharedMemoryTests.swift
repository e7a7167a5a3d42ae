import Foundation
import TestSupport
import Testing

@testable import TorchTensors

/// Threads of this process play the processes that share memory.
@Suite(.leavesNothing) struct SharedMemoryTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func memory(_ rank: Int, of size: Int, timeout: Double = 60) throws -> SharedMemory {
        try SharedMemory(folder.file("memory"), creates: rank == 0, rank: rank, size: size, timeout: timeout)
    }

    /// Maps the memory for each process, and then runs `body` on a thread for each.
    private func together<Result>(
        _ size: Int, timeout: Double = 60, _ body: @escaping @Sendable (Int, SharedMemory) throws -> Result
    ) throws -> [Result] {
        let memories = try (0..<size).map { try memory($0, of: size, timeout: timeout) }
        return try ThreadExchange.run(counts: [Bool](repeating: true, count: size)) { thread in
            try body(thread.rank, memories[thread.rank])
        }
    }

    /// Many messages of different lengths, so that a slot that is used too early would be seen. Sums are taken in the
    /// order of ranks: the expected ones are, too, and the bits are compared.
    @Test(arguments: [2, 3, 5]) func sumsInTheOrderOfRanks(size: Int) throws {
        let lengths = [1, 3, 129, 2048, 5000]
        @Sendable func values(_ rank: Int, _ message: Int) -> [Float] {
            (0..<lengths[message % lengths.count]).map { Float(sin(Double(3 * $0 + 17 * rank + 29 * message + 1))) }
        }
        let results = try together(size) { rank, memory in
            var random = SystemRandomNumberGenerator()
            return try (0..<200).map { message in
                // Some come late, some so late that the others sleep.
                if Int.random(in: 0..<20, using: &random) == 0 { usleep(.random(in: 0...6000, using: &random)) }
                let single = try Tensor(values(rank, message))
                try memory.sum(single)
                let double = try Tensor(values(rank, message).map(Double.init))
                try memory.sum(double)
                return (try single.elements(as: Float.self), try double.elements(as: Double.self))
            }
        }
        for message in 0..<200 {
            let all = (0..<size).map { values($0, message) }
            let single = all.dropFirst().reduce(all[0]) { zip($0, $1).map(+) }
            let double = all.dropFirst().reduce(all[0].map(Double.init)) { zip($0, $1).map { $0 + Double($1) } }
            for result in results { #expect(result[message] == (single, double)) }
        }
    }

    @Test func messagesMayFillTheMemory() throws {
        let results = try together(2) { rank, memory in
            let tensor = try Tensor.full([memory.capacity / 4], Double(rank + 1))
            #expect(memory.suits(tensor))
            #expect(try !memory.suits(Tensor.zeros([memory.capacity / 4 + 1])))
            #expect(try !memory.suits(Tensor.zeros([1], dtype: .int64)))
            let larger = try Tensor.zeros([memory.capacity / 4 + 1])
            #expect(throws: TensorError.self) { try memory.sum(larger) }
            try memory.sum(tensor)
            return (try tensor.minimum().item(), try tensor.maximum().item())
        }
        for result in results { #expect(result == (3, 3)) }
    }

    /// At once, long before the time limit; and not before its last message has been read.
    @Test func aProcessThatHasEndedIsNamed() throws {
        let first = try memory(0, of: 2)
        var second: SharedMemory? = try memory(1, of: 2)
        let begin = ContinuousClock.now
        let results = try ThreadExchange.run(counts: [true, true]) { [second] thread in
            let memory = thread.rank == 0 ? first : second!
            if thread.rank == 0 { usleep(200_000) }
            let tensor = try Tensor([1.0])
            try memory.sum(tensor)
            return try tensor.item()
        }
        #expect(results == [2, 2])
        second = nil
        let error = #expect(throws: TensorError.self) { try first.sum(Tensor([1.0])) }
        #expect(error?.description.contains("rank 1 has ended") == true, "\(String(describing: error))")
        #expect(ContinuousClock.now - begin < .seconds(30))
    }

    @Test func aProcessThatDoesNotTakePartIsNamed() throws {
        let first = try memory(0, of: 3, timeout: 0.2)
        let others = try (1..<3).map { try memory($0, of: 3) }
        let error = #expect(throws: TensorError.self) { try first.sum(Tensor([1.0])) }
        #expect(
            error?.description.contains("rank 1 has not taken part in time") == true, "\(String(describing: error))")
        withExtendedLifetime(others) {}
    }

    /// As on another machine.
    @Test func withoutTheFileThereIsNoMemory() throws {
        #expect(throws: TensorError.self) { try memory(1, of: 2) }
        let first = try memory(0, of: 2)
        #expect(throws: TensorError.self) { try memory(0, of: 2) }
        // Of a group of another size.
        #expect(throws: TensorError.self) { try memory(1, of: 3) }
        withExtendedLifetime(first) {}
    }

    /// Nothing of it is left in the folder of the files once the group has been joined.
    @Test func groupsOnOneMachineUseIt() throws {
        let before = try Self.files()
        let server = try RendezvousStore(host: "127.0.0.1", port: 0, serves: true)
        let results = try ThreadExchange.run(counts: [true, true]) { thread in
            let store = try RendezvousStore(host: "127.0.0.1", port: server.port, serves: false)
            let group = try ProcessGroup(
                rank: thread.rank, size: 2, store: store, interface: Self.loopback, timeout: 60)
            #expect(group.sharesMemory)
            let (single, whole) = (try Tensor([Float(1), 2]), try Tensor([Int64(1), 2]))
            try group.sum([single, whole])
            let pending = try group.beginSum(single)
            return (try pending.finish().elements(as: Float.self), try whole.elements(as: Int64.self))
        }
        for result in results { #expect(result == ([4, 8], [2, 4])) }
        #expect(try Self.files().subtracting(before) == [])
    }

    private static func files() throws -> Set<String> {
        let path = try #require(SharedMemory.path([]))
        let names = try FileManager.default.contentsOfDirectory(
            atPath: URL(filePath: path).deletingLastPathComponent().path)
        return Set(names.filter { $0.hasPrefix("spikekit-") })
    }

    #if os(Linux)
        private static let loopback = "lo"
    #else
        private static let loopback = "lo0"
    #endif
}
