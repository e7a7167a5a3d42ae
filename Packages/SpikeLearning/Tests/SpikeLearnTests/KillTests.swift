import Foundation
import TestSupport
import Testing
import TorchTensors

@testable import SpikeTraining

@Suite struct KillTests {
    private let folder: TemporaryFolder
    private let data: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        data = try TemporaryFolder()
        try ImageFiles.write(to: data)
    }

    private func start(_ output: String) throws -> Process {
        let process = Process()
        process.executableURL = program
        process.arguments = [
            "train", "--dataset", "folder", "--data", data.path, "--side", "8", "--encoding", "phase", "--steps", "2",
            "--epochs", "40", "--batch", "8", "--threads", "1", "--output", output,
        ]
        (process.standardOutput, process.standardError) = (FileHandle.nullDevice, FileHandle.nullDevice)
        try process.run()
        return process
    }

    /// Whatever has its name is whole.
    private func expectWholeFiles(_ run: String, _ seed: UInt64) throws {
        for name in try FileManager.default.contentsOfDirectory(atPath: run) {
            let path = "\(run)/\(name)"
            switch (name as NSString).pathExtension {
            case "safetensors": #expect(throws: Never.self, "\(name), seed \(seed)") { try Safetensors.read(path) }
            case "yaml":
                let text = try String(contentsOfFile: path, encoding: .utf8)
                #expect(try TrainingConfiguration(yaml: text, path: path).epochs == 40, "seed \(seed)")
            case "json", "jsonl":
                let text = try String(contentsOfFile: path, encoding: .utf8)
                #expect(text.hasSuffix("\n"), "\(name), seed \(seed)")
                for line in text.split(separator: "\n") {
                    #expect(throws: Never.self, "\(name), seed \(seed)") {
                        try JSONSerialization.jsonObject(with: Data(line.utf8))
                    }
                }
            case "spikekit":
                var rest = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
                while let record = RecordFraming.firstRecord(of: rest) { rest.removeFirst(record.count + 16) }
                #expect(rest.isEmpty, "\(name), seed \(seed)")
            case "html":
                let text = try String(contentsOfFile: path, encoding: .utf8)
                #expect(text.hasSuffix("</html>\n"), "\(name), seed \(seed)")
            default:
                let isKnown = name == ".lock" || name.hasPrefix(".") && name.hasSuffix(".tmp")
                #expect(isKnown, "\(name), seed \(seed)")
            }
        }
    }

    private func expectSameRun(_ run: String, _ whole: TrainedRun, _ seed: UInt64) throws {
        let names = [
            "checkpoint.safetensors", "configuration.yaml", "data.json", "environment.json", "evaluation.json",
            "events.out.tfevents.spikekit", "metrics.jsonl", "report.html", "weights.safetensors",
        ]
        #expect(try FileManager.default.contentsOfDirectory(atPath: run).sorted() == names, "seed \(seed)")
        let expected = try Safetensors.read("\(whole.folder)/weights.safetensors").tensors
        let found = try Safetensors.read("\(run)/weights.safetensors").tensors
        #expect(found.keys.sorted() == expected.keys.sorted())
        for (name, tensor) in expected { #expect(try found[name]?.equals(tensor) == true, "\(name), seed \(seed)") }
        let resumed = try TrainedRun(folder: run)
        #expect(resumed.evaluation == whole.evaluation, "seed \(seed)")
        #expect(resumed.epochs.map(\.trainLoss) == whole.epochs.map(\.trainLoss), "seed \(seed)")
    }

    /// Ten times, whenever it may be: while the program starts, in a batch, or while it writes. A run that gets through
    /// in spite of that makes room for another.
    @Test(.timeLimit(.minutes(5))) func killedRunsGoOn() throws {
        let seed = UInt64.random(in: 0..<1_000_000)
        print("killed runs: seed \(seed)")
        var random = SplitMix64(seed: seed)
        let clock = ContinuousClock()
        let begin = clock.now
        let process = try start(folder.file("whole"))
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        let duration = (clock.now - begin) / .seconds(1)
        let whole = try TrainedRun(folder: folder.file("whole"))

        var (kills, number) = (0, 0)
        while kills < 10 {
            let run = folder.file("run-\(number)")
            let process = try start(run)
            Thread.sleep(forTimeInterval: .random(in: 0...duration, using: &random))
            if process.isRunning {
                kill(process.processIdentifier, SIGKILL)
                kills += 1
            }
            process.waitUntilExit()
            guard FileManager.default.fileExists(atPath: run) else { continue }
            try expectWholeFiles(run, seed)
            if process.terminationReason == .exit {
                #expect(process.terminationStatus == 0, "seed \(seed)")
                try expectSameRun(run, whole, seed)
                number += 1
            } else {
                // As if it had been hit while it wrote, too.
                let part = "\(run)/.checkpoint.safetensors.\(String(UInt32(kills), radix: 36)).tmp"
                try Data("part".utf8).write(to: URL(fileURLWithPath: part))
            }
        }
        let last = try start(folder.file("run-\(number)"))
        last.waitUntilExit()
        #expect(last.terminationStatus == 0, "seed \(seed)")
        try expectSameRun(folder.file("run-\(number)"), whole, seed)
    }
}
