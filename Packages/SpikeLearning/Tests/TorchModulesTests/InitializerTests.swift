import TestSupport
import Testing
import TorchModules
import TorchTensors

@Suite(.leavesNothing) struct InitializerTests {
    /// Inputs 40 · 9, outputs 60 · 9; 21,600 numbers.
    static let shape = [60, 40, 3, 3]

    private func values(_ initializer: Initializer, seed: UInt64 = 5) throws -> [Double] {
        var random = RandomSource(seed: seed)
        return try initializer.tensor(Self.shape, random: &random).elements(as: Double.self)
    }

    /// Mean and variance, which stay within 5 of their standard errors: that fails by chance once in 10⁶ seeds, and the
    /// seed is fixed.
    private func expectMoments(_ values: [Double], deviation: Double, kurtosis: Double, _ what: String) {
        let n = Double(values.count)
        let mean = values.reduce(0, +) / n
        let variance = values.reduce(0) { $0 + $1 * $1 } / n
        #expect(abs(mean) < 5 * deviation / n.squareRoot(), "\(what), seed 5: mean \(mean)")
        let error = 5 * ((kurtosis - 1) / n).squareRoot()
        #expect(abs(variance / (deviation * deviation) - 1) < error, "\(what), seed 5: variance \(variance)")
    }

    @Test(arguments: [
        (Initializer.standard, 1 / 360.0.squareRoot()),
        (.kaimingUniform(), (6 / 360.0).squareRoot()),
        (.xavierUniform(gain: 2), 2 * (6 / 900.0).squareRoot()),
    ])
    func uniform(_ initializer: Initializer, _ bound: Double) throws {
        let values = try values(initializer)
        // Rounding to float32 may reach the bound itself, or be a little above.
        let reach = values.map(abs).max()!
        #expect(reach <= bound * (1 + 1e-7) && reach > bound * 0.999)
        // Kurtosis of the uniform distribution: 9/5.
        expectMoments(values, deviation: bound / 3.0.squareRoot(), kurtosis: 1.8, "\(initializer)")
    }

    @Test(arguments: [
        (Initializer.kaimingNormal(), (2 / 360.0).squareRoot()),
        (.kaimingNormal(negativeSlope: 1), (1 / 360.0).squareRoot()),
        (.xavierNormal(gain: 0.5), 0.5 * (2 / 900.0).squareRoot()),
        (.truncatedNormal(), 0.02),
    ])
    func normal(_ initializer: Initializer, _ deviation: Double) throws {
        let values = try values(initializer)
        expectMoments(values, deviation: deviation, kurtosis: 3, "\(initializer)")
        // A share of 4.55 % lies beyond two standard deviations; its standard error is √(p(1−p)/n).
        let share = Double(values.filter { abs($0) > 2 * deviation }.count) / Double(values.count)
        let error = (0.0455 * 0.9545 / Double(values.count)).squareRoot()
        #expect(abs(share - 0.0455) < 5 * error, "\(initializer), seed 5: \(share)")
    }

    @Test func truncatedNormalKeepsItsLimit() throws {
        let values = try values(.truncatedNormal(standardDeviation: 0.5, limit: 1))
        #expect(values.allSatisfy { abs($0) <= 1 })
        // Cut at two standard deviations the variance is σ²(1 − 4φ(2)/(2Φ(2) − 1)) = 0.7737 σ², the kurtosis 2.36.
        expectMoments(values, deviation: 0.5 * 0.7737413.squareRoot(), kurtosis: 2.37, "cut normal")
    }

    @Test func constant() throws { #expect(try values(.constant(0.25)).allSatisfy { $0 == 0.25 }) }

    @Test func sameSeedSameNumbers() throws {
        let all: [Initializer] = [.standard, .kaimingNormal(), .xavierUniform(), .truncatedNormal()]
        for initializer in all {
            #expect(try values(initializer, seed: 7) == values(initializer, seed: 7))
            #expect(try values(initializer, seed: 7) != values(initializer, seed: 8))
        }
    }

    @Test func everyTensorHasItsOwnNumbers() throws {
        var random = RandomSource(seed: 3)
        let first = try Linear(inputs: 4, outputs: 4, random: &random)
        let second = try Linear(inputs: 4, outputs: 4, random: &random)
        #expect(try !first.weight.equals(second.weight))
        #expect(try first.weight.elements(as: Float.self).prefix(4) != first.bias!.elements(as: Float.self).prefix(4))

        var again = RandomSource(seed: 3)
        _ = try Linear(inputs: 4, outputs: 4, bias: .constant(0), weight: .constant(1), random: &again)
        let other = try Linear(inputs: 4, outputs: 4, random: &again)
        #expect(try other.weight.equals(second.weight), "the rule of one layer moves the numbers of the next")
    }

    /// Numbers that every machine and later version must draw.
    @Test func numbersAreFixed() throws {
        var random = RandomSource(seed: 42)
        let linear = try Linear(inputs: 1, outputs: 3, random: &random)
        let weight = try linear.weight.elements(as: Float.self)
        // 2u − 1, since one input makes the bound 1; u is cut to float32's 24 bits.
        let stream = RandomStream(seed: 42).split(0)
        #expect(weight == (0..<3).map { Float(2 * (stream.uniform(at: $0) * 0x1p24).rounded(.down) * 0x1p-24 - 1) })
    }

    @Test func layersUseTheFanOfTheirWeight() throws {
        var random = RandomSource(seed: 5)
        let conv = try Conv2d(inputs: 16, outputs: 512, kernel: 3, groups: 4, random: &random)
        let bound = 1 / 36.0.squareRoot()
        for tensor in [conv.weight, conv.bias!] {
            let reach = try tensor.elements(as: Double.self).map(abs).max()!
            #expect(reach <= bound * (1 + 1e-7) && reach > bound * 0.98)
        }
        let normalisation = try BatchNorm1d(channels: 2)
        #expect(try normalisation.weight!.elements(as: Float.self) == [1, 1])
        #expect(try normalisation.bias!.elements(as: Float.self) == [0, 0])
        #expect(try normalisation.runningMean!.elements(as: Float.self) == [0, 0])
        #expect(try normalisation.runningVariance!.elements(as: Float.self) == [1, 1])
    }

    @Test func fillsInPlace() throws {
        var random = RandomSource(seed: 5)
        let linear = try Linear(inputs: 40, outputs: 30, random: &random)
        let weight = linear.weight
        try Initializer.truncatedNormal(standardDeviation: 3, limit: 3).fill(linear.weight, random: &random)
        #expect(try weight.elements(as: Float.self).contains { $0 > 1 })
        #expect(weight.requiresGradient && weight.isLeaf)
    }
}
