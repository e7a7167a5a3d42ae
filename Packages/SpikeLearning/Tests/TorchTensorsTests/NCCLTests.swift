import Foundation
import TestSupport
import Testing

@testable import TorchTensors

/// Messages by NCCL, for which `NCCLEmulator.c` stands in: threads of this process play its workers, and the CPU plays
/// their GPUs.
@Suite(.leavesNothing, .serialized) struct NCCLTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    #if os(Linux)
        private let loopback = "lo"
    #else
        private let loopback = "lo0"
    #endif

    private static var hasCompiler: Bool {
        #if os(Linux)
            (try? compile(["--version"])) != nil
        #else
            false
        #endif
    }

    private static func compile(_ arguments: [String]) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [ProcessInfo.processInfo.environment["CC"] ?? "cc"] + arguments
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw CocoaError(.executableLoad) }
    }

    /// Compiles the library that stands in, and returns its path.
    private func emulator() throws -> String {
        let source = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "NCCLEmulator/NCCLEmulator.c").path
        let path = folder.file("nccl.so")
        try Self.compile(["-O1", "-fPIC", "-shared", "-o", path, source, "-lpthread"])
        setenv("FAKE_NCCL_LOG", folder.file("log"), 1)
        return path
    }

    /// The calls that the library has noted, sorted, as each thread has an order of its own.
    private func calls() throws -> [String] {
        try String(contentsOfFile: folder.file("log"), encoding: .utf8).split(separator: "\n").map(String.init).sorted()
    }

    /// Runs `body` on a thread for each process of a group.
    private func together<Result>(
        _ size: Int, _ body: @escaping @Sendable (ProcessGroup) throws -> Result
    ) throws -> [Result] {
        let server = try RendezvousStore(host: "127.0.0.1", port: 0, serves: true)
        let loopback = loopback
        return try ThreadExchange.run(counts: [Bool](repeating: true, count: size)) { thread in
            let store = try RendezvousStore(host: "127.0.0.1", port: server.port, serves: false)
            let group = try ProcessGroup(rank: thread.rank, size: size, store: store, interface: loopback)
            defer { withExtendedLifetime(server) {} }
            return try body(group)
        }
    }

    @Test(.enabled(if: hasCompiler)) func sumsAndBroadcasts() throws {
        let path = try emulator()
        let results = try together(3) { (group: ProcessGroup) throws -> [[Double]] in
            #expect(group.messageDevice(.cpu) == .cpu)
            #expect(try group.useNCCL(on: .cpu, library: path) == nil)
            let own = Double(group.rank + 1)
            let (floats, doubles) = (try Tensor([Float(own), 2]), try Tensor([own / 3]))
            // Two messages, as types differ. One of them has two tensors.
            try group.sum([floats, try Tensor([Float(0.5)]), doubles])
            let whole = try Tensor([group.rank, 7])
            try group.sum([whole])
            let sent = try Tensor([own, own * own])
            try group.broadcast([sent], from: 1)
            let pending = try group.beginSum(Tensor([Float(own)]))
            let sum = try pending.finish()
            try group.barrier()
            return try [floats, doubles, whole, sent, sum].map { try $0.to(.float64).elements(as: Double.self) }
        }
        let third: Double = 1.0 / 3 + 2.0 / 3 + 1
        let expected: [[Double]] = [[6, 6], [third], [3, 21], [2, 4], [6]]
        #expect(results == [expected, expected, expected])
        #expect(
            try calls()
                == (0..<3).flatMap { rank in
                    [
                        "broadcast rank \(rank) count 2 type 8 1", "destroy rank \(rank) count 0 type 0 0",
                        "init rank \(rank) count 0 type 0 3", "sum rank \(rank) count 1 type 7 0",
                        "sum rank \(rank) count 1 type 8 0", "sum rank \(rank) count 2 type 4 0",
                        "sum rank \(rank) count 3 type 7 0",
                    ]
                }.sorted())
    }

    /// An error of NCCL is thrown with its text, and the connections are then aborted instead of closed.
    @Test(.enabled(if: hasCompiler)) func errorsAbort() throws {
        let path = try emulator()
        let errors = try together(2) { (group: ProcessGroup) throws -> String in
            #expect(try group.useNCCL(on: .cpu, library: path) == nil)
            let error = #expect(throws: TensorError.self) {
                try group.sum([Tensor([Float](repeating: 1, count: group.rank + 1))])
            }
            #expect(group.hasFailed)
            return error?.description ?? ""
        }
        #expect(
            errors.allSatisfy { $0.contains("all-reduce by NCCL") && $0.contains("invalid usage (5)") }, "\(errors)")
        #expect(try calls().filter { $0.hasPrefix("abort") }.count == 2)
        // Types that NCCL lacks never reach it.
        _ = try together(2) { (group: ProcessGroup) throws -> Void in
            #expect(try group.useNCCL(on: .cpu, library: path) == nil)
            #expect(throws: TensorError.self) { try group.sum([Tensor([true])]) }
        }
        #expect(try calls().count { $0.hasPrefix("sum") } == 2)
    }

    /// Without the library in any process, all go on with Gloo, and say why.
    @Test(.enabled(if: hasCompiler)) func withoutTheLibraryGlooGoesOn() throws {
        let path = try emulator()
        let missing = folder.file("missing.so")
        let reasons = try together(2) { (group: ProcessGroup) throws -> String in
            let reason = try group.useNCCL(on: .cpu, library: group.rank == 0 ? path : missing)
            let tensor = try Tensor([group.rank + 1])
            try group.sum([tensor])
            #expect(try tensor.elements(as: Int.self) == [3] && !group.hasFailed)
            return reason ?? ""
        }
        #expect(reasons[0] == "another process cannot open NCCL")
        #expect(reasons[1].contains("opening NCCL") && reasons[1].contains("missing.so"), "\(reasons[1])")
        #expect(!reasons[1].contains("\n"))
        #expect(!FileManager.default.fileExists(atPath: folder.file("log")))
        // A library of another kind.
        let others = try together(2) { try $0.useNCCL(on: .cpu, library: "libm.so.6") ?? "" }
        #expect(others.allSatisfy { $0.contains("there is no ncclGetUniqueId") }, "\(others)")
    }
}
