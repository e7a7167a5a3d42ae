import Foundation
import ObjectDetection
import SpikingModels
import TestSupport
import Testing
import TorchTensors

@testable import SpikeTraining

@Suite(.leavesNothing) struct DetectionDecodingTests {
    private static let grid = DetectionGrid(
        height: 32, width: 64, anchors: [(16, [Anchor(width: 10, height: 20), Anchor(width: 40, height: 8)])])

    /// Raw predictions of one image of 2 × 4 cells with two classes, all of which say "nothing" but the given ones.
    private func raw(_ predictions: [Int: [Float]]) throws -> Tensor {
        let nothing: [Float] = [0, 0, 0, 0, -20, 0, 0]
        return try Tensor((0..<16).flatMap { predictions[$0] ?? nothing }, shape: [1, 16, 7])
    }

    /// center = (2σ − 0.5 + cell) · stride, size = (2σ)² · anchor, score = σ(objectness) · σ(class), with σ(ln 3) = 3/4 and
    /// σ(0) = 1/2.
    @Test func aPredictionBecomesDetections() throws {
        let three = Float(log(3.0))
        // Anchor 1, row 1, column 2.
        let place = 8 + 4 + 2
        let found = try Self.grid.detections(
            raw([place: [0, three, three, 0, three, three, -three]]), DetectionThresholds(confidence: 0.1, overlap: 0.5)
        )
        #expect(found.count == 1 && found[0].map(\.label) == [0, 1])
        let (first, second) = (found[0][0], found[0][1])
        #expect(abs(first.score - 9 / 16) < 1e-6 && abs(second.score - 3 / 16) < 1e-6)
        // x: (1 − 0.5 + 2) · 16 = 40; y: (1.5 − 0.5 + 1) · 16 = 32; 2.25 · 40 = 90; 1 · 8 = 8.
        let expected = Box(centreX: 40, centreY: 32, width: 90, height: 8)
        for (found, expected) in [
            (first.box.left, expected.left), (first.box.top, expected.top), (first.box.right, expected.right),
            (first.box.bottom, expected.bottom),
        ] { #expect(abs(found - expected) < 1e-5) }
        #expect(second.box == first.box)
        // Only what is at least as confident as asked for.
        let fewer = try Self.grid.detections(
            raw([place: [0, three, three, 0, three, three, -three]]), DetectionThresholds(confidence: 0.2, overlap: 0.5)
        )
        #expect(fewer[0].map(\.label) == [0])
    }

    @Test func overlapsOfAClassAreSuppressed() throws {
        // Anchor 0 in neighbouring columns of the same row, moved to the same place: x = (2σ − 0.5 + column) · 16.
        let right: [Float] = [Float(log(3.0)), 0, 0, 0, 3, 4, -20]
        let left: [Float] = [-Float(log(3.0)), 0, 0, 0, 2, 4, -20]
        let other: [Float] = [-Float(log(3.0)), 0, 0, 0, 2, -20, 4]
        let thresholds = DetectionThresholds(confidence: 0.25, overlap: 0.6)
        #expect(try Self.grid.detections(raw([1: right, 2: left]), thresholds)[0].count == 1)
        #expect(try Self.grid.detections(raw([1: right, 2: left]), thresholds)[0][0].score > 0.93)
        #expect(try Self.grid.detections(raw([1: right, 2: other]), thresholds)[0].map(\.label) == [0, 1])
        let all = DetectionThresholds(confidence: 0.25, overlap: 1)
        #expect(try Self.grid.detections(raw([1: right, 2: left]), all)[0].count == 2)
        let one = DetectionThresholds(confidence: 0.25, overlap: 1, limit: 1)
        #expect(try Self.grid.detections(raw([1: right, 2: left]), one)[0].count == 1)
    }

    /// What the loss takes for a box and what is decoded is the same, for every prediction of a network.
    @Test func theLossAndTheDetectionsAgree() throws {
        let grid = DetectionGrid(height: 64, width: 64, anchors: SpikingYOLO.anchors)
        let values = spread(grid.count * 6, -3...3, salt: 5).map(Float.init)
        let raw = try Tensor(values, shape: [1, grid.count, 6])
        let found = try grid.detections(raw, DetectionThresholds(confidence: 0, overlap: 1, limit: .max))[0]
        #expect(found.count == grid.count)
        let places = Set(
            found.map { [$0.box.centreX, $0.box.centreY, $0.box.width, $0.box.height].map { ($0 * 1e3).rounded() } })
        for scale in grid.scales {
            for (index, anchor) in scale.anchors.enumerated() {
                for row in 0..<scale.rows {
                    for column in 0..<scale.columns {
                        let place = scale.index(anchor: index, row: row, column: column)
                        let boxes = try PredictedBoxes(
                            raw: Tensor(values[place * 6..<place * 6 + 4].map(Double.init), shape: [1, 4]),
                            cells: Tensor([Double(column), Double(row)], shape: [1, 2]), stride: scale.stride,
                            anchors: Tensor([anchor.width, anchor.height], shape: [1, 2]))
                        let numbers =
                            try boxes.centers.elements(as: Double.self) + boxes.sizes.elements(as: Double.self)
                        #expect(places.contains(numbers.map { ($0 * 1e3).rounded() }), "prediction \(place)")
                    }
                }
            }
        }
    }

    /// However many predictions are confident, an image takes no time to speak of.
    @Test(.timeLimit(.minutes(1))) func allPredictionsMayBeConfident() throws {
        let grid = DetectionGrid(height: 320, width: 320, anchors: SpikingYOLO.anchors)
        let raw = try Tensor.full([1, grid.count, 25], 3)
        let found = try grid.detections(raw, .evaluation)
        #expect(found[0].count == 300)
    }
}
