import Foundation
import TestSupport
import Testing

@testable import TorchTensors

/// Two processes on this machine against one.
@Suite(.leavesNothing) struct ProcessGroupTests {
    /// Beside the tests' resources lie the programs that were built with them.
    private static let program = Bundle.module.bundleURL.deletingLastPathComponent().appending(
        path: "gradient-averaging-check")

    private struct Outcome {
        let status: Int32
        let errors: String
    }

    /// Starts a program with a few variables more; `await` its outcome.
    private func start(_ program: URL, _ arguments: [String], _ environment: [String: String]) throws -> Task<
        Outcome, any Error
    > {
        let process = Process()
        process.executableURL = program
        process.arguments = arguments
        let inherited = ProcessInfo.processInfo.environment.filter { !["RANK", "WORLD_SIZE"].contains($0.key) }
        process.environment = inherited.merging(environment) { $1 }
        let errors = Pipe()
        process.standardError = errors
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        return Task.detached {
            let text = try errors.fileHandleForReading.readToEnd() ?? Data()
            process.waitUntilExit()
            return Outcome(status: process.terminationStatus, errors: String(decoding: text, as: UTF8.self))
        }
    }

    private func variables(rank: Int, size: Int, port: Int) -> [String: String] {
        [
            "RANK": "\(rank)", "WORLD_SIZE": "\(size)", "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": "\(port)",
            "GLOO_SOCKET_IFNAME": loopback, "TORCH_CPP_LOG_LEVEL": "ERROR",
        ]
    }

    #if os(Linux)
        private let loopback = "lo"
    #else
        private let loopback = "lo0"
    #endif

    /// A port that nobody listened on a moment ago.
    private func freePort() -> Int {
        let descriptor = socket(AF_INET, streamSocket, 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        return withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                _ = bind(descriptor, pointer, length)
                _ = getsockname(descriptor, pointer, &length)
            }
            return Int(UInt16(bigEndian: $0.pointee.sin_port))
        }
    }

    private func withFolder(_ body: (URL) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "process-group-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try await body(folder)
    }

    private func gradients(_ folder: URL, rank: Int) throws -> [[Double]] {
        let data = try Data(contentsOf: folder.appending(path: "gradients-\(rank).json"))
        return try JSONDecoder().decode([[Double]].self, from: data)
    }

    /// The mean over a batch is the mean of the means over its halves. Only the order of the sums differs: of 16 terms of
    /// order 1, so by some 1e-15.
    private func expectMeanOfBoth(_ folder: URL) async throws {
        let both = try (0..<2).map { try gradients(folder, rank: $0) }
        #expect(both[0].prefix(3) == both[1].prefix(3))
        let alone = try await start(Self.program, [folder.path()], [:]).value
        try #require(alone.status == 0, "\(alone.errors)")
        let whole = try gradients(folder, rank: 0)
        for (mean, exact) in zip(both[0].prefix(3), whole.prefix(3)) {
            #expect(mean.count == exact.count)
            #expect(zip(mean, exact).allSatisfy { abs($0 - $1) <= 1e-12 })
        }
        #expect(whole[0].contains { abs($0) > 1e-3 })
        // Only the first column of the one with gaps takes part; ranks 0 and 1 average to 0.5.
        for (rank, results) in both.enumerated() {
            #expect(results[3] == [0.5, Double(rank), 0.5, Double(rank)])
            #expect(results[4] == [1, 1, 1])
        }
    }

    @Test func twoProcessesAverageToTheJoinedBatch() async throws {
        try await withFolder { folder in
            let port = freePort()
            let processes = try (0..<2).map {
                try start(Self.program, [folder.path()], variables(rank: $0, size: 2, port: port))
            }
            for process in processes {
                let outcome = try await process.value
                try #require(outcome.status == 0, "\(outcome.errors)")
                #expect(outcome.errors == "")
            }
            try await expectMeanOfBoth(folder)
        }
    }

    @Test(.enabled(if: Python.has("torch"))) func underPyTorchsLauncher() async throws {
        try await withFolder { folder in
            let outcome = try await start(
                URL(filePath: Python.interpreter!),
                [
                    "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2", "--no-python",
                    Self.program.path(), folder.path(),
                ], ["GLOO_SOCKET_IFNAME": loopback]
            ).value
            try #require(outcome.status == 0, "\(outcome.errors)")
            try await expectMeanOfBoth(folder)
        }
    }

    @Test(arguments: [0, 1]) func aMissingPeerIsAnErrorInTime(rank: Int) async throws {
        try await withFolder { folder in
            let begin = ContinuousClock.now
            let outcome = try await start(
                Self.program, [folder.path(), "2"], variables(rank: rank, size: 2, port: freePort())
            ).value
            #expect(outcome.status == 1)
            let lines = outcome.errors.split(separator: "\n").filter { $0.hasPrefix("error: ") }
            #expect(lines.count == 1 && lines[0].hasPrefix("error: joining a process group: "), "\(outcome.errors)")
            // Two seconds for the store and two for the peers, and time to spare on a busy machine.
            #expect(ContinuousClock.now - begin < .seconds(30))
        }
    }

    @Test func aProcessByItselfNeedsNoGroup() throws {
        #expect(try ProcessGroup.fromEnvironment([:]) == nil)
        let group = try #require(
            try ProcessGroup.fromEnvironment(variables(rank: 0, size: 1, port: freePort()), timeout: 20))
        #expect(group.rank == 0 && group.size == 1)
        let tensor = try Tensor([1.0, 2])
        try group.average([tensor])
        try group.broadcast([tensor])
        try group.barrier()
        #expect(try tensor.elements(as: Double.self) == [1, 2])
    }

    @Test(arguments: [
        (["RANK": "0"], "process group: WORLD_SIZE is not set, though RANK or WORLD_SIZE is; start with torchrun"),
        (["RANK": "2", "WORLD_SIZE": "2"], "process group: RANK must be in 0...1, got “2”"),
        (["RANK": "0", "WORLD_SIZE": "two"], "process group: WORLD_SIZE must be in 1...65535, got “two”"),
        (
            ["RANK": "0", "WORLD_SIZE": "2", "MASTER_PORT": "70000"],
            "process group: MASTER_PORT must be in 1...65535, got “70000”"
        ),
        (
            ["RANK": "0", "WORLD_SIZE": "2", "MASTER_PORT": "29500"],
            "process group: MASTER_ADDR is not set; start with torchrun"
        ),
    ])
    func wrongVariables(environment: [String: String], message: String) throws {
        let error = #expect(throws: TensorError.self) { try ProcessGroup.fromEnvironment(environment) }
        #expect(error?.description == message)
    }

    @Test func messagesHoldTensorsOfOneType() throws {
        let small = try Tensor.zeros([4])
        let large = try Tensor.zeros([1]).expanded([ProcessGroup.bucketSize / 4 - 4])
        let double = try Tensor.zeros([4], dtype: .float64)
        let empty = try Tensor.zeros([0])
        func counts(_ tensors: [Tensor]) -> [Int] { ProcessGroup.buckets(tensors).map(\.count) }
        #expect(counts([small, small, small]) == [3])
        #expect(counts([small, double, small]) == [1, 1, 1])
        #expect(counts([small, large, small, small]) == [2, 2])
        #expect(counts([large, large]) == [1, 1])
        #expect(counts([empty]) == [])
    }
}

#if os(Linux)
    private let streamSocket = Int32(SOCK_STREAM.rawValue)
#else
    private let streamSocket = SOCK_STREAM
#endif
