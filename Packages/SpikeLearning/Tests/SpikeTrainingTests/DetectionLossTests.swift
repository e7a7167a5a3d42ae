import Foundation
import ObjectDetection
import SpikingModels
import TestSupport
import Testing
import TorchTensors

@testable import SpikeTraining

@Suite(.leavesNothing) struct DetectionLossTests {
    /// 32 × 32 pixels: 16, 4 and 1 cells, one anchor each.
    private static let grid = DetectionGrid(
        height: 32, width: 32,
        anchors: [
            (8, [Anchor(width: 10, height: 10)]), (16, [Anchor(width: 10, height: 10)]),
            (32, [Anchor(width: 200, height: 200)]),
        ])

    private func softplus(_ x: Double) -> Double { log(1 + exp(x)) }

    /// Without objects: the mean of the cross entropy for "nothing", by scales.
    @Test func withoutObjectsOnlyObjectnessCounts() throws {
        var raw = [Float](repeating: 0, count: 2 * 21 * 7)
        for image in 0..<2 {
            for place in 0..<21 { raw[(image * 21 + place) * 7 + 4] = place < 16 ? -2 : place < 20 ? 1 : 3 }
        }
        let loss = try DetectionLoss()(
            Tensor(raw, shape: [2, 21, 7]), [[], []], grid: Self.grid, side: 32)
        let expected = (4 * softplus(-2) + softplus(1) + 0.4 * softplus(3)) * (32.0 * 32) / (640 * 640)
        #expect(abs(loss.parts[1] - expected) < 1e-7 && loss.parts[0] == 0 && loss.parts[2] == 0)
        #expect(abs(try loss.total.item() - 2 * expected) < 1e-6)
    }

    /// An object in the middle of a cell of the first scale, at half the stride of the second: each part by hand.
    @Test func allPartsAreThoseOfTheFormula() throws {
        let box = Box(centreX: 12, centreY: 12, width: 12, height: 8)
        // The first scale has cell (1, 1); the second has cell (0, 0) and, as 12 / 16 is above one half, (1, 0) and (0, 1).
        let places = [[5], [16, 17, 18]]
        #expect(Self.grid.matches([[LabelledBox(box: box, label: 1)]]).map { $0.map(\.prediction) } == places + [[]])
        let raw = spread(21 * 7, -1...1).map(Float.init)
        func sigmoid(_ x: Float) -> Double { 1 / (1 + exp(-Double(x))) }
        var (boxes, classes, targets) = (0.0, 0.0, [Double](repeating: 0, count: 21))
        for (scale, places) in zip(Self.grid.scales, places) {
            for place in places {
                let values = raw[place * 7..<place * 7 + 7].map { $0 }
                let cell = place - scale.first
                let predicted = Box(
                    centreX: (2 * sigmoid(values[0]) - 0.5 + Double(cell % scale.columns)) * Double(scale.stride),
                    centreY: (2 * sigmoid(values[1]) - 0.5 + Double(cell / scale.columns)) * Double(scale.stride),
                    width: pow(2 * sigmoid(values[2]), 2) * 10, height: pow(2 * sigmoid(values[3]), 2) * 10)
                let agreement = predicted.ciou(box)
                boxes += (1 - agreement) / Double(places.count)
                targets[place] = max(agreement, 0)
                classes += (softplus(Double(values[5])) + softplus(-Double(values[6]))) / Double(2 * places.count)
            }
        }
        var objects = 0.0
        for (scale, balance) in zip(Self.grid.scales, [4.0, 1, 0.4]) {
            for place in scale.range {
                let x = Double(raw[place * 7 + 4])
                objects += balance * (softplus(x) - x * targets[place]) / Double(scale.count)
            }
        }
        let loss = try DetectionLoss(box: 0.05, objectness: 1, classification: 0.5)(
            Tensor(raw, shape: [1, 21, 7]), [[LabelledBox(box: box, label: 1)]], grid: Self.grid, side: 32)
        let expected = [0.05 * boxes, objects * 1024 / 409_600, 0.5 * 2 / 80 * classes]
        for (found, expected) in zip(loss.parts, expected) { #expect(abs(found - expected) < 1e-6) }
        #expect(targets.contains { $0 > 0.1 })
        // Each weight acts on its part alone.
        let doubled = try DetectionLoss(box: 0.1, objectness: 3, classification: 2)(
            Tensor(raw, shape: [1, 21, 7]), [[LabelledBox(box: box, label: 1)]], grid: Self.grid, side: 32)
        for (index, factor) in [2.0, 3, 4].enumerated() {
            #expect(abs(doubled.parts[index] - factor * loss.parts[index]) < 1e-6)
        }
    }

    /// Two objects of one prediction: the one that fits better is the target of objectness, in any order.
    @Test func theBetterObjectIsTheTarget() throws {
        let raw = try Tensor.zeros([1, 21, 6])
        // The prediction of zeros at cell (1, 1) is the box of 10 × 10 pixels about (12, 12).
        let good = LabelledBox(box: Box(centreX: 12, centreY: 12, width: 10, height: 10), label: 0)
        let poor = LabelledBox(box: Box(centreX: 12, centreY: 12, width: 30, height: 5), label: 0)
        let loss = DetectionLoss(box: 0, objectness: 1, classification: 0)
        func value(_ boxes: [LabelledBox]) throws -> Double {
            try loss(raw.cloned().requireGradient(), [boxes], grid: Self.grid, side: 640).parts[1]
        }
        let (forward, backward) = (try value([good, poor]), try value([poor, good]))
        #expect(abs(forward - backward) < 1e-7)
        #expect(abs(try value([good]) - forward) < 0.3 && forward.isFinite)
    }

    /// Gradients reach every value of the predictions that find an object, and only objectness of the others.
    @Test func gradientsReachWhatTheyShould() throws {
        let raw = try Tensor(spread(21 * 7, -1...1).map(Float.init), shape: [1, 21, 7]).requireGradient()
        let box = Box(centreX: 12, centreY: 12, width: 12, height: 8)
        try DetectionLoss()(raw, [[LabelledBox(box: box, label: 1)]], grid: Self.grid, side: 32).total.backward()
        let gradient = try #require(raw.gradient).elements(as: Float.self)
        for place in 0..<21 {
            let values = gradient[place * 7..<place * 7 + 7].map { $0 }
            #expect(values[4] != 0)
            let isMatched = [5, 16, 17, 18].contains(place)
            for index in [0, 1, 2, 3, 5, 6] { #expect((values[index] != 0) == isMatched, "\(place) \(index)") }
            if isMatched { #expect(values[5] > 0 && values[6] < 0) }
        }
    }
}
