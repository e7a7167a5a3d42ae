import Synchronization
import TestSupport
import Testing
import TorchTensors

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

@Suite(.leavesNothing) struct RuntimeTests {
    @Test func theLibraryIsTheOneItWasBuiltWith() throws {
        try Torch.load()
        #expect(Torch.version.wholeMatch(of: /2\.\d+\.\d+.*/) != nil, "\(Torch.version)")
    }

    @Test func threadsCanBeSet() throws {
        let before = Torch.threadCount
        defer { try? Torch.setThreadCount(before) }
        for count in [1, 3, 2] {
            try Torch.setThreadCount(count)
            #expect(Torch.threadCount == count)
        }
        for count in [0, -1] {
            let error = #expect(throws: TensorError.self) { try Torch.setThreadCount(count) }
            #expect(error?.description == "threads: at least 1 is needed, got \(count)")
        }
        #expect(Torch.threadCount == 2)
    }

    @Test(arguments: [1, 2, 4], [(0, 1), (1, 1), (5, 1), (5, 2), (6, 3), (10, .max), (1000, 7), (200_000, 1)])
    func everyIndexIsVisitedOnce(threads: Int, sizes: (count: Int, grain: Int)) throws {
        let before = Torch.threadCount
        try Torch.setThreadCount(threads)
        defer { try? Torch.setThreadCount(before) }
        let (count, grain) = sizes
        let visits = try Tensor.zeros([count], dtype: .int32)
        try visits.withUnsafeMutableElements(of: Int32.self) { buffer throws(TensorError) in
            nonisolated(unsafe) let visits = buffer
            try parallelFor(count, grain: grain) { range in
                // Whatever does not belong to a part counts far too much.
                let fits = range.lowerBound % grain == 0 && 1...grain ~= range.count
                for index in range { visits[index] += fits ? 1 : 1000 }
            }
        }
        #expect(try (visits .== 1).all())
    }

    @Test func oneInsideOfAnother() throws {
        let sum = Atomic(0)
        try parallelFor(8, grain: 1) { outer in
            for index in outer {
                do {
                    try parallelFor(10, grain: 3) { inner in
                        sum.wrappingAdd(inner.reduce(0) { $0 + index * 10 + $1 }, ordering: .relaxed)
                    }
                } catch {
                    sum.wrappingAdd(-1_000_000, ordering: .relaxed)
                }
            }
        }
        #expect(sum.load(ordering: .relaxed) == (0..<80).reduce(0, +))
    }

    @Test func partsRunAtTheSameTime() throws {
        let before = Torch.threadCount
        try Torch.setThreadCount(2)
        defer { try? Torch.setThreadCount(before) }
        // Each of two parts waits for the other to begin, which never happens on one thread; for 10 seconds at most.
        let begun = Atomic(0)
        let met = Atomic(0)
        try parallelFor(2, grain: 1) { _ in
            begun.wrappingAdd(1, ordering: .sequentiallyConsistent)
            for _ in 0..<10_000 where begun.load(ordering: .sequentiallyConsistent) < 2 { usleep(1000) }
            if begun.load(ordering: .sequentiallyConsistent) == 2 { met.wrappingAdd(1, ordering: .relaxed) }
        }
        #expect(met.load(ordering: .relaxed) == 2)
    }

    @Test func peakMemoryCountsWhatIsHeldAtOnce() throws {
        let size = 1 << 20
        let outside = try Tensor.zeros([size], dtype: .uint8)
        let one = try Torch.peakMemory { _ = try Tensor.zeros([size], dtype: .uint8) }
        #expect(one == size)
        let together = try Torch.peakMemory {
            let a = try Tensor.zeros([size], dtype: .float32)
            _ = try a + a
        }
        #expect(together == 8 * size)
        let oneByOne = try Torch.peakMemory {
            for _ in 0..<3 { _ = try Tensor.zeros([size], dtype: .float64) }
        }
        #expect(oneByOne == 8 * size)
        #expect(try Torch.peakMemory { _ = try outside.reshaped(2, -1) } == 0)
        #expect(try Torch.peakMemory {} == 0)
        struct Interruption: Error {}
        #expect(throws: Interruption.self) { try Torch.peakMemory { throw Interruption() } }
        #expect(try Torch.peakMemory { _ = try Tensor.zeros([size], dtype: .uint8) } == size)
    }

    #if os(Linux)
        /// On the main thread, whose heap is the one that can hold large blocks.
        @MainActor @Test func freedMemoryStaysMapped() throws {
            // 32 MiB, more than glibc's own threshold ever grows to. Its aligned allocation takes up to nine blocks before
            // it comes back to the first: a crumb beside each stays in the cache of small blocks, which holds seven.
            let pages = (32 << 20) / Int(getpagesize())
            func faultsOfAnotherTensor() throws -> Int {
                for _ in 0..<16 { _ = try Tensor.ones([8 << 20]) }
                let before = minorFaults()
                _ = try Tensor.ones([8 << 20])
                return minorFaults() - before
            }
            // Huge pages, where the system gives them, would make both counts small.
            let given = try faultsOfAnotherTensor()
            #expect(Torch.keepFreedMemory())
            defer { Torch.keepFreedMemory(false) }
            let kept = try faultsOfAnotherTensor()
            #expect(kept < pages / 100, "\(kept) faults of \(pages) pages")
            if given > pages / 2 { #expect(kept * 20 < given, "\(kept) faults, \(given) before") }
        }

        private nonisolated func minorFaults() -> Int {
            var usage = rusage()
            getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
            return usage.ru_minflt
        }
    #endif
}
