import ArgumentParser
import SpikeEncoding

struct DemoCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo",
        abstract: "Compares every codec on a heartbeat that the program makes itself; needs no file.",
        discussion: "spike demo")

    @OptionGroup var comparison: ComparisonOptions

    func run() throws {
        let signal = Electrocardiogram(seed: comparison.seed).signal(seconds: 30, samplingRate: 360)
        if !comparison.json {
            print("A synthetic electrocardiogram: 2 leads, 30 s at 360 Hz, about 72 beats a minute.\n")
        }
        try comparison.run(
            signal, title: "Spike codes of a synthetic heartbeat", file: nil, command: "spike demo",
            report: "report.html")
        if !comparison.json { print("\nNow yours: spike compare YOUR-FILE --output report.html") }
    }
}
