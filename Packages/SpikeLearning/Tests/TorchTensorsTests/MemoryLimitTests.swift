import Foundation
import TestSupport
import Testing

@testable import TorchTensors

@Suite struct MemoryLimitTests {
    @Test func theLeastOfTheGroupsAboveAProcess() throws {
        let folder = try TemporaryFolder()
        func write(_ name: String, _ text: String) throws { try folder.file(name, Array(text.utf8)) }
        func limit(_ line: String) throws -> Double? {
            try write("cgroup", line)
            return MemoryLimit.group(of: folder.file("cgroup"), root: folder.file("root"))
        }
        try write("root/memory.max", "max\n")
        try write("root/a/memory.max", "4000000000\n")
        try write("root/a/b/memory.max", "5000000000\n")
        try write("root/a/b/c/memory.max", "max\n")
        try write("root/d/memory.max", "max\n")
        #expect(try limit("0::/\n") == nil && limit("0::/d\n") == nil && limit("0::/nowhere\n") == nil)
        #expect(try limit("0::/a\n") == 4e9 && limit("0::/a/b\n") == 4e9 && limit("0::/a/b/c\n") == 4e9)
        // Version 1 names controllers.
        #expect(try limit("5:memory:/a\n") == nil && limit("5:memory:/d\n0::/a\n") == 4e9 && limit("") == nil)
        // In a container, the group's own limit is at the root.
        try write("root/memory.max", "3000000000\n")
        #expect(try limit("0::/\n") == 3e9 && limit("0::/a/b\n") == 3e9)
        #expect(MemoryLimit.group(of: folder.file("none"), root: folder.file("root")) == nil)
    }

    @Test func saysWhatLimits() {
        let machine = Double(ProcessInfo.processInfo.physicalMemory)
        #expect(0 < MemoryLimit.current.bytes && MemoryLimit.current.bytes <= machine)
        #expect(MemoryLimit(bytes: 16e9).text == "this machine has 16.0 GB")
        #expect(MemoryLimit(bytes: 2.5e9, origin: .process).text == "this process is limited to 2.5 GB (ulimit -v)")
        #expect(MemoryLimit(bytes: 2e9, origin: .group).text.contains("2.0 GB (memory.max of its control group)"))
    }

    #if os(Linux)
        @Test func theLeastLimitCounts() throws {
            var before = rlimit()
            try #require(getrlimit(__rlimit_resource_t(RLIMIT_DATA.rawValue), &before) == 0)
            defer { setrlimit(__rlimit_resource_t(RLIMIT_DATA.rawValue), &before) }
            let half = (MemoryLimit.current.bytes / 2).rounded()
            var limit = rlimit(rlim_cur: rlim_t(half), rlim_max: before.rlim_max)
            try #require(setrlimit(__rlimit_resource_t(RLIMIT_DATA.rawValue), &limit) == 0)
            #expect(MemoryLimit.current.bytes == half && MemoryLimit.current.origin == .process)
        }
    #endif

    @Test(arguments: [
        (
            "convolution: DefaultCPUAllocator: can't allocate memory: you tried to allocate 100352000 bytes. Error code 12 "
                + "(Cannot allocate memory); given float32 [1, 2]",
            "convolution: out of memory, as 100.4 MB more were asked for; lower the batch, the steps or the side of the images; "
                + "given float32 [1, 2]"
        ),
        (
            "matmul: CUDA out of memory. Tried to allocate 2.00 GiB. GPU 0 has a total capacity of 79.1 GiB",
            "matmul: out of memory, as 2.00 GiB more were asked for; lower the batch, the steps or the side of the images"
        ),
        ("add: out of memory", "add: out of memory; lower the batch, the steps or the side of the images"),
    ]) func failedAllocationsSayHowMuch(message: String, expected: String) {
        #expect(TensorError.outOfMemory(message) == expected)
    }
}
