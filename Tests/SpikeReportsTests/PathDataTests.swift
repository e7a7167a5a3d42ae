import Testing

@testable import SpikeReports

struct PathDataTests {
    @Test func roundingDoesNotAddUp() {
        var data = PathData()
        data.move(to: Point(x: 0, y: 0))
        // Each step is a third of a pixel; 900 of them end at 300.
        for index in 1...900 { data.line(to: Point(x: Double(index) / 3, y: Double(index % 2))) }
        let last = corners(of: data).last
        #expect(abs((last?.x ?? 0) - 300) < 1e-6)
        #expect(abs(last?.y ?? 1) < 1e-6)
    }

    @Test func usesShortCommands() {
        var data = PathData()
        data.move(to: Point(x: 10, y: 20))
        data.line(to: Point(x: 15, y: 20))
        data.line(to: Point(x: 15, y: 20.02))
        data.line(to: Point(x: 15, y: 18))
        data.line(to: Point(x: 14, y: 18.5))
        #expect(String(decoding: data.bytes, as: UTF8.self) == "m10 20h5v-2l-1 .5")
    }

    @Test func aPolygonEndsWhereItBegan() {
        var data = PathData()
        data.polygon([Point(x: 1, y: 1), Point(x: 3, y: 1), Point(x: 2, y: 4)])
        data.move(to: Point(x: 2, y: 2))
        #expect(String(decoding: data.bytes, as: UTF8.self) == "m1 1h2l-1 3zm1 1")
    }
}
