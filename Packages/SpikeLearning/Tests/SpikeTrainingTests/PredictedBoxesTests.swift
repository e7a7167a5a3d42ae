import ObjectDetection
import TestSupport
import Testing
import TorchTensors

@testable import SpikeTraining

@Suite(.leavesNothing) struct PredictedBoxesTests {
    private func boxes(_ values: [[Double]]) throws -> PredictedBoxes {
        PredictedBoxes(
            centers: try Tensor(values.flatMap { $0[0..<2] }, shape: [values.count, 2]),
            sizes: try Tensor(values.flatMap { $0[2..<4] }, shape: [values.count, 2]))
    }

    private func box(_ values: [Double]) -> Box {
        Box(centreX: values[0], centreY: values[1], width: values[2], height: values[3])
    }

    /// The same numbers as in `ObjectDetection`, which is tested against values of others.
    @Test func completeIoUIsThatOfBoxes() throws {
        let numbers = spread(800, 1...60)
        var first = (0..<100).map { Array(numbers[$0 * 8..<$0 * 8 + 4]) }
        var second = (0..<100).map { Array(numbers[$0 * 8 + 4..<$0 * 8 + 8]) }
        // Equal boxes, one in the other, touching ones, and ones far from each other.
        first += [[5, 5, 4, 6], [10, 10, 20, 20], [0, 0, 2, 2], [0, 0, 1, 1]]
        second += [[5, 5, 4, 6], [11, 9, 4, 8], [2, 0, 2, 2], [500, 400, 3, 9]]
        let found = try boxes(first).completeIoU(boxes(second)).elements(as: Double.self)
        for index in first.indices {
            let expected = box(first[index]).ciou(box(second[index]))
            #expect(abs(found[index] - expected) < 1e-9, "\(first[index]) \(second[index])")
        }
    }

    /// center = (2σ − 0.5 + cell) · stride and size = (2σ)² · anchor, with σ(0) = 1/2 and σ(ln 3) = 3/4.
    @Test func rawPredictionsBecomeBoxes() throws {
        let three = 1.098_612_288_668_109_8
        let boxes = try PredictedBoxes(
            raw: Tensor([0, three, three, 0] as [Double], shape: [1, 4]), cells: Tensor([3.0, 2.0], shape: [1, 2]),
            stride: 8, anchors: Tensor([10.0, 20.0], shape: [1, 2]))
        #expect(try boxes.centers.allClose(Tensor([28.0, 24.0], shape: [1, 2]), absolute: 1e-9))
        #expect(try boxes.sizes.allClose(Tensor([22.5, 20.0], shape: [1, 2]), absolute: 1e-9))
        // However small a prediction is, there is a number.
        let far = try PredictedBoxes(
            raw: Tensor([-90, 90, -90, -90] as [Float], shape: [1, 4]),
            cells: Tensor([0, 0] as [Float], shape: [1, 2]),
            stride: 8, anchors: Tensor([10, 20] as [Float], shape: [1, 2]))
        let truth = try PredictedBoxes(
            centers: Tensor([9, 9] as [Float], shape: [1, 2]), sizes: Tensor([5, 3] as [Float], shape: [1, 2]))
        #expect(try far.completeIoU(truth).isFinite().all() && far.sizes.minimum().item() > 0)
    }

    /// The gradient against differences, in which the weight α of the shapes keeps its value.
    @Test func gradientsAreThoseOfDifferences() throws {
        let raw = spread(12, -1...1, salt: 3)
        let truths = [[20.0, 22, 14, 30], [30, 12, 9, 12], [25, 25, 40, 10]]
        func predicted(_ raw: Tensor) throws -> PredictedBoxes {
            try PredictedBoxes(
                raw: raw, cells: Tensor([2, 2, 3, 1, 2, 2] as [Double], shape: [3, 2]), stride: 8,
                anchors: Tensor([16, 30, 10, 13, 33, 23] as [Double], shape: [3, 2]))
        }
        /// v and α of each pair, and CIoU.
        func terms(_ raw: [Double]) throws -> [(shape: Double, weight: Double, value: Double)] {
            let boxes = try predicted(Tensor(raw, shape: [3, 4]))
            let (centers, sizes) = (
                try boxes.centers.elements(as: Double.self), try boxes.sizes.elements(as: Double.self)
            )
            return truths.indices.map { index in
                let own = box([centers[2 * index], centers[2 * index + 1], sizes[2 * index], sizes[2 * index + 1]])
                let truth = box(truths[index])
                let value = own.ciou(truth)
                let weighted = own.diou(truth) - value
                // αv = v² / (1 − IoU + v), so v solves a quadratic equation.
                let half = weighted / 2
                let shape = half + (half * half + weighted * (1 - own.iou(truth))).squareRoot()
                return (shape, shape == 0 ? 0 : weighted / shape, value)
            }
        }
        let tensor = try Tensor(raw, shape: [3, 4]).requireGradient()
        try predicted(tensor).completeIoU(boxes(truths)).sum().backward()
        let gradient = try #require(tensor.gradient).elements(as: Double.self)
        let middle = try terms(raw)
        func value(_ raw: [Double]) throws -> Double {
            try zip(terms(raw), middle).reduce(0) { sum, pair in
                sum + pair.0.value + (pair.0.weight - pair.1.weight) * pair.0.shape
            }
        }
        let step = 1e-5
        for index in raw.indices {
            var (up, down) = (raw, raw)
            up[index] += step
            down[index] -= step
            let difference = (try value(up) - value(down)) / (2 * step)
            #expect(abs(difference - gradient[index]) < 1e-5, "number \(index): \(gradient[index]), \(difference)")
        }
    }
}
