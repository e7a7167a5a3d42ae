import FiringPatterns
import SpikeCommandLine
import SpikingLayers
import TorchTensors

/// Patterns and their currents, in the form that `--json` prints.
struct FiringPatternsReport: Encodable {
    struct Row: Encodable {
        /// The pattern, such as `0110`.
        let pattern: String
        let lowerBoundExact: String
        let lowerBound: Double
        /// The upper bound as an exact fraction; null in the last row.
        let upperBoundExact: String?
        let upperBound: Double?

        enum CodingKeys: String, CodingKey {
            case pattern
            case lowerBoundExact = "lower_bound_exact"
            case lowerBound = "lower_bound"
            case upperBoundExact = "upper_bound_exact"
            case upperBound = "upper_bound"
        }

        func encode(to encoder: any Encoder) throws {
            var values = encoder.container(keyedBy: CodingKeys.self)
            try values.encode(pattern, forKey: .pattern)
            try values.encode(lowerBoundExact, forKey: .lowerBoundExact)
            try values.encode(lowerBound, forKey: .lowerBound)
            // These are written as null if there is no upper bound.
            try values.encode(upperBoundExact, forKey: .upperBoundExact)
            try values.encode(upperBound, forKey: .upperBound)
        }
    }

    /// The equation of the membrane potential.
    let convention: String
    let lambdaExact: String
    let lambda: Double
    /// The reset after a spike, `subtract` or `zero`.
    let reset: String
    let theta: Double
    let thetaExact: String
    let steps: Int
    let rows: [Row]

    enum CodingKeys: String, CodingKey {
        case convention, lambda, reset, theta, rows
        case lambdaExact = "lambda_exact"
        case thetaExact = "theta_exact"
        case steps = "T"
    }

    init(decay: ExactDecay, reset: String, threshold: Fraction, steps: Int, patterns: [FiringPattern]) {
        let factor: Fraction
        switch decay {
        case .factor(let value):
            factor = value
            convention = "U = lambda*V + I"
        case .timeConstant(let constant):
            factor = 1 - 1 / constant
            convention = "U = V + (I - V)/tau, tau = 1/(1-lambda)"
        }
        lambdaExact = factor.description
        lambda = factor.decimal
        self.reset = reset == "soft" ? "subtract" : "zero"
        theta = threshold.decimal
        thetaExact = threshold.description
        self.steps = steps
        rows = patterns.map {
            Row(
                pattern: $0.text, lowerBoundExact: $0.lowerBound.description, lowerBound: $0.lowerBound.decimal,
                upperBoundExact: $0.upperBound?.description, upperBound: $0.upperBound?.decimal)
        }
    }

    var text: String {
        let reset = reset == "subtract" ? "soft reset" : "hard reset"
        let table = TextTable(
            header: ["pattern", "from I", "up to", "≈ from", "≈ up to"],
            rows: rows.map { row in
                [
                    row.pattern, row.lowerBoundExact, row.upperBoundExact ?? "∞", decimal(row.lowerBound, 6),
                    row.upperBound.map { decimal($0, 6) } ?? "∞",
                ]
            }, textColumns: 1)
        return "\(convention), lambda = \(lambdaExact), threshold \(thetaExact), \(reset), T = \(steps): "
            + "\(counted(rows.count, "pattern"))\n\n" + table.text
    }
}
