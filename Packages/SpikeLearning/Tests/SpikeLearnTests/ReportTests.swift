import Foundation
import Testing

/// The reports that commands write; what is in them, the tests of `TrainingReports` hold.
@Suite struct ReportTests {
    let folder: String

    init() throws {
        folder = NSTemporaryDirectory() + "spikekit-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try TrainTests.writeImages(to: folder)
    }

    private func remove() { try? FileManager.default.removeItem(atPath: folder) }

    private func text(_ name: String) throws -> String {
        try String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8)
    }

    private func train(_ name: String, _ encoding: String) -> [String] {
        [
            "train", "--dataset", "mnist", "--data", folder, "--encoding", encoding, "--epochs", "1", "--batch", "20",
            "--steps", "2", "--output", "\(folder)/\(name)",
        ]
    }

    @Test func trainWritesOne() throws {
        defer { remove() }
        let (status, _, errors) = try run(train("run", "ttfs"))
        #expect(status == 0 && errors.contains("report → \(folder)/run/report.html"), "\(errors)")
        let report = try text("run/report.html")
        #expect(report.contains("Training on MNIST") && report.contains("spike train"))
        #expect(FileManager.default.fileExists(atPath: "\(folder)/run/events.out.tfevents.spikekit"))

        // Taken up again, a run that is through keeps where it was trained.
        let before = try text("run/environment.json")
        #expect(before.contains("SpikeKit") && before.contains("\"device\":\"cpu\""))
        _ = try run(train("run", "ttfs") + ["--threads", "3"])
        #expect(try text("run/environment.json") == before)
    }

    @Test func reportTakesFoldersTogether() throws {
        defer { remove() }
        for encoding in ["rate", "phase"] { #expect(try run(train("runs/\(encoding)", encoding)).status == 0) }
        let (status, output, errors) = try run("report", "\(folder)/runs", "--data", folder)
        #expect(status == 0 && output == "report → \(folder)/runs/report.html\n", "\(errors)")
        #expect(try text("runs/report.html").contains("2 variants, 1 seed each"))

        let both = ["report", "\(folder)/runs/phase", "\(folder)/runs/rate", "--data", folder]
        let nameless = try run(both)
        #expect(nameless.status != 0 && nameless.errors.contains("--output: name the report"))
        #expect(try run(both + ["--output", "\(folder)/both.html"]).status == 0)
        #expect(try text("both.html").contains("<a href=\"#part-1-3\">phase</a>"))
        let nothing = try run("report", "\(folder)/nothing")
        #expect(nothing.status != 0 && nothing.errors.contains("there is no run in it"))
    }

    /// The demo's images: 102 of each digit, of digit d with row 2d bright.
    private func writeDigits() throws {
        let rows = (0..<10).map { digit in
            ((0..<784).map { $0 / 28 == 2 * digit ? "255" : "0" } + ["\(digit)\n"]).joined(separator: ",")
        }
        let table = rows.map { String(repeating: $0, count: 102) }.joined()
        try table.write(toFile: "\(folder)/mnist_5k.csv.gz", atomically: true, encoding: .utf8)
    }

    @Test func demoAddsToThePage() throws {
        defer { remove() }
        try writeDigits()
        let demo = ["demo", "--data", folder, "--limit-train", "20", "--page", "\(folder)/page.html"]
        let first = try run(demo)
        #expect(first.status == 0, "\(first.errors)")
        #expect(first.output.contains("direct") && first.output.contains("ttfs"))
        let page = try text("page.html")
        #expect(page.components(separatedBy: "<h1>").count == 2 && page.contains("Encodings learned on MNIST-5k"))
        // The runs are there already.
        let second = try run(demo + ["--append"])
        #expect(second.status == 0 && second.errors.contains("2 epochs done"), "\(second.errors)")
        #expect(try text("page.html").components(separatedBy: "<h1>").count == 3)

        try "something else".write(toFile: "\(folder)/page.html", atomically: true, encoding: .utf8)
        let refused = try run(demo + ["--append"])
        #expect(refused.status != 0 && refused.errors.contains("is no report of this program"))
        #expect(try text("page.html") == "something else")
    }
}
