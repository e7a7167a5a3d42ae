import Foundation
import TestSupport
import Testing

/// The CUDA kernels, and all of Swift that leads to them, on the CPU: `CUDAEmulator.cpp` in place of NVRTC and the driver.
@Suite struct CUDAEmulationTests {
    /// In a process of its own, as what is opened stays open.
    @Test(.enabled(if: hasCompiler)) func kernelsPassTheirChecks() throws {
        let folder = try TemporaryFolder()
        let emulator = folder.file("emulator.so")
        let source = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("CUDAEmulator/CUDAEmulator.cpp").path
        _ = try output(of: [
            "/usr/bin/env", compiler, "-std=c++20", "-O1", "-fPIC", "-shared", "-o", emulator, source, "-ldl",
        ])
        let environment = [
            "SPIKEKIT_NVRTC": emulator, "SPIKEKIT_CUDA_DRIVER": emulator, "XDG_CACHE_HOME": folder.path,
        ]
        // The second time, what was compiled is found in the cache.
        for _ in 0..<2 {
            let (status, output, errors) = try run(["check"], environment: environment)
            #expect(status == 0, "\(output)\(errors)")
            #expect(output.contains("CUDA C, emulated"))
        }
        let kept = try FileManager.default.contentsOfDirectory(atPath: "\(folder.path)/spikekit/kernels")
        #expect(
            Set(kept.compactMap { $0.split(separator: "-").first }) == [
                "LIF", "LearnableLIF", "NormalizedLIF", "TemporalEncoding",
            ])
    }
}

private let compiler = ProcessInfo.processInfo.environment["CXX"] ?? "g++"

/// Whether the emulator can compile kernels here.
private var hasCompiler: Bool {
    #if os(Linux)
        (try? output(of: ["/usr/bin/env", compiler, "--version"])) != nil
    #else
        false
    #endif
}

private func output(of arguments: [String]) throws -> String {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: arguments[0])
    process.arguments = Array(arguments.dropFirst())
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let data = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw CocoaError(.executableLoad) }
    return String(decoding: data, as: UTF8.self)
}
