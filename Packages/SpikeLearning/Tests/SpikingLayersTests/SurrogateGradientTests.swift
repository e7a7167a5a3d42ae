import TestSupport
import Testing
import TorchTensors

@testable import SpikingLayers

@Suite(.leavesNothing) struct SurrogateGradientTests {
    static let all: [SurrogateGradient] = [
        .sigmoid(), .sigmoid(slope: 1.5), .arctangent(), .arctangent(slope: 3), .triangle(), .triangle(slope: 0.4),
        .fastSigmoid(), .fastSigmoid(slope: 2), .rectangle(), .rectangle(width: 0.3),
    ]

    /// None of them a corner of a value function.
    static let points = Array(stride(from: -3.0, through: 3, by: 0.0371))

    @Test(arguments: all) func derivativeOfItsValue(surrogate: SurrogateGradient) {
        for u in Self.points {
            let step = 1e-6
            let difference = (surrogate.value(u + step) - surrogate.value(u - step)) / (2 * step)
            // Rounding of values near 1 over the step is 1e-10; the second derivative of the steepest jumps at corners.
            #expect(abs(difference - surrogate.derivative(u)) < 1e-4, "u = \(u)")
        }
    }

    @Test(arguments: all) func valueRisesAroundOneHalf(surrogate: SurrogateGradient) {
        #expect(surrogate.value(0) == 0.5)
        #expect(surrogate.value(-1000) < 0.47 && surrogate.value(1000) > 0.53)
    }

    @Test(arguments: all) func tensorsAgree(surrogate: SurrogateGradient) throws {
        let result = try surrogate.derivative(Tensor(Self.points)).elements(as: Double.self)
        for (u, derivative) in zip(Self.points, result) {
            #expect(abs(derivative - surrogate.derivative(u)) < 1e-12, "u = \(u)")
        }
    }

    @Test(arguments: all) func kernelAgrees(surrogate: SurrogateGradient) {
        let points = (Self.points + [1e20, -1e20, 100, -100, 0]).map { Float($0) }
        let count = (points.count + 15) & ~15
        let potentials = points + Array(repeating: 0, count: count - points.count)
        var result = Array(repeating: Float.nan, count: count)
        surrogate.derivatives(potentials, threshold: 0.25, count: count, into: &result)
        for (potential, derivative) in zip(points, result) {
            let expected = surrogate.derivative(Double(potential - 0.25))
            // A few units in the last place of the greatest derivative, 4.
            #expect(abs(Double(derivative) - expected) < 2e-6, "U = \(potential)")
        }
    }

    @Test(arguments: all) func spikeHasItsGradient(surrogate: SurrogateGradient) throws {
        let u = try Tensor(Self.points).requireGradient()
        let spikes = try spike(u, surrogate)
        #expect(try spikes.elements(as: Double.self) == Self.points.map { $0 >= 0 ? 1 : 0 })
        try (spikes * 2).sum().backward()
        for (u, gradient) in zip(Self.points, try u.gradient!.elements(as: Double.self)) {
            #expect(abs(gradient - 2 * surrogate.derivative(u)) < 1e-12)
        }
    }

    @Test func firesAtEquality() throws {
        #expect(try spike(Tensor([0, -0.0] as [Float])).elements(as: Float.self) == [1, 1])
    }
}
