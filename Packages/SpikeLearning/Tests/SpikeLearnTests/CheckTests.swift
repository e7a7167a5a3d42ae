import Foundation
import Testing
import TorchTensors

@testable import spike_learn

@Suite struct CheckTests {
    @Test(arguments: SelfCheck.all.map(\.name)) func everyCheckPasses(name: String) throws {
        try SelfCheck.all.first { $0.name == name }!.run(.cpu)
    }

    @Test func failuresAreReported() throws {
        let wrong = SelfCheck(name: "wrong") { device in
            try require(Tensor([1, .nan] as [Float], device: device), [1, 2], within: 9)
        }
        let outcome = wrong.outcome(on: .cpu)
        #expect(outcome.failure == "expected [1.0, 2.0] within 9.0, got [1.0, nan]")
        let report = CheckReport(
            libTorch: "2.13.0", threads: 1, devices: ["cpu"], device: "cpu", kernels: "Swift",
            keepsFreedMemory: false, checks: [outcome])
        #expect(report.text.hasSuffix("FAILED    wrong: expected [1.0, 2.0] within 9.0, got [1.0, nan]"))
        #expect(throws: Mismatch.self) { try require(Tensor([1] as [Float]), [1, 1]) }
    }

    @Test func optionsReachLibTorch() throws {
        let (status, output, errors) = try run("check", "--threads", "3", "--no-keep-memory", "--json")
        #expect(status == 0, "\(errors)")
        let report = try #require(JSONSerialization.jsonObject(with: Data(output.utf8)) as? [String: Any])
        #expect(report["libTorch"] as? String == Torch.version)
        #expect(report["threads"] as? Int == 3)
        #expect(report["keepsFreedMemory"] as? Bool == false)
        #expect((report["checks"] as? [[String: String]])?.map { $0["failure"] } == SelfCheck.all.map { _ in nil })
    }

    @Test func textHasALineForEachCheck() throws {
        let (status, output, _) = try run("check")
        #expect(status == 0)
        #expect(output.split(separator: "\n").filter { $0.hasPrefix("ok ") }.count == SelfCheck.all.count)
        #expect(output.contains("LibTorch  \(Torch.version)"))
        #if os(Linux)
            #expect(output.contains("freed memory stays mapped"))
        #endif
    }

    @Test(arguments: [
        (["check", "--device", "cuda:99"], "--device cuda:99: not there"),
        (["check", "--device", "abacus"], "'abacus' is invalid for '--device"),
        (["check", "--threads", "0"], "--threads must be within 1...1024, got 0"), (["check", "--slow"], "--slow"),
        (["sing"], "sing"),
    ]) func failuresAreOneLine(arguments: [String], message: String) throws {
        let (status, output, errors) = try run(arguments)
        #expect(status != 0)
        #expect(output == "")
        #expect(errors.hasPrefix("spike: ") && errors.contains(message), "\(errors)")
        #expect(errors.split(separator: "\n").count == 1, "\(errors)")
    }
}
