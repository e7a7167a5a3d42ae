import ArgumentParser
import Foundation
import SpikeCommandLine
import TorchTensors

struct CheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        learning: "check",
        discussion: """
            spike check
            spike check --device cuda --json
            """)

    @OptionGroup var options: RuntimeOptions

    @Flag(help: "Print as JSON.")
    var json = false

    func run() throws {
        let runtime = try options.apply()
        let report = CheckReport(
            libTorch: Torch.version, threads: Torch.threadCount, devices: Device.allAvailable.map(\.description),
            device: runtime.device.description, kernels: Self.kernels(on: runtime.device),
            keepsFreedMemory: runtime.keepsFreedMemory,
            checks: SelfCheck.all.map { $0.outcome(on: runtime.device) })
        print(json ? try report.json : report.text)
        let failures = report.checks.count { $0.failure != nil }
        if failures > 0 {
            throw CommandError("\(failures) of \(counted(report.checks.count, "check")) failed on \(runtime.device)")
        }
    }

    /// The implementation that computes neurons on a device.
    private static func kernels(on device: Device) -> String {
        switch device {
        case .cpu: return CUDACompiler.isEmulated ? "CUDA C, emulated" : "Swift"
        case .mps: return "none: tensor operations, step by step"
        case .cuda:
            if let version = CUDACompiler.version { return "CUDA C, compiled by NVRTC \(version)" }
            return "none: tensor operations, step by step, as \(CUDACompiler.problem ?? "NVRTC is not there")"
        }
    }
}

/// The results of `spike check`, in the form that `--json` prints.
struct CheckReport: Encodable {
    let libTorch: String
    let threads: Int
    let devices: [String]
    /// The device that was checked.
    let device: String
    /// The implementation that computes neurons on the device.
    let kernels: String
    let keepsFreedMemory: Bool
    let checks: [SelfCheck.Outcome]

    var json: String {
        get throws { try readableJSON(self) }
    }

    var text: String {
        let facts = [
            "LibTorch  \(libTorch)", "threads   \(threads)", "devices   \(devices.joined(separator: ", "))",
            "memory    \(keepsFreedMemory ? "freed memory stays mapped" : "freed memory goes back to the system")",
            "kernels   \(kernels)", "",
            "on \(device):",
        ]
        let lines = checks.map { check in
            check.failure.map { "FAILED    \(check.name): \($0)" } ?? "ok        \(check.name)"
        }
        return (facts + lines).joined(separator: "\n")
    }
}
