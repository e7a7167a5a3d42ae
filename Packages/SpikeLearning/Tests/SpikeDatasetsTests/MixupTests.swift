import Foundation
import SpikeDatasets
import TestSupport
import Testing
import TorchTensors

@Suite(.leavesNothing) struct MixupTests {
    @Test func smoothsLabels() throws {
        let targets = try SoftTargets.smoothed([2, 0], classCount: 4, smoothing: 0.1)
        #expect(targets.shape == [2, 4])
        let expected: [Float] = [0.025, 0.025, 0.925, 0.025, 0.925, 0.025, 0.025, 0.025]
        // A rounding of 1 - 0.1 + 0.025 in float32.
        #expect(try zip(targets.elements(as: Float.self), expected).allSatisfy { abs($0 - $1) < 1e-7 })
        #expect(try SoftTargets.smoothed([1], classCount: 2, smoothing: 0).elements(as: Float.self) == [0, 1])
        #expect(
            message { _ = try SoftTargets.smoothed([4], classCount: 4, smoothing: 0.1) }?.contains("label 4") == true)
        #expect(message { _ = try SoftTargets.smoothed([0], classCount: 4, smoothing: 2) }?.contains("got 2.0") == true)
    }

    /// Beta(α, α) has the mean 1/2 and the variance 1 / (4·(2α + 1)).
    @Test(arguments: [0.05, 0.2, 0.5, 1, 4])
    func weightsAreBeta(_ alpha: Double) {
        let count = 20_000
        let weights = (0..<count).map { Mixup(alpha: alpha).weight(RandomStream(seed: 3).split($0)) }
        #expect(weights.allSatisfy { (0...1).contains($0) })
        let mean = weights.reduce(0, +) / Double(count)
        let squares: [Double] = weights.map { ($0 - 0.5) * ($0 - 0.5) }
        let variance = squares.reduce(0, +) / Double(count)
        let expected: Double = 1 / (8 * alpha + 4)
        // Five standard errors: of the mean, and of squares that are within 0...1/4.
        let (ofMean, ofVariance) = ((expected / Double(count)).squareRoot(), 0.125 / Double(count).squareRoot())
        #expect(abs(mean - 0.5) < 5 * ofMean)
        #expect(abs(variance - expected) < 5 * ofVariance)
    }

    @Test func blendsImagesAndTargetsAlike() throws {
        // An image's one pixel is its class, so that blends of the two can be compared.
        let images = try Tensor((0..<8).map { Float($0) }, shape: [8, 1, 1, 1])
        let targets = try SoftTargets.smoothed(Array(0..<8), classCount: 8, smoothing: 0)
        let stream = RandomStream(seed: 5)
        let mixed = try Mixup(alpha: 1)(images, targets, stream)
        let weight = Mixup(alpha: 1).weight(stream)
        let rows = try mixed.targets.elements(as: Float.self)
        for (place, pixel) in try mixed.images.elements(as: Float.self).enumerated() {
            let row = Array(rows[(8 * place)...].prefix(8))
            let classes: [Float] = row.indices.map { Float($0) * row[$0] }
            let (sum, blend): (Float, Float) = (row.reduce(0, +), classes.reduce(0, +))
            // Float32 rounds each of two terms of at most 7.
            #expect(abs(blend - pixel) < 1e-5)
            #expect(abs(sum - 1) < 1e-6)
            let isOwn = abs(Double(row[place]) - weight) < 1e-6
            #expect(isOwn || abs(row[place] - 1) < 1e-6)
        }
        #expect(try images.elements(as: Float.self) == [0, 1, 2, 3, 4, 5, 6, 7], "what was given stays")
        #expect(message { _ = try Mixup(alpha: 1)(images, Tensor([0, 1]), stream) }?.contains("mixup") == true)
    }
}
