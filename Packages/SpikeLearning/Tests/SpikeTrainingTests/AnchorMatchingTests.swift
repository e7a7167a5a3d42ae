import ObjectDetection
import SpikingModels
import TestSupport
import Testing
import TorchTensors

@testable import SpikeTraining

/// Which predictions are to find an object, by hand.
struct AnchorMatchingTests {
    /// One scale of 4 × 5 cells of 8 pixels, with anchors of 10 × 20 and 100 × 100 pixels.
    private static let grid = DetectionGrid(
        height: 32, width: 40,
        anchors: [(8, [Anchor(width: 10, height: 20), Anchor(width: 100, height: 100)])])

    private func cells(_ box: Box) -> [[Int]] {
        Self.grid.matches([[LabelledBox(box: box, label: 1)]])[0].map { [$0.column, $0.row] }
    }

    @Test(arguments: [
        // Right of the middle and above it: the neighbours are the ones on the right and above.
        (Box(centreX: 8 * 2.7, centreY: 8 * 1.2, width: 10, height: 20), [[2, 1], [3, 1], [2, 0]]),
        // Left and below.
        (Box(centreX: 8 * 2.3, centreY: 8 * 1.6, width: 10, height: 20), [[2, 1], [1, 1], [2, 2]]),
        // Exactly in the middle: none.
        (Box(centreX: 8 * 2.5, centreY: 8 * 1.5, width: 10, height: 20), [[2, 1]]),
        // At the left and upper edge there is no neighbour on that side.
        (Box(centreX: 2, centreY: 2, width: 10, height: 20), [[0, 0]]),
        // At the right and lower edge.
        (Box(centreX: 39, centreY: 31, width: 10, height: 20), [[4, 3]]),
        // Exactly at the right or lower edge, which is outside.
        (Box(centreX: 40, centreY: 16, width: 10, height: 20), []),
        (Box(centreX: 20, centreY: 32, width: 10, height: 20), []),
        // On the border between cells 1 and 2, the left neighbour.
        (Box(centreX: 16, centreY: 8 * 1.5, width: 10, height: 20), [[2, 1], [1, 1]]),
    ]) func upToThreeCells(box: Box, expected: [[Int]]) {
        #expect(cells(box) == expected)
    }

    /// Anchor 10 × 20 takes widths within 2.5 … 40 and heights within 5 … 80, anchor 100 × 100 both within 25 … 400.
    @Test(
        arguments: [
            (39.9, 20.0, [0]), (40.0, 20.0, []), (2.51, 20.0, [0]), (2.5, 20.0, []), (10.0, 79.9, [0]),
            (10.0, 80.0, []),
            (26.0, 26.0, [0, 1]), (25.0, 26.0, [0]), (39.0, 79.0, [0, 1]), (399.0, 399.0, [1]), (400.0, 399.0, []),
        ] as [(Double, Double, [Int])]) func theRatioIsBelowFour(width: Double, height: Double, anchors: [Int])
    {
        let box = Box(centreX: 20, centreY: 12, width: width, height: height)
        let found = Self.grid.matches([[LabelledBox(box: box, label: 0)]])[0]
        // 4 × 5 cells: the predictions of the second anchor begin at 20.
        #expect(found.map { $0.prediction / 20 } == anchors)
    }

    @Test func imagesObjectsAndScalesAreInOrder() {
        let grid = DetectionGrid(
            height: 64, width: 64,
            anchors: [(8, [Anchor(width: 10, height: 10)]), (32, [Anchor(width: 30, height: 30)])])
        let small = LabelledBox(box: Box(centreX: 12, centreY: 12, width: 12, height: 12), label: 3)
        let large = LabelledBox(box: Box(centreX: 48, centreY: 48, width: 60, height: 60), label: 1)
        let outside = LabelledBox(box: Box(centreX: 70, centreY: 12, width: 12, height: 12), label: 0)
        let empty = LabelledBox(box: Box(centreX: 20, centreY: 12, width: 0, height: 12), label: 0)
        let found = grid.matches([[], [small, outside, empty], [large, small]])
        #expect(found[0].map { [$0.image, $0.label, $0.prediction] } == [[1, 3, 9], [2, 3, 9]])
        // The coarse scale has 64 predictions before it, and takes small, too: 30 / 12 is below 4.
        #expect(found[1].map { [$0.image, $0.label, $0.prediction] } == [[1, 3, 64], [2, 1, 67], [2, 3, 64]])
        #expect(found[1][1].anchor == Anchor(width: 30, height: 30) && found[1][1].box == large.box)
    }
}
