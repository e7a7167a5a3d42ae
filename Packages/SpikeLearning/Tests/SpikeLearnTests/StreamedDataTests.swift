import Foundation
import TestSupport
import Testing

/// Commands on images that stay on disk, and on folders with broken files.
@Suite struct StreamedDataTests {
    private let folder: TemporaryFolder
    private let data: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        data = try TemporaryFolder()
        try ImageFiles.write(to: data)
    }

    private var environment: [String: String] { ["XDG_CACHE_HOME": folder.file("cache")] }

    private func spike(_ arguments: [String]) throws -> (status: Int32, output: String, errors: String) {
        try run(arguments, environment: environment)
    }

    private func train(
        _ name: String, _ arguments: String..., epochs: Int = 2
    ) throws -> (status: Int32, output: String, errors: String) {
        try spike(trainArguments(name, epochs: epochs) + arguments)
    }

    private func trainArguments(_ name: String, epochs: Int) -> [String] {
        [
            "train", "--dataset", "folder", "--data", data.path, "--side", "8", "--steps", "2", "--epochs", "\(epochs)",
            "--batch", "8", "--threads", "1", "--set", "flip=true", "--output", folder.file(name),
        ]
    }

    @Test func theDiskChangesNoResult() throws {
        for name in ["memory", "disk"] {
            let (status, _, errors) = try train(name, "--loading", name)
            #expect(status == 0, "\(errors)")
            #expect(errors.contains("the images stay on disk, and each is read when it is needed") == (name == "disk"))
        }
        for name in ["weights.safetensors", "evaluation.json", "data.json", "configuration.yaml"] {
            let files = ["memory", "disk"].map { FileManager.default.contents(atPath: folder.file("\($0)/\(name)")) }
            #expect(files[0] != nil && files[0] == files[1], "\(name)")
        }
        let indices = try FileManager.default.contentsOfDirectory(atPath: folder.file("cache/spikekit/folders"))
        #expect(indices.count { $0.hasSuffix(".index") } == 1, "\(indices)")
        let evaluated = try ["memory", "disk"].map { loading in
            try spike(["evaluate", folder.file("disk"), "--json", "--loading", loading]).output
        }
        #expect(evaluated[0] == evaluated[1] && evaluated[0].contains("confusion"))
    }

    @Test(arguments: ["memory", "disk"]) func brokenFilesAreRefusedUnlessSkipped(loading: String) throws {
        try data.file("train/left/3.pgm", Array(data.bytes("train/left/3.pgm").prefix(40)))
        let refused = try train("run", "--loading", loading)
        #expect(refused.status == 1 && refused.output == "")
        #expect(refused.errors.hasPrefix("spike: \(data.file("train/left/3.pgm")): the PPM image cannot be decoded"))
        #expect(refused.errors.split(separator: "\n").count == 1, "\(refused.errors)")
        #expect(!FileManager.default.fileExists(atPath: folder.file("run")))
        let skipped = try train("run", "--loading", loading, "--broken-files", "skip")
        #expect(skipped.status == 0, "\(skipped.errors)")
        #expect(
            skipped.errors.contains("1 file left out, damaged, cut short or no images: train/left/3.pgm\n")
                && skipped.errors.contains("23 images to train on"), "\(skipped.errors)")
        let evaluated = try spike(["evaluate", folder.file("run"), "--loading", loading])
        #expect(evaluated.status == 1 && evaluated.errors.contains("train/left/3.pgm"), "\(evaluated.errors)")
        #expect(
            try spike(["evaluate", folder.file("run"), "--loading", loading, "--broken-files", "skip"]).status == 0)
    }

    @Test func optionsThatChangeNothingAreRefused() throws {
        let output = ["--output", folder.file("run")]
        let cases: [([String], String)] = [
            (
                ["train", "--dataset", "fashion-mnist", "--broken-files", "skip"] + output,
                "--broken-files: is for dataset folder, and changes nothing with fashion-mnist"
            ),
            (
                ["train", "--dataset", "shapes", "--loading", "disk"] + output,
                "--loading: changes nothing with detectors"
            ),
            (
                ["train", "--dataset", "shapes", "--broken-files", "skip"] + output,
                "--broken-files: changes nothing with dataset shapes"
            ),
            (["train", "--print-config", "--loading", "disk"], "--print-config: trains nothing, so that --loading"),
            (
                ["evaluate", "--ground-truth", "a", "--detections", "b", "--loading", "disk"],
                "--loading does not go with --ground-truth"
            ),
            (["train", "--loading", "tape"] + output, "auto"),
        ]
        for (arguments, text) in cases {
            let (status, output, errors) = try spike(arguments)
            #expect(status != 0 && output == "" && errors.contains(text), "\(arguments): \(errors)")
        }
    }

    /// Ctrl-C while images are read: a checkpoint, and the run goes on from it.
    @Test(.timeLimit(.minutes(3))) func anInterruptLosesNothing() throws {
        let process = Process()
        process.executableURL = program
        process.arguments = trainArguments("run", epochs: 1_000_000) + ["--loading", "disk"]
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        let errors = Pipe()
        (process.standardOutput, process.standardError) = (FileHandle.nullDevice, errors)
        try process.run()
        let limit = ContinuousClock.now + .seconds(60)
        while !FileManager.default.fileExists(atPath: folder.file("run/metrics.jsonl")) {
            try #require(ContinuousClock.now < limit)
            Thread.sleep(forTimeInterval: 0.01)
        }
        kill(process.processIdentifier, SIGINT)
        let text = String(decoding: try errors.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        process.waitUntilExit()
        #expect(process.terminationReason == .exit && process.terminationStatus == 130)
        #expect(text.contains("SIGINT in epoch ") && text.contains("repeat the command to go on"), "\(text)")
        #expect(FileManager.default.fileExists(atPath: folder.file("run/checkpoint.safetensors")))
        try FileManager.default.removeItem(atPath: data.file("train/right/5.pgm"))
        let changed = try train("run", "--loading", "disk", epochs: 1_000_000)
        #expect(changed.status == 1 && changed.errors.contains("1 removed (train/right/5.pgm)"), "\(changed.errors)")
    }
}
