import Testing

@testable import SpikeReports

struct LabelPlacerTests {
    @Test func placesNeverOverlapOrLeaveTheFrame() {
        let seed = UInt64.random(in: 0...UInt64.max)
        print("LabelPlacerTests.placesNeverOverlapOrLeaveTheFrame: seed \(seed)")
        var random = SeededGenerator(seed: seed)
        let frame = Rectangle(x: 50, y: 20, width: 400, height: 300)
        let points = (0..<60).map { _ in
            Point(x: .random(in: 50...450, using: &random), y: .random(in: 20...320, using: &random))
        }
        let marks = points.map { Rectangle.square(around: $0, side: 10) }
        var placer = LabelPlacer(frame: frame, obstacles: marks)
        let places = points.indices.compactMap { index in
            placer.place(width: 60, near: [points[index]], awayFrom: [])?.rectangle
        }
        #expect(places.count > 5 && places.count < 60, "some find a place, not all can (seed \(seed))")
        for (index, place) in places.enumerated() {
            #expect(frame.contains(place), "seed \(seed)")
            #expect(!marks.contains(where: place.overlaps), "seed \(seed)")
            #expect(!places[..<index].contains(where: place.overlaps), "seed \(seed)")
        }
    }

    @Test func staysNearerToItsOwnMark() {
        let frame = Rectangle(x: 0, y: 0, width: 400, height: 300)
        let own = Point(x: 100, y: 100)
        let stranger = Point(x: 172, y: 100)
        var free = LabelPlacer(frame: frame, obstacles: [])
        #expect(free.place(width: 60, near: [own], awayFrom: [])?.rectangle.x == 108)
        var shy = LabelPlacer(frame: frame, obstacles: [])
        #expect(shy.place(width: 60, near: [own], awayFrom: [stranger])?.rectangle.right == 92)
    }
}
