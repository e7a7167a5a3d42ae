import ObjectDetection
import Testing

@Suite struct BoxTests {
    @Test func fromCornerAndFromCentre() {
        let box = Box(left: 2, top: 3, right: 6, bottom: 13)
        #expect(Box(x: 2, y: 3, width: 4, height: 10) == box)
        #expect(Box(centreX: 4, centreY: 8, width: 4, height: 10) == box)
        #expect(box.width == 4 && box.height == 10 && box.area == 40 && box.centreX == 4 && box.centreY == 8)
    }

    @Test func emptyBoxes() {
        #expect(!Box(left: 0, top: 0, right: 1, bottom: 1).isEmpty)
        #expect(Box(left: 1, top: 0, right: 1, bottom: 5).isEmpty && Box(left: 0, top: 5, right: 9, bottom: 5).isEmpty)
        #expect(Box(left: 0, top: 0, right: .nan, bottom: 1).isEmpty)
        // Both edges are exchanged, which would be an area above 0 by mistake.
        let exchanged = Box(left: 4, top: 4, right: 1, bottom: 1)
        #expect(exchanged.isEmpty && exchanged.area == 0)
        #expect(Box(left: 0, top: 0, right: 1, bottom: 1).isFinite)
        #expect(!Box(left: 0, top: -.infinity, right: 1, bottom: 1).isFinite)
    }

    @Test func clippedToAnImage() {
        let box = Box(left: -5, top: 2, right: 30, bottom: 9)
        #expect(box.clipped(width: 20, height: 8) == Box(left: 0, top: 2, right: 20, bottom: 8))
        #expect(Box(left: 25, top: 2, right: 30, bottom: 9).clipped(width: 20, height: 8).isEmpty)
    }

    @Test func mapped() {
        let box = Box(left: 1, top: 2, right: 3, bottom: 5).mapped(scaleX: 2, scaleY: 3, shiftX: 10, shiftY: -1)
        #expect(box == Box(left: 12, top: 5, right: 16, bottom: 14))
    }

    private struct Pair: Decodable {
        let id: Int
        let a, b: [Double]
        let iou, giou, diou, ciou: Double
    }

    @Test func overlapsAgreeWithReference() throws {
        let pairs = try Fixture.load("iou", as: [Pair].self)
        #expect(pairs.count == 200)
        for pair in pairs {
            let (a, b) = (Box(pair.a), Box(pair.b))
            let found = [a.iou(b), a.giou(b), a.diou(b), a.ciou(b)]
            let expected = [pair.iou, pair.giou, pair.diou, pair.ciou]
            for (found, expected) in zip(found, expected) {
                #expect(abs(found - expected) <= 1e-9, "\(pair.id): \(found) for \(expected)")
            }
        }
    }
}
