import Foundation
import TestSupport
import Testing
import TorchTensors

@testable import SpikeTraining

/// What a run does when it is asked to stop, and what its settings are worth afterwards.
@Suite struct StopTests {
    private let folder: TemporaryFolder
    private let data: TemporaryFolder
    private var output: String { folder.file("run") }

    init() throws {
        folder = try TemporaryFolder()
        data = try TemporaryFolder()
        try ImageFiles.write(to: data)
    }

    private func arguments(_ epochs: Int, _ output: String) -> [String] {
        [
            "train", "--dataset", "folder", "--data", data.path, "--side", "8", "--encoding", "phase", "--steps", "2",
            "--epochs", "\(epochs)", "--batch", "8", "--threads", "1", "--output", output,
        ]
    }

    /// A run that lasts until it is stopped.
    private func start() throws -> (process: Process, errors: Pipe) {
        let process = Process()
        process.executableURL = program
        process.arguments = arguments(1_000_000, output)
        let errors = Pipe()
        (process.standardOutput, process.standardError) = (FileHandle.nullDevice, errors)
        try process.run()
        return (process, errors)
    }

    private func wait(until isSo: () -> Bool) throws {
        let limit = ContinuousClock.now + .seconds(60)
        while !isSo() {
            try #require(ContinuousClock.now < limit)
            Thread.sleep(forTimeInterval: 0.01)
        }
    }

    @Test(.timeLimit(.minutes(3)), arguments: [(SIGINT, 130, "SIGINT"), (SIGTERM, 143, "SIGTERM")])
    func signalsWriteACheckpoint(signal: Int32, status: Int32, name: String) throws {
        let (process, errors) = try start()
        try wait { FileManager.default.fileExists(atPath: "\(output)/metrics.jsonl") }

        let second = try run(arguments(1_000_000, output))
        #expect(
            second.status == 1
                && second.errors
                    == "spike: \(output): is in use by process \(process.processIdentifier); wait until that has finished, or "
                    + "choose another folder\n",
            "\(second.errors)")

        kill(process.processIdentifier, signal)
        let text = String(decoding: try errors.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        process.waitUntilExit()
        #expect(process.terminationReason == .exit && process.terminationStatus == status)
        let last = try #require(text.split(separator: "\n").last)
        #expect(
            last.hasPrefix("\(name) in epoch ")
                && last.hasSuffix(
                    "a checkpoint is written, \(output)/checkpoint.safetensors; repeat the command to go on")
        )
        let names = try FileManager.default.contentsOfDirectory(atPath: output)
        #expect(!names.contains { $0.hasPrefix(".") }, "\(names)")

        // What it says is where the run goes on.
        let words = last.split { $0 == " " || $0 == "," }
        let progress = try Safetensors.read("\(output)/checkpoint.safetensors").metadata["progress"] ?? ""
        let place = try JSONDecoder().decode(Checkpoint.Progress.self, from: Data(progress.utf8))
        #expect(words[3] == "\(place.epoch + 1)" && words[6] == "\(place.batch)", "\(last); \(progress)")
    }

    @Test func settingsRepeatTheirRun() throws {
        #expect(try run(arguments(2, output) + ["--seeds", "18446744073709551615", "--learn", "decay"]).status == 0)
        let settings = try RunSettings(file: "\(output)/configuration.yaml")
        #expect(settings.seed == .max && settings.data == data.path && settings.configuration.learn == [.decay])
        let again = folder.file("again")
        let (status, _, errors) = try run("train", "\(output)/configuration.yaml", "--threads", "1", "--output", again)
        #expect(status == 0, "\(errors)")
        for name in ["weights.safetensors", "evaluation.json", "configuration.yaml"] {
            let (a, b) = (
                FileManager.default.contents(atPath: "\(output)/\(name)"),
                FileManager.default.contents(atPath: "\(again)/\(name)")
            )
            #expect(a != nil && a == b, "\(name)")
        }
        // A flag takes the seed's place.
        let printed = try run("train", "\(output)/configuration.yaml", "--seeds", "4", "--print-config")
        #expect(printed.output.contains("\nseed: 4\n"), "\(printed.errors)")
        let several = try run("train", "\(output)/configuration.yaml", "--seeds", "4,5", "--print-config")
        #expect(several.status != 0 && several.errors.contains("name one encoding and one seed"))
    }

    @Test(arguments: [
        ("head.bias", Double.nan, "holds numbers that are not finite"), ("second.bn.running_var", -0.5, "holds -0.5"),
    ]) func weightsThatMakeNoSenseAnswerNothing(name: String, value: Double, problem: String) throws {
        #expect(try run(arguments(1, output)).status == 0)
        let path = "\(output)/weights.safetensors"
        let (tensors, texts) = try Safetensors.read(path)
        let values = try Tensor.full(try #require(tensors[name]).shape, value)
        try Safetensors.write(tensors.merging([name: values]) { $1 }, metadata: texts, to: path)
        let image = data.file("test/left/0.pgm")
        for command in [
            ["predict", output, image, "--output", folder.file("logits.npy")], ["evaluate", output],
            ["report", output],
            ["analyze", "codes", output], ["analyze", "energy", output],
        ] {
            let (status, output, errors) = try run(command)
            #expect(
                status == 1 && output == "" && errors.contains("weights.safetensors: \(name) \(problem)"), "\(errors)")
            #expect(errors.split(separator: "\n").count == 1, "\(errors)")
        }
        #expect(!FileManager.default.fileExists(atPath: folder.file("logits.npy")))
    }

    /// A class without test images, and a single class.
    @Test func classesThatSayLittleAreNamed() throws {
        try FileManager.default.removeItem(atPath: data.file("test/right"))
        let trained = try run(arguments(1, output))
        #expect(
            trained.status == 0 && trained.errors.contains("there are no images of right to test on"),
            "\(trained.errors)")
        #expect(try run("evaluate", output).output.contains("there are no images of right to test on"))
        let report = try String(contentsOfFile: "\(output)/report.html", encoding: .utf8)
        #expect(report.contains("there are no images of right to test on"))
        try FileManager.default.removeItem(atPath: data.file("train/right"))
        let single = try run(arguments(1, folder.file("single")))
        #expect(single.status == 0 && single.errors.contains("there is one class only, left"), "\(single.errors)")
    }

    /// With a shift that no current of the second layer outweighs.
    @Test func layersThatNeverFireAreNamed() throws {
        let output = output
        #expect(try run(arguments(1, output)).status == 0)
        for name in ["weights", "checkpoint"] {
            let path = "\(output)/\(name).safetensors"
            let (tensors, texts) = try Safetensors.read(path)
            let key = (name == "weights" ? "" : "model.") + "second.bn.bias"
            let shift = try Tensor.full(try #require(tensors[key]).shape, -1e4)
            try Safetensors.write(tensors.merging([key: shift]) { $1 }, metadata: texts, to: path)
        }
        try FileManager.default.removeItem(atPath: "\(output)/evaluation.json")
        let trained = try run(arguments(1, output))
        #expect(trained.errors.contains("\(output): layers that never fire: second.lif"), "\(trained.errors)")
        let report = try String(contentsOfFile: "\(output)/report.html", encoding: .utf8)
        #expect(report.contains("on the test images: layers that never fire: second.lif"))
        for command in [["evaluate", output], ["analyze", "energy", output]] {
            #expect(try run(command).output.contains("\n\nlayers that never fire: second.lif"))
        }
    }
}
