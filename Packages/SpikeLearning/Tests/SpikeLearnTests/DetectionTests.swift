import Foundation
import SpikeTraining
import TestSupport
import Testing

/// Detectors on the command line, with drawn images.
@Suite struct DetectionTests {
    private static let small = [
        "--side", "64", "--epochs", "2", "--batch", "2", "--steps", "2", "--limit-train", "4", "--limit-test", "3",
        "--set", "warm-up-epochs=1", "--set", "update-batch=2",
    ]

    /// JSON as text, with numbers in the shortest form that gives the same bits.
    private static func text(_ value: Any?) throws -> String {
        let options: JSONSerialization.WritingOptions = [.sortedKeys, .fragmentsAllowed]
        return String(
            decoding: try JSONSerialization.data(withJSONObject: #require(value), options: options), as: UTF8.self)
    }

    private let classes = ["circle", "square", "triangle", "star", "ring", "cross"]

    @Test(.timeLimit(.minutes(10))) func fromTrainingToDrawnBoxes() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("run")
        let arguments =
            ["train", "--dataset", "shapes", "--model", "spiking-yolov5n", "--encoding", "phase", "--output", path]
            + Self.small
        let trained = try run(arguments)
        #expect(trained.status == 0, "\(trained.errors)")
        #expect(trained.output.hasPrefix("phase  mAP50 "))
        #expect(trained.errors.contains("4 images to train on, 3 to test on"))
        #expect(trained.errors.split(separator: "\n").count { $0.hasPrefix("epoch ") && $0.contains("mAP50") } == 2)
        let page = try String(contentsOfFile: "\(path)/report.html", encoding: .utf8)
        for text in [
            "Boxes beside the truth", "Spikes by layer", "Object detection on shapes", "What was taken for what",
        ] {
            #expect(page.contains(text), "\(text)")
        }
        let again = try run(arguments)
        #expect(again.output == trained.output && again.errors.contains("2 epochs done"))

        // The figures of the run, and those that its weights give, are the same.
        let evaluated = try run("evaluate", path, "--json")
        #expect(evaluated.status == 0, "\(evaluated.errors)")
        let figures = try json(evaluated.output)
        let saved = try json(String(contentsOfFile: "\(path)/evaluation.json", encoding: .utf8))
        for name in ["mAP50", "mAP50_95", "mAP50_voc07", "mAP50_voc10", "loss"] {
            #expect(figures[name] as? Double == saved[name] as? Double && figures[name] != nil, "\(name)")
        }
        // From a copy in another folder, every figure is the same, bit for bit.
        let copy = folder.file("copy of the run")
        try FileManager.default.copyItem(atPath: path, toPath: copy)
        let copied = try json(run("evaluate", copy, "--json").output)
        for (name, value) in saved {
            #expect(try Self.text(copied[name]) == Self.text(value), "\(name)")
        }
        #expect((figures["coco"] as? [Double])?.count == 12 && figures["encoding"] as? String == "phase")
        let text = try run("evaluate", path)
        #expect(text.status == 0 && text.output.contains("mAP50 %") && text.output.contains("triangle"))

        let energy = try run("analyze", "energy", path, "--json")
        #expect(energy.status == 0, "\(energy.errors)")
        let layers = (try json(energy.output)["estimate"] as? [String: Any])?["layers"] as? [[String: Any]]
        #expect(layers?.count == 60 && layers?[0]["input"] as? String == "real values")
        #expect(layers?[5]["input"] as? String == "spikes")

        // Two images of the same name, one of them not square.
        for (name, width) in [("a/one.ppm", 40), ("b/one.ppm", 64)] {
            try folder.file(name, Array("P6 \(width) 48 255\n".utf8) + Array(repeating: 90, count: width * 48 * 3))
        }
        let output = folder.file("found")
        let predicted = try run(
            "predict", path, folder.file("a/one.ppm"), folder.file("b/one.ppm"), "--confidence", "0.0001", "--output",
            output, "--json")
        #expect(predicted.status == 0, "\(predicted.errors)")
        let names = try FileManager.default.contentsOfDirectory(atPath: output).sorted()
        #expect(names == ["detections.json", "one-2.png", "one-2.txt", "one.png", "one.txt"])
        let images = try json(predicted.output)["images"] as? [[String: Any]] ?? []
        #expect(images.map { $0["width"] as? Int } == [40, 64])
        for (image, name) in zip(images, ["one", "one-2"]) {
            let objects = image["objects"] as? [[String: Any]] ?? []
            let lines = try String(contentsOfFile: "\(output)/\(name).txt", encoding: .utf8).split(separator: "\n")
            #expect(lines.count == objects.count && !objects.isEmpty)
            for (line, object) in zip(lines, objects) {
                let numbers = line.split(separator: " ").compactMap { Double($0) }
                let box = try #require(object["box"] as? [Double])
                let (width, height) = (Double(image["width"] as! Int), 48.0)
                #expect(numbers.count == 6 && numbers[0] == Double(object["label"] as! Int))
                #expect(abs(numbers[1] - (box[0] + box[2]) / 2 / width) < 1e-5)
                #expect(abs(numbers[4] - (box[3] - box[1]) / height) < 1e-5)
                #expect(box[0] >= 0 && box[2] <= width && box[1] >= 0 && box[3] <= height)
            }
        }
        // The texts are labels that can be read again.
        try folder.file(
            "again/data.yaml", Array("train: images\nval: images\nnames: [\(classes.joined(separator: ", "))]\n".utf8))
        for (name, source) in [("one", "a/one.ppm"), ("one-2", "b/one.ppm")] {
            try folder.file("again/images/\(name).ppm", folder.bytes(source))
            try folder.file("again/labels/\(name).txt", folder.bytes("found/\(name).txt"))
        }
        // Of this detector, which has hardly learned, boxes that were cut at the edges repeat each other.
        let counts = try ["one", "one-2"].map { name in
            let lines = try String(contentsOfFile: "\(output)/\(name).txt", encoding: .utf8).split(separator: "\n")
            return Set(lines.map { $0.split(separator: " ").dropLast() }).count
        }
        let read = try run("datasets", "boxes", "yolo", folder.file("again"))
        #expect(read.status == 0, "\(read.errors)")
        #expect(read.output.contains("2 images for training with \(counts.reduce(0, +)) boxes"), "\(read.output)")
        let leftOut = read.output.split(separator: "\n").filter { $0.contains("left out") }
        #expect(leftOut.allSatisfy { $0.contains("that repeat another one") }, "\(read.output)")

        // Results replace earlier results, and nothing else.
        let one = folder.file("a/one.ppm")
        let drawn = try folder.bytes("found/one.png")
        #expect(try run("predict", path, one, "--confidence", "1", "--output", output).status == 0)
        #expect(try folder.bytes("found/one.png") != drawn && folder.bytes("found/one.txt").isEmpty)
        #expect(try run("predict", path, folder.file("b/one.ppm"), one, "--output", output).status == 0)
        let itself = try run("predict", path, folder.file("found/one.png"), "--output", output)
        #expect(itself.status != 0 && itself.errors.contains("found/one.png is one of the images"), "\(itself.errors)")
        try folder.file("labels/one.txt", Array("0 0.5 0.5 1 1\n".utf8))
        let labels = try run("predict", path, one, "--output", folder.file("labels"))
        #expect(labels.status != 0 && labels.errors.contains("labels/one.txt: is there already"), "\(labels.errors)")
        #expect(try folder.names.contains("labels") && folder.bytes("labels/one.txt").count == 14)
        let wrong = try run("predict", path, one, "--output", one)
        #expect(
            wrong.status != 0 && wrong.errors.hasSuffix("one.ppm: cannot be written: it is a file; name a folder\n"),
            "\(wrong.errors)")

        // A broken image does not keep the others from being looked at.
        try folder.file("mixed/1.ppm", folder.bytes("a/one.ppm"))
        try folder.file("mixed/2.jpg", Array("no image".utf8))
        try folder.file("mixed/3.ppm", folder.bytes("b/one.ppm"))
        let mixed = try run("predict", path, folder.file("mixed"), "--output", folder.file("drawn"))
        let broken = folder.file("mixed/2.jpg")
        #expect(mixed.status != 0 && mixed.errors.contains("left out: \(broken): "), "\(mixed.errors)")
        #expect(mixed.errors.contains("1 of 3 images cannot be read, and is left out"))
        let list = try json(String(contentsOfFile: folder.file("drawn/detections.json"), encoding: .utf8))
        #expect((list["images"] as? [[String: Any]])?.map { $0["name"] as? String } == ["1", "3"])
        #expect((list["unreadable"] as? [[String: Any]])?.map { $0["image"] as? String } == [broken])

        let fewer = try run("predict", path, folder.file("a/one.ppm"), "--confidence", "1")
        #expect(fewer.status == 0 && fewer.output.contains("nothing found"))

        let report = try run("report", path, "--output", folder.file("other.html"))
        #expect(report.status == 0 && report.output.contains("report → "), "\(report.errors)")
    }

    @Test(.timeLimit(.minutes(5))) func severalEncodingsAndTheNetworkWithoutSpikes() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("runs")
        let several = try run(
            ["train", "--model", "spiking-yolov5n", "--encoding", "all", "--output", path] + Self.small)
        #expect(several.status == 0, "\(several.errors)")
        #expect(
            several.output.split(separator: "\n").map { $0.prefix { $0 != " " } } == [
                "direct", "rate", "phase", "ttfs",
            ])
        let table = try run("evaluate", path)
        // A heading, a line below it, and a row for each run.
        #expect(table.status == 0 && table.output.split(separator: "\n").count == 6, "\(table.output)")
        let plain = try run(
            [
                "train", "--model", "yolov5n", "--output", folder.file("plain"), "--side", "64", "--epochs", "2",
                "--batch", "2", "--limit-train", "4", "--limit-test", "3", "--set", "warm-up-epochs=1",
            ])
        #expect(plain.status == 0 && plain.output.hasPrefix("yolov5n  mAP50"), "\(plain.errors)")
    }

    @Test(arguments: [
        (["--dataset", "voc"], "dataset voc: name its folder with --data"),
        (["--dataset", "shapes", "--data", "x"], "--data: changes nothing with dataset shapes"),
        (["--dataset", "shapes", "--drop-last"], "--drop-last: is for classifiers"),
        (["--dataset", "shapes", "--ablation"], "--ablation: is for classifiers"),
        (["--dataset", "shapes", "--model", "small"], "model must be spiking-yolov5n, or yolov5n"),
        (["--dataset", "shapes", "--side", "100"], "side must be a multiple of 32"),
        (["--model", "yolov5n", "--encoding", "rate"], "--encoding: changes nothing here: yolov5n has no spikes"),
        (["--model", "yolov5n", "--steps", "2"], "--steps: changes nothing here: yolov5n has no spikes"),
        (["--model", "yolov5n", "--no-surrogate"], "--no-surrogate: changes nothing here: yolov5n has no spikes"),
        (["--model", "yolov5n", "--no-convolution"], "--no-convolution: changes nothing here: yolov5n has no spikes"),
        (
            ["--dataset", "shapes", "--epochs", "2"],
            "got 3.0 of 2; lower it too, for instance with --set warm-up-epochs"
        ),
        (["--dataset", "shapes", "--set", "mixup=1"], "there is no setting mixup"),
        (["--dataset", "shapes", "--set", "side=64", "--side", "64"], "both say what side is; keep one of them"),
        (["--dataset", "mnist", "--model", "yolov5n"], "model must be small, or qkformer-D-W"),
        (["--dataset", "coco", "--data", "/nowhere"], "/nowhere"),
        (["--dataset", "shapes", "--encoding", "morse"], "encoding must be one of direct, rate, phase, ttfs"),
    ]) func wrongOptionsAreNamed(options: [String], expected: String) throws {
        let folder = try TemporaryFolder()
        let (status, output, errors) = try run(["train", "--output", folder.file("run")] + options)
        #expect(status != 0 && output.isEmpty && errors.contains(expected), "\(errors)")
        #expect(errors.split(separator: "\n").count == 1, "\(errors)")
    }

    @Test func settingsArePrinted() throws {
        let printed = try run("train", "--print-config", "--dataset", "shapes", "--encoding", "ttfs", "--epochs", "9")
        #expect(printed.status == 0, "\(printed.errors)")
        let settings = try SettingsFile<DetectionConfiguration>(yaml: printed.output, path: "printed")
        #expect(settings.configuration.encoding == .ttfs && settings.configuration.epochs == 9 && settings.seed == 35)
        // A file of a detector's settings needs no option to be known as such.
        let folder = try TemporaryFolder()
        let path = try folder.file("a.yaml", Array(printed.output.utf8))
        let again = try run("train", path, "--print-config", "--batch", "3")
        #expect(again.status == 0 && again.output.contains("batch: 3\n") && again.output.contains("encoding: ttfs\n"))
    }
}
