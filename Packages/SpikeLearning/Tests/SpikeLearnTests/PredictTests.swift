import Foundation
import TestSupport
import Testing
import TorchTensors

@Suite struct PredictTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private static func model(_ name: String) -> String { fixture("SpikingModelsTests/Fixtures/qkformer/\(name)") }

    private static let ofWeights = [
        "predict", "--model", "qkformer-3-64", "--weights", model("weights.safetensors"), "--input", model("input.npy"),
    ]

    @Test(arguments: ["fixed", "upstream"]) func publicWeightsGiveThePublicLogits(compatibility: String) throws {
        let output = folder.file("logits.npy")
        let (status, text, errors) = try run(Self.ofWeights + ["--compatibility", compatibility, "--output", output])
        #expect(status == 0, "\(errors)")
        #expect(text.contains("upstream") == (compatibility == "upstream"))
        let (logits, expected) = (
            try Tensor.readNPY(output), try Tensor.readNPY(Self.model("logits_\(compatibility).npy"))
        )
        #expect(logits.shape == [6, 10])
        // Only the mean and the head round.
        #expect(try (logits - expected).absolute().maximum().item() < 1e-4)
    }

    @Test func stepsCount() throws {
        func logits(_ steps: String) throws -> Tensor {
            let output = folder.file("logits.npy")
            #expect(try run(Self.ofWeights + ["--steps", steps, "--output", output]).status == 0)
            return try Tensor.readNPY(output)
        }
        let (two, four) = (try logits("2"), try logits("4"))
        #expect(try (four - Tensor.readNPY(Self.model("logits_fixed.npy"))).absolute().maximum().item() < 1e-4)
        #expect(try (two - four).absolute().maximum().item() > 1e-2)
    }

    @Test func probabilitiesAreTheSoftmax() throws {
        let (_, output, errors) = try run(Self.ofWeights + ["--json"])
        let report = try json(output)
        #expect(report["compatibility"] as? String == "fixed", "\(errors)")
        let images = try #require(report["images"] as? [[String: Any]])
        let expected = try Tensor.readNPY(Self.model("logits_fixed.npy")).softmax(1)
        #expect(images.count == 6)
        for (index, image) in images.enumerated() {
            let found = try #require(image["probabilities"] as? [String: Double])
            #expect(found.count == 10)
            for (label, probability) in try expected[index].elements(as: Double.self).enumerated() {
                #expect(abs(found["class \(label)"]! - probability) < 1e-5)
            }
            let best = try #require(found.max { $0.value < $1.value }).key
            #expect(image["answer"] as? String == best && "class \(image["label"]!)" == best)
        }
    }

    /// A run that has learned which half is bright knows it of other images, in any file.
    @Test func aRunsImages() throws {
        let data = try TemporaryFolder()
        try ImageFiles.write(train: 24, to: data)
        let trained = try run([
            "train", "--dataset", "folder", "--data", data.path, "--side", "8", "--encoding", "rate", "--steps", "2",
            "--epochs", "12", "--batch", "8", "--threads", "1", "--output", folder.file("run"),
        ])
        #expect(trained.status == 0, "\(trained.errors)")
        #expect(trained.output.contains("100.00 %"), "\(trained.output)")
        let (left, right) = (data.file("test/left/0.pgm"), data.file("test/right/0.pgm"))
        func answers(_ arguments: String...) throws -> [String] {
            let (_, output, errors) = try run(["predict", folder.file("run"), "--json"] + arguments)
            let images = try #require(json(output)["images"] as? [[String: Any]], "\(errors)")
            return images.compactMap { $0["answer"] as? String }
        }
        #expect(try answers(left, right) == ["left", "right"])
        #expect(try answers(left, right, "--invert") == ["right", "left"])

        // The same image as an array, of bytes and of intensities.
        let pixels = try data.bytes("test/right/0.pgm").suffix(64)
        let bytes = try Tensor(Array(pixels), shape: [1, 1, 8, 8]).expanded([1, 3, 8, 8]).contiguous()
        try bytes.writeNPY(to: folder.file("bytes.npy"))
        try (bytes.to(.float32) / 255).writeNPY(to: folder.file("numbers.npy"))
        #expect(try answers(folder.file("bytes.npy"), folder.file("numbers.npy")) == ["right", "right"])

        // A folder's images, by their names, numbers by their values; the run may be the only one below a folder.
        for (name, source) in [("10.pgm", left), ("9.pgm", right), (".hidden.pgm", left)] {
            _ = try folder.file("images/\(name)", [UInt8](Data(contentsOf: URL(fileURLWithPath: source))))
        }
        _ = try folder.file("images/notes.txt", Array("none".utf8))
        #expect(try answers(folder.file("images")) == ["right", "left"])
        let below = try run("predict", folder.path, folder.file("images"), "--top", "1")
        #expect(below.output.contains("images/9.pgm  ") && !below.output.contains("hidden"), "\(below.errors)")
        try FileManager.default.copyItem(atPath: folder.file("run"), toPath: folder.file("run-10"))
        try FileManager.default.copyItem(atPath: folder.file("run"), toPath: folder.file("run-9"))
        let several = try run("predict", folder.path, left)
        #expect(several.errors == "spike: \(folder.path): holds several runs (run, run-9, run-10); name one\n")
        let empty = try run("predict", folder.file("run"), data.file("test"))
        #expect(empty.errors.contains("test: there are no images right in this folder"), "\(empty.errors)")

        let text = try run("predict", folder.file("run"), left, "--top", "1").output
        #expect(text.split(separator: "\n").count == 3 && text.contains("0.pgm  left "))
        try (bytes.to(.float32) / 100).writeNPY(to: folder.file("wide.npy"))
        for (file, problem) in [
            (folder.file("wide.npy"), "within 0...1"), (folder.file("none.png"), "none.png"),
            (Self.model("input.npy"), "[C, H, W] = [3, 8, 8]"),
        ] {
            let (status, output, errors) = try run("predict", folder.file("run"), left, file)
            #expect(status != 0 && output == "" && errors.contains(problem), "\(errors)")
            #expect(errors.split(separator: "\n").count == 1, "\(errors)")
        }
    }

    @Test(arguments: [
        (["predict", "--model", "small"], "--model needs --weights"), (["predict", "run"], "name a run's folder"),
        (["predict", "--weights", "w"], "--weights needs --model and --input"),
        (["predict", "/nowhere", "a.png"], "/nowhere: there is no run in it"),
        (ofWeights + ["--json", "--top", "2"], "--top changes nothing with --json"),
        (ofWeights + ["--steps", "9223372036854775807"], "--steps must be within 1...10000"),
        (
            ["predict", "--model", "qkformer-3-9223372036854775776"] + ofWeights.dropFirst(3),
            "of a QKFormer of width 64"
        ),
        (
            ["predict", "--model", "qkformer-9223372036854775807-64"] + ofWeights.dropFirst(3),
            "of a QKFormer of width 64"
        ),
        (ofWeights + ["--invert"], "--invert is for a run's images"),
        (ofWeights + ["a.png"], "a.png: images need a run"), (ofWeights + ["--encoding", "rate"], "log_threshold"),
        (["predict", "--model", "small"] + ofWeights.dropFirst(3), "weights alone are those of qkformer-D-W"),
        (["predict", "--model", "qkformer-4-64"] + ofWeights.dropFirst(3), "the state does not fit: missing stage3.1"),
        (ofWeights.dropLast(1) + [model("logits_fixed.npy")], "images are floating point, [B, C, H, W]"),
    ]) func mistakesAreOneLine(arguments: [String], message: String) throws {
        let (status, output, errors) = try run(arguments)
        #expect(status != 0 && output == "")
        #expect(errors.hasPrefix("spike: ") && errors.contains(message), "\(errors)")
        #expect(errors.split(separator: "\n").count == 1, "\(errors)")
    }
}
