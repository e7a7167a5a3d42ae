import Foundation
import Testing

@testable import SpikeDatasets

@Suite struct SampleRateChangeTests {
    private func sine(_ frequency: Double, _ rate: Double, _ count: Int) -> [Float] {
        (0..<count).map { Float(sin(2 * .pi * frequency * Double($0) / rate)) }
    }

    /// A tone below 90 % of half the lower rate is the same tone at the other rate, away from the ends.
    @Test(arguments: [
        (16_000.0, 8000.0, 440.0), (16_000, 8000, 3500), (44_100, 16_000, 1000), (22_050, 8000, 3000),
        (8000, 16_000, 3500), (360, 250, 40),
    ]) func tonesBelowTheCutOffStay(_ old: Double, _ new: Double, _ frequency: Double) throws {
        let resampling = try #require(SampleRateChange(from: old, to: new))
        let count = 4000
        let result = resampling(sine(frequency, old, count))
        #expect(result.count == Int((Double(count) * new / old).rounded(.up)))
        let margin = Int(80 * max(1, new / old))
        let expected = sine(frequency, new, result.count)
        let worst = zip(result, expected).dropFirst(margin).dropLast(margin).map { abs($0 - $1) }.max()!
        #expect(worst < 2e-3, "\(worst)")
    }

    @Test func tonesAboveTheCutOffGo() throws {
        let resampling = try #require(SampleRateChange(from: 16_000, to: 8000))
        let result = resampling(sine(4400, 16_000, 4000))
        #expect(result.dropFirst(80).dropLast(80).map(abs).max()! < 1e-3)
    }

    @Test func constantsStay() throws {
        for (old, new) in [(44_100.0, 16_000.0), (8000, 16_000)] {
            let change = try #require(SampleRateChange(from: old, to: new))
            let result = change([Float](repeating: 3, count: 100))
            #expect(result.allSatisfy { abs($0 - 3) < 1e-5 })
        }
        let half = try #require(SampleRateChange(from: 2, to: 1))
        #expect(half([]) == [] && half([5]).count == 1)
    }

    @Test func oddRatiosAreRefused() {
        #expect(SampleRateChange(from: 44_100, to: 16_000.377) == nil)
        #expect(SampleRateChange(from: 1e6, to: 1) == nil)
        #expect(SampleRateChange(from: 1, to: .infinity) == nil)
    }
}
