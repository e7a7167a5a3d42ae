import ArgumentParser
import Foundation
import SpikeCommandLine
import SpikeEncoding

struct DemoCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo",
        abstract: "Both halves in a few minutes: codecs on a heartbeat, and encodings learned on images.",
        discussion: """
            spike demo
            spike demo --only signals

            The first half compares every codec on a heartbeat that the program generates. The second half trains a small
            spiking network on handwritten digits of MNIST, with each of four encodings. One report shows both. The second
            half needs LibTorch, which is set up the first time; its runs are kept in the folder of the report.
            """)

    enum Half: String, ExpressibleByArgument, CaseIterable {
        case signals, images
    }

    @OptionGroup var comparison: ComparisonOptions

    @Option(help: "Run only one of the halves: signals or images.")
    var only: Half?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Number of images on which each network is trained, up to 4,000.", valueName: "n"))
    var limitTrain = 4000

    func validate() throws {
        if comparison.json, only != .signals {
            throw ValidationError("--json is for the codecs; add --only signals")
        }
        if limitTrain < 1 { throw ValidationError("--limit-train must be >= 1, got \(limitTrain)") }
    }

    func run() throws {
        let page = comparison.output ?? "report.html"
        try requireOutput(page, extensions: reportExtensions)
        if only != .images { try compare(page) }
        if only != .signals { try learn(page) }
    }

    private func compare(_ page: String) throws {
        let signal = Electrocardiogram(seed: comparison.seed).signal(seconds: 30, samplingRate: 360)
        if !comparison.json {
            print("A synthetic electrocardiogram: 2 leads, 30 s at 360 Hz, about 72 beats a minute.\n")
        }
        try comparison.run(
            signal, title: "Spike codes of a synthetic heartbeat", recording: nil,
            command: [ProgramName.text, "demo", "--only", "signals"], report: page)
        if !comparison.json {
            print("Now yours: \(ShellCommand([ProgramName.text])) compare YOUR-FILE --output report.html")
        }
    }

    /// If LibTorch cannot be set up, the result of the first half is kept.
    private func learn(_ page: String) throws {
        let isFollowing = only == nil
        if isFollowing { print("\nFour encodings of images, learned with LibTorch:\n") }
        let status: Int32
        do {
            status = try LearningProgram(for: ["demo"]).run(
                [
                    "--page", page, "--seed", "\(comparison.seed)", "--limit-train", "\(limitTrain)", "--threads",
                    "\(comparison.threads.threads)",
                ] + (isFollowing ? ["--append"] : []))
        } catch let error as CommandError where isFollowing {
            print("Left out: \(error)")
            return
        }
        if status == LearningProgram.unavailable, isFollowing {
            print("Left out: LibTorch could not be set up, as said above; \(page) shows the codecs alone.")
        } else if status != 0 {
            if isFollowing { print("The second half failed, as said above; \(page) shows the codecs alone.") }
            throw ExitCode(status)
        }
    }
}
