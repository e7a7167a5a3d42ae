import ArgumentParser
import FiringPatterns
import SpikeCommandLine
import SpikingLayers

struct FiringPatternsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        learning: "analyze firing-patterns",
        discussion: """
            spike analyze firing-patterns --decay 0.5
            spike analyze firing-patterns --decay 1/3 --steps 8 --reset hard
            spike analyze firing-patterns --time-constant 2 --json

            Each pattern has one interval of currents, which includes its lower bound and excludes its upper bound. Bounds
            are exact fractions.
            """)

    @Option(help: ArgumentHelp("λ of U = λ·V + I, within 0...1, such as 0.5 or 1/3.", valueName: "λ"))
    var decay: Fraction?

    @Option(
        help: ArgumentHelp("τ of U = V + (I − V)/τ instead, from 1 on, in steps, such as 2 or 4/3.", valueName: "τ"))
    var timeConstant: Fraction?

    @Option(help: ArgumentHelp("T, 1 to 32; 4 if not given.", valueName: "n"), transform: wholeNumber)
    var steps = 4

    @Option(
        help: ArgumentHelp(
            "What a spike does to the potential: soft takes θ away, hard sets it to 0.",
            valueName: "name"))
    var reset = Reset.soft

    @Option(help: ArgumentHelp("θ, above 0.", valueName: "θ"))
    var threshold: Fraction = 1

    @Flag(help: "Print as JSON.")
    var json = false

    enum Reset: String, ExpressibleByArgument, CaseIterable {
        case soft, hard
    }

    func validate() throws {
        guard (decay == nil) != (timeConstant == nil) else {
            throw ValidationError("name either --decay or --time-constant")
        }
        if !(1...32 ~= steps) { throw ValidationError("--steps must be within 1...32, got \(steps)") }
        if let decay, !(0...1 ~= decay) { throw ValidationError("--decay must be within 0...1, got \(decay)") }
        if let timeConstant, timeConstant < 1 {
            throw ValidationError("--time-constant must be >= 1, got \(timeConstant)")
        }
        if threshold <= 0 { throw ValidationError("--threshold must be > 0, got \(threshold)") }
    }

    func run() throws {
        let exactDecay = decay.map { ExactDecay.factor($0) } ?? .timeConstant(timeConstant!)
        let patterns = try firingPatterns(
            decay: exactDecay, reset: reset == .soft ? .subtractThreshold : .toZero, threshold: threshold, steps: steps)
        let report = FiringPatternsReport(
            decay: exactDecay, reset: reset.rawValue, threshold: threshold, steps: steps, patterns: patterns)
        print(json ? try readableJSON(report) : report.text)
    }
}

extension Fraction: ExpressibleByArgument {
    /// Parses a fraction of at most 16 characters, because the fractions after 32 steps have 32 times the digits.
    public init?(argument: String) {
        guard argument.count <= 16 else { return nil }
        self.init(argument)
    }
}
