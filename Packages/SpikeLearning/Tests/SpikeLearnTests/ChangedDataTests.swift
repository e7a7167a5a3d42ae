import Foundation
import TestSupport
import Testing

/// Commands on a flat folder of images whose files change after a run was trained on it.
@Suite struct ChangedDataTests {
    private let folder: TemporaryFolder
    private let data: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        data = try TemporaryFolder()
        var random = SplitMix64(seed: 1)
        for name in ["left", "right"] {
            for index in 0..<20 { try data.file("\(name)/\(index).pgm", ImageFiles.grey(name == "right", &random)) }
        }
    }

    private var source: [String] { ["--data", data.path] }
    private var runFolder: String { folder.file("run") }

    private func train(_ arguments: String...) throws -> (status: Int32, output: String, errors: String) {
        try run(
            [
                "train", "--dataset", "folder", "--side", "8", "--steps", "2", "--epochs", "2", "--batch", "8",
                "--threads", "1", "--output", runFolder,
            ] + source + arguments)
    }

    /// 0.pgm is trained on; by the hash of its new name it is set aside.
    @Test func everyCommandNoticesARenamedImage() throws {
        let trained = try train()
        #expect(trained.status == 0, "\(trained.errors)")
        let before = try json(run(["evaluate", runFolder, "--json"] + source).output)
        // Set aside are 10 and 16 of each class.
        #expect(before["images"] as? Int == 4)
        try FileManager.default.moveItem(atPath: data.file("left/0.pgm"), toPath: data.file("left/zero.pgm"))

        let commands = [
            ["evaluate", runFolder], ["analyze", "codes", runFolder], ["analyze", "energy", runFolder],
            ["report", runFolder],
        ]
        for command in commands {
            let refused = try run(command + source)
            #expect(refused.status != 0 && refused.output == "")
            #expect(refused.errors.contains("1 renamed (left/0.pgm → left/zero.pgm)"), "\(refused.errors)")
            #expect(refused.errors.split(separator: "\n").count == 1)
            let allowed = try run(command + source + ["--allow-changed-data"])
            #expect(allowed.status == 0, "\(allowed.errors)")
            #expect(
                allowed.errors.contains(
                    "1 of 5 test images are left out, as it was trained on them: left/zero.pgm"),
                "\(allowed.errors)")
        }
        let after = try json(run(["evaluate", runFolder, "--json", "--allow-changed-data"] + source).output)
        #expect(after["confusion"] as? [[Int]] == before["confusion"] as? [[Int]])
        // The folder that is named is the one that was tested.
        let copy = folder.file("copy")
        try FileManager.default.copyItem(atPath: data.path, toPath: copy)
        let onCopy = try json(run(["evaluate", runFolder, "--json", "--allow-changed-data", "--data", copy]).output)
        #expect(onCopy["dataset"] as? String == "copy" && before["dataset"] as? String != "copy")

        let again = try train()
        #expect(again.status != 0 && again.errors.contains("are not those that the run began with: 1 renamed"))
        let resumed = try train("--allow-changed-data")
        #expect(resumed.status == 0 && resumed.errors.contains("goes on with changed images: 1 renamed"))
    }

    /// An image that was trained on, in another format without loss and under a name by which it is set aside.
    @Test func aReencodedImageIsNoticed() throws {
        #expect(try train().status == 0)
        let content = try data.bytes("left/0.pgm")
        try FileManager.default.removeItem(atPath: data.file("left/0.pgm"))
        let pixels = content.suffix(64).flatMap { [$0, $0, $0] }
        try data.file("left/zero.ppm", Array("P6 8 8 255\n".utf8) + pixels)
        let refused = try run(["evaluate", runFolder] + source)
        #expect(refused.status != 0 && refused.output == "")
        #expect(refused.errors.contains("1 re-encoded with the same pixels (left/0.pgm → left/zero.ppm)"))
        let allowed = try run(["evaluate", runFolder, "--allow-changed-data"] + source)
        #expect(allowed.status == 0, "\(allowed.errors)")
        #expect(allowed.errors.contains("1 of 5 test images are left out, as it was trained on them: left/zero.ppm"))
    }

    @Test func whatIsLeftOutIsSaidAndKept() throws {
        try data.file("left/20.gif", [1])
        try data.file("alone.pgm", [1])
        let (status, _, errors) = try train()
        #expect(status == 0)
        #expect(errors.contains("1 file left out, in no class folder: alone.pgm\n"), "\(errors)")
        #expect(errors.contains(".pnm): left/20.gif\n"), "\(errors)")
        let record = try json(String(contentsOfFile: "\(runFolder)/data.json", encoding: .utf8))
        #expect((record["leftOut"] as? [[String: Any]])?.count == 2)
        #expect((record["train"] as? [[String: Any]])?.count == 36)
        let report = try String(contentsOfFile: "\(runFolder)/report.html", encoding: .utf8)
        #expect(report.contains("left out, in no class folder") && report.contains("1: alone.pgm"))

        try data.file("middle/1.gif", [1])
        let refused = try train()
        #expect(refused.status != 0 && refused.errors.contains("middle: there are no images in this class folder"))
        #expect(refused.errors.split(separator: "\n").count == 1, "\(refused.errors)")
    }

    /// 36 training images at 8 a batch: four batches, or five.
    @Test func theLastBatchIsASetting() throws {
        func rateAndSettings(_ arguments: [String] = []) throws -> (rate: Double, text: String) {
            try? FileManager.default.removeItem(atPath: runFolder)
            let (status, _, errors) = try run(
                [
                    "train", "--dataset", "folder", "--side", "8", "--steps", "1", "--epochs", "1", "--batch", "8",
                    "--output", runFolder,
                ] + source + arguments)
            #expect(status == 0, "\(errors)")
            let figures = try json(String(contentsOfFile: "\(runFolder)/metrics.jsonl", encoding: .utf8))
            return (
                try #require(figures["learningRate"] as? Double),
                try String(contentsOfFile: "\(runFolder)/configuration.yaml", encoding: .utf8)
            )
        }
        func rate(_ step: Double, of steps: Double) -> Double {
            1e-5 + (1e-3 - 1e-5) / 2 * (1 + cos(Double.pi * step / steps))
        }
        let kept = try rateAndSettings()
        #expect(abs(kept.rate - rate(4, of: 5)) < 1e-9 && kept.text.contains("drop-last: false"))
        for arguments in [["--drop-last"], ["--set", "drop-last=true"]] {
            let dropped = try rateAndSettings(arguments)
            #expect(abs(dropped.rate - rate(3, of: 4)) < 1e-9 && dropped.text.contains("drop-last: true"))
        }
    }
}
