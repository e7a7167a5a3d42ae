import Foundation
import SpikeTraining
import Testing

@Suite struct TrainTests {
    let folder: String

    init() throws {
        folder = NSTemporaryDirectory() + "spikekit-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }

    /// 40 images to train on and 20 to test on, in MNIST's files: of class c, row c is bright.
    static func writeImages(to folder: String) throws {
        func bigEndian(_ number: Int) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: number >> (24 - 8 * $0)) } }
        for (name, count) in [("train", 40), ("t10k", 20)] {
            let labels = (0..<count).map { UInt8($0 % 10) }
            let pixels = labels.flatMap { label in (0..<784).map { $0 / 28 == 2 * Int(label) ? 255 : 0 as UInt8 } }
            try Data([0, 0, 8, 1] + bigEndian(count) + labels)
                .write(to: URL(fileURLWithPath: "\(folder)/\(name)-labels-idx1-ubyte"))
            try Data([0, 0, 8, 3] + bigEndian(count) + bigEndian(28) + bigEndian(28) + pixels)
                .write(to: URL(fileURLWithPath: "\(folder)/\(name)-images-idx3-ubyte"))
        }
    }

    @Test func trainsAndGoesOn() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try Self.writeImages(to: folder)
        let arguments = [
            "train", "--dataset", "mnist", "--data", folder, "--encoding", "rate", "--epochs", "2", "--batch", "8",
            "--steps", "2", "--output", "\(folder)/run",
        ]
        let (status, output, errors) = try run(arguments)
        #expect(status == 0, "\(errors)")
        #expect(output.hasPrefix("rate ") && output.contains(" % of the test images; best epoch "))
        #expect(errors.contains("40 images to train on, 20 to test on"))
        #expect(errors.split(separator: "\n").count { $0.hasPrefix("epoch ") } == 2)
        // Said at the beginning and at the end.
        let remark = "\(folder)/run: it makes only 10 updates of the weights (2 epochs of 5 batches), after which "
        #expect(errors.split(separator: "\n").count { $0.hasPrefix(remark) } == 2, "\(errors)")
        let several = try run(arguments + ["--seeds", "1,2"])
        #expect(
            several.status != 0
                && several.errors == "spike: \(folder)/run: holds a single run; name another output "
                    + "folder for several runs\n"
        )
        let above = try run(arguments.dropLast() + [folder])
        #expect(above.status != 0 && above.errors.contains("\(folder): holds several runs (run); name one of their"))
        let again = try run(arguments)
        #expect(again.output == output && again.errors.contains("2 epochs done"))
        let other = try run(arguments + ["--learn", "none"])
        #expect(other.status != 0 && other.errors.contains("belongs to a run with other settings"))
        #expect(other.errors.contains("learn ([threshold, decay], now [])"), "\(other.errors)")
        // The order of what is learned is none of the run's settings.
        let turned = try run(arguments + ["--learn", "decay,threshold"])
        #expect(turned.status == 0 && turned.errors.contains("2 epochs done"), "\(turned.errors)")
    }

    @Test func severalRunsHaveAFolderEach() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try Self.writeImages(to: folder)
        let (status, output, errors) = try run([
            "train", "--dataset", "mnist", "--data", folder, "--encoding", "all", "--seeds", "1,2", "--epochs", "1",
            "--batch", "20", "--steps", "1", "--limit-test", "10", "--output", "\(folder)/runs",
        ])
        #expect(status == 0, "\(errors)")
        #expect(output.split(separator: "\n").count == 5)
        #expect(output.contains(" ± ") && output.hasSuffix("\n±: sample standard deviation (n − 1) over the seeds\n"))
        let results = try JSONSerialization.jsonObject(
            with: Data(contentsOf: URL(fileURLWithPath: "\(folder)/runs/results.json")))
        let summaries = try #require(results as? [[String: Any]])
        #expect(summaries.compactMap { $0["name"] as? String } == ["direct", "rate", "phase", "ttfs"])
        #expect(summaries.allSatisfy { ($0["accuracies"] as? [Double])?.count == 2 })
        for encoding in TrainingConfiguration.Encoding.allCases {
            for seed in [1, 2] {
                let path = "\(folder)/runs/\(encoding.rawValue)-seed-\(seed)/weights.safetensors"
                #expect(FileManager.default.fileExists(atPath: path), "\(path)")
            }
        }
    }

    @Test func flagsTakeThePlaceOfSettings() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let settings = "\(folder)/settings.yaml"
        try "epochs: 9\nencoding: ttfs\nsteps: 6\n".write(toFile: settings, atomically: true, encoding: .utf8)
        let (status, output, errors) = try run([
            "train", settings, "--epochs", "3", "--no-surrogate", "--learn", "neuron", "--precision", "bf16",
            "--print-config",
        ])
        #expect(status == 0, "\(errors)")
        let printed = try TrainingConfiguration(yaml: output, path: "output")
        #expect(printed.epochs == 3 && printed.encoding == .ttfs && printed.steps == 6)
        #expect(!printed.surrogate && printed.learn == [.neuron] && printed.precision == .bf16)
    }

    /// A limit of the process is seen before anything is fetched or computed: 10,000 steps take 61 GB.
    @Test func aLimitOnMemoryIsNamed() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try Self.writeImages(to: folder)
        let command =
            "ulimit -v 16000000; exec \(program.path) train --dataset mnist --data \(folder) --encoding rate --steps 10000 "
            + "--batch 40 --output \(folder)/run"
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = ["-c", command]
        let errors = Pipe()
        process.standardError = errors
        try process.run()
        let text = String(decoding: try errors.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        process.waitUntilExit()
        #expect(
            process.terminationStatus == 1 && text.contains("this process is limited to 16.4 GB (ulimit -v)"), "\(text)"
        )
        #expect(text.split(separator: "\n").count == 1, "\(text)")
    }

    @Test(arguments: [
        (["--epochs", "0", "--output", "x"], "settings: epochs must be a whole number within 1...1000000, got 0"),
        (["--encoding", "burst", "--output", "x"], "there are direct, rate, phase, ttfs; got burst"),
        (["--learn", "weights", "--output", "x"], "there are threshold, decay, neuron; got weights"),
        (["--dataset", "letters", "--output", "x"], "got letters"),
        (["--seeds", "1,1", "--output", "x"], "--seeds: 1 is there twice"),
        ([], "--output: name a folder"), (["none.yaml", "--output", "x"], "none.yaml: cannot be read"),
        (["--encoding", "all", "--print-config"], "name one encoding"),
        (["--data", "/nowhere", "--output", "x"], "/nowhere"),
        (
            ["--encoding", "direct", "--no-surrogate", "--output", "x"],
            "--no-surrogate (surrogate: false) changes nothing"
        ),
        (["--set", "surrogate=false", "--output", "x"], "changes nothing"),
        (["--learn", "threshold", "--output", "x"], "--learn: changes nothing here: direct encoding has no encoder"),
        (["--learn", "neuron,decay", "--output", "x"], "belong to an encoder, and direct encoding has none"),
        (
            ["--encoding", "rate", "--no-surrogate", "--learn", "decay", "--output", "x"],
            "--learn: changes nothing here"
        ),
        (
            ["--encoding", "rate", "--steps", "1", "--learn", "decay", "--output", "x"],
            "does not decay within one step"
        ),
        (["--side", "64", "--output", "x"], "--side: changes nothing here"),
        (["--set", "mixup-share=1", "--output", "x"], "--set mixup-share=1: changes nothing here: mixup is 0"),
        (["--encoding", "rate", "--no-convolution", "--encoder-channels", "3", "--output", "x"], "encoder-channels"),
        (["--learn", "neuron,neuron", "--output", "x"], "--learn: neuron is there twice"),
        (["--learn", "neuron,", "--output", "x"], "--learn: there are threshold"),
        (["--set", "epochs=2", "--set", "epochs=3", "--output", "x"], "--set: epochs is there twice"),
        (
            ["--set", "epochs=3", "--epochs", "4", "--output", "x"],
            "--set epochs=3 and --epochs: both say what epochs is"
        ),
        (["--set", "seed=3", "--seeds", "4", "--output", "x"], "--set seed=3 and --seeds: both say what seed is"),
        (["--set", "data=y", "--data", "z", "--output", "x"], "--set data=y and --data: both say what data is"),
        (
            ["--set", "convolution=true", "--encoding", "rate", "--no-convolution", "--output", "x"],
            "--no-convolution: both"
        ),
        (["--set", "encoding=rate", "--encoding", "all", "--output", "x"], "--set encoding=rate and --encoding: both"),
        (
            ["--batch", "010", "--output", "x"],
            "'010' is invalid for '--batch <n>': '010' is no whole number in plain digits"
        ),
        (["--epochs", "1e1", "--output", "x"], "'1e1' is invalid for '--epochs <n>': '1e1' is no whole number"),
        (["--steps", "+4", "--output", "x"], "'+4' is no whole number in plain digits, without leading zeros"),
        (
            ["--limit-train", "9223372036854775808", "--output", "x"],
            "is beyond what it can be, -9223372036854775808 to 9223372036"
        ),
        (["--seeds", "1,02", "--output", "x"], "'1,02' is invalid for '--seeds"),
        (["--ablation", "--set", "surrogate=false", "--output", "x"], "leave them out"),
        (["--print-config", "--output", "x"], "--output changes nothing"),
        (["--batch", "9223372036854775807", "--output", "x"], "batch must be a whole number within 1...1000000"),
        (["--model", "qkformer-3-9223372036854775776", "--output", "x"], "parameters, with all that training keeps"),
        (["--model", "qkformer-1000000000-64", "--output", "x"], "parameters, with all that training keeps"),
        (
            ["--dataset", "folder", "--data", "x", "--side", "4096", "--steps", "10000", "--output", "y"],
            "GB; this "
        ),
        (["--output", ""], "--output: name a folder"),
        (
            ["--dataset", "folder", "--data", "images", "--output", "images/../images/run"],
            "run: lies in the data set's folder"
        ),
        (["--dataset", "folder", "--data", "images", "--output", "images"], "lies in the data set's folder"),
    ]) func mistakesAreOneLine(arguments: [String], message: String) throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let (status, output, errors) = try run(["train"] + arguments)
        #expect(status != 0 && output == "")
        #expect(errors.hasPrefix("spike: ") && errors.contains(message), "\(errors)")
        #expect(errors.split(separator: "\n").count == 1, "\(errors)")
    }
}
