import Foundation
import Testing

/// Both halves of the demo; a script stands in for `spike-learn`, which has the second.
@Suite struct DemoTests {
    let program: Program
    private let standIn: String

    init() throws {
        program = try Program()
        standIn = program.path("spike-learn")
    }

    private func demo(_ arguments: String, exit status: Int) throws -> Program.Outcome {
        try "#!/bin/sh\necho \"got $*\"\necho \"there: $(ls report.html other.html 2>/dev/null)\"\nexit \(status)\n"
            .write(
                toFile: standIn, atomically: true, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: standIn)
        return try program.run("demo --evaluations 40 \(arguments)", environment: ["SPIKEKIT_LEARN": standIn])
    }

    @Test func bothHalves() throws {
        let outcome = try demo("--seed 3 --threads 1 --limit-train 50", exit: 0)
        #expect(outcome.status == 0, "\(outcome.errors)")
        let lines = outcome.output.split(separator: "\n")
        #expect(outcome.output.contains("step-forward"))
        let handedOver = "got demo --page report.html --seed 3 --limit-train 50 --threads 1 --append"
        #expect(lines.suffix(2) == [Substring(handedOver), "there: report.html"], "the page is there before")
        let report = try program.text("report.html")
        #expect(report.contains("lead II") && !report.contains("spike encode"), "there is no file to encode")
    }

    @Test func eitherHalf() throws {
        let signals = try demo("--only signals --output other.html", exit: 1)
        #expect(signals.status == 0 && !signals.output.contains("got") && program.exists("other.html"))
        let json = try demo("--only signals --json", exit: 1)
        #expect(json.status == 0 && json.output.hasPrefix("{"))
        let images = try demo("--only images --output other.html", exit: 0)
        #expect(images.output.hasPrefix("got demo --page other.html") && !images.output.contains("--append"))
        #expect(!images.output.contains("step-forward"))
    }

    @Test func withoutLibTorchTheFirstHalfStands() throws {
        let unavailable = try demo("", exit: 69)
        #expect(unavailable.status == 0 && unavailable.output.contains("Left out: LibTorch could not be set up"))
        #expect(program.exists("report.html"))
        let alone = try program.run(
            "demo --evaluations 40", environment: ["SPIKEKIT_LEARN": program.path("nothing")])
        #expect(alone.status == 0 && alone.output.contains("Left out: demo needs the program spike-learn"))
    }

    @Test(arguments: [("", 3), ("--only images", 69), ("--only images", 3)])
    func otherFailuresAreFailures(arguments: String, status: Int) throws {
        let outcome = try demo(arguments, exit: status)
        #expect(outcome.status == Int32(status) && outcome.errors == "", "the other program has said why")
        // The first half's report stays, whatever becomes of the second.
        #expect(try arguments != "" || program.text("report.html").contains("lead II"))
        #expect((arguments == "") == outcome.output.contains("report.html shows the codecs alone"))
    }

    @Test(arguments: [
        ("--json", "--json is for the codecs; add --only signals"), ("--limit-train 0", "--limit-train must be >= 1"),
        ("--only sounds", "--only"),
    ]) func mistakesAreOneLine(arguments: String, message: String) throws {
        let outcome = try demo(arguments, exit: 0)
        #expect(outcome.status != 0 && outcome.output == "" && outcome.errors.contains(message), "\(outcome.errors)")
        #expect(outcome.errors.split(separator: "\n").count == 1)
    }
}
