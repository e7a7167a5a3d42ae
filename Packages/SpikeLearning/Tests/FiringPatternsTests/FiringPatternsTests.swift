import BigInt
import FiringPatterns
import Foundation
import SpikingLayers
import TestSupport
import Testing
import TorchTensors

@Suite(.leavesNothing) struct FiringPatternsTests {
    /// A table of `Fixtures/firing_patterns.json`.
    struct ReferenceTable: Decodable {
        let id: String
        let lambdaExact: String
        // swift-format-ignore: AlwaysUseLowerCamelCase, as the fixture has this key.
        let T: Int
        let rows: [Row]

        struct Row: Decodable {
            let pattern: String
            let lowerBoundExact: String
            let lowerBound: Double
            let upperBoundExact: String?
            let sampleCurrent: Double
        }

        static func all() throws -> [ReferenceTable] {
            let url = Bundle.module.url(
                forResource: "firing_patterns", withExtension: "json", subdirectory: "Fixtures")!
            let decoder = JSONDecoder()
            decoder.keyDecodingStrategy = .convertFromSnakeCase
            return try decoder.decode([ReferenceTable].self, from: Data(contentsOf: url))
        }

        var decay: ExactDecay {
            let factor = Fraction(lambdaExact)!
            return id.hasSuffix("_scaled") ? .timeConstant(1 / (1 - factor)) : .factor(factor)
        }
    }

    @Test func agreesWithReference() throws {
        let tables = try ReferenceTable.all()
        #expect(tables.count == 7)
        for table in tables {
            let patterns = try firingPatterns(decay: table.decay, steps: table.T)
            #expect(patterns.map(\.text) == table.rows.map(\.pattern), "\(table.id)")
            #expect(patterns.map(\.lowerBound.description) == table.rows.map(\.lowerBoundExact), "\(table.id)")
            #expect(patterns.map(\.lowerBound.decimal) == table.rows.map(\.lowerBound), "\(table.id)")
            #expect(patterns.map(\.upperBound?.description) == table.rows.map(\.upperBoundExact), "\(table.id)")
        }
    }

    /// The general formulas for soft reset at T = 4.
    @Test(arguments: ["1/3", "0.9", "0.5", "17/19"]) func boundsOfTheSevenPatterns(text: String) throws {
        let decay = Fraction(text)!
        let two = 1 + decay
        let three = two + decay * decay
        let four = three + decay * decay * decay
        let patterns = try firingPatterns(decay: .factor(decay))
        #expect(patterns.map(\.text) == ["0000", "0001", "0010", "0101", "0110", "0111", "1111"])
        #expect(patterns.map(\.lowerBound) == [0, 1 / four, 1 / three, 1 / two, two / three, three / four, 1])
    }

    static let neurons: [(LIFDynamics, ExactDecay, Fraction)] = [
        (LIFDynamics(decay: .factor(0.75)), .factor("3/4"), 1),
        (LIFDynamics(decay: .factor(0.75), reset: .toZero), .factor("0.75"), 1),
        (LIFDynamics(decay: .timeConstant(2), threshold: 0.5, reset: .toZero), .timeConstant(2), "1/2"),
        (LIFDynamics(decay: .timeConstant(4)), .timeConstant(4), 1),
        (LIFDynamics(decay: .factor(1)), .factor(1), 1),
    ]

    /// The neuron itself, in float64, in the middle of every interval.
    @Test(arguments: neurons.indices, [1, 4, 9]) func neuronsFireSo(neuron: Int, steps: Int) throws {
        let (dynamics, decay, threshold) = Self.neurons[neuron]
        let patterns = try firingPatterns(decay: decay, reset: dynamics.reset, threshold: threshold, steps: steps)
        let currents = patterns.map { ($0.lowerBound + ($0.upperBound ?? $0.lowerBound + 1)) / 2 }.map(\.decimal)
        let spikes = try lifSpikes(Tensor(currents).repeatedOverTime(steps), dynamics)
        let trains = try spikes.transposed().elements(as: Double.self)
        for (index, pattern) in patterns.enumerated() {
            let train = trains[index * steps..<(index + 1) * steps].map { $0 == 1 }
            #expect(train == pattern.spikes, "\(dynamics), I = \(currents[index])")
        }
    }

    @Test(arguments: neurons.indices) func intervalsJoin(neuron: Int) throws {
        let (dynamics, decay, threshold) = Self.neurons[neuron]
        let patterns = try firingPatterns(decay: decay, reset: dynamics.reset, threshold: threshold, steps: 12)
        #expect(patterns.first?.lowerBound == 0 && patterns.last?.upperBound == nil)
        #expect(patterns.dropLast().map(\.upperBound) == patterns.dropFirst().map(\.lowerBound))
        #expect(patterns.allSatisfy { $0.upperBound.map { [low = $0.lowerBound] in low < $0 } ?? true })
        #expect(Set(patterns.map(\.text)).count == patterns.count)
    }

    @Test func theResetMatters() throws {
        let soft = try firingPatterns(decay: .factor("1/2"))
        let hard = try firingPatterns(decay: .factor("1/2"), reset: .toZero)
        // After a hard reset all potential is lost: at I = 0.9 the second spike needs two steps again.
        #expect(soft.map(\.text).contains("0110"))
        #expect(hard.map(\.text) == ["0000", "0001", "0010", "0101", "1111"])
    }

    @Test func wrongParameters() throws {
        func message(_ decay: ExactDecay, _ threshold: Fraction = 1, _ steps: Int = 4) -> String {
            let error = #expect(throws: TensorError.self) {
                try firingPatterns(decay: decay, threshold: threshold, steps: steps)
            }
            return error?.description ?? ""
        }
        #expect(message(.factor("3/2")).contains("3/2"))
        #expect(message(.factor("-1/2")).contains("-1/2"))
        #expect(message(.timeConstant("1/2")).contains("time constant"))
        #expect(message(.factor(1), 0).contains("threshold"))
        #expect(message(.factor(1), 1, 0).contains("steps"))
    }
}

extension Fraction: ExpressibleByStringLiteral {
    public init(stringLiteral text: String) { self = Fraction(text)! }
}
