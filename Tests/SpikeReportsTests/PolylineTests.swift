import Foundation
import Testing

@testable import SpikeReports

struct PolylineTests {
    @Test func peaksSurvive() {
        let seed = UInt64.random(in: 0...UInt64.max)
        print("PolylineTests.peaksSurvive: seed \(seed)")
        var random = SeededGenerator(seed: seed)
        let count = 20_000
        let width = 500.0
        let heights = (0..<count).map { _ in Double.random(in: 0...100, using: &random).rounded() }
        var points = heights.enumerated().map { Point(x: Double($0) * width / Double(count), y: $1) }
        let peak = Int.random(in: 0..<count, using: &random)
        points[peak].y = 1000
        let path = Polyline.path(count: count) { points[$0] }
        let drawn = corners(of: path)
        #expect(drawn.count <= 4 * (Int(width) + 1))
        for column in 0..<Int(width) {
            let expected = points.filter { Int($0.x) == column }.map(\.y)
            // Rounding to tenths may carry a point into the next column.
            let found = drawn.filter { Int($0.x - 0.051) <= column && column <= Int($0.x + 0.051) }.map(\.y)
            let (least, largest) = (expected.min() ?? 0, expected.max() ?? 0)
            #expect(found.contains { abs($0 - least) < 1e-6 }, "seed \(seed), column \(column)")
            #expect(found.contains { abs($0 - largest) < 1e-6 }, "seed \(seed), column \(column)")
        }
        #expect(drawn.contains { abs($0.y - 1000) < 1e-6 }, "seed \(seed)")
    }

    @Test func shortLinesAreDrawnInFull() {
        let points = [Point(x: 0, y: 1), Point(x: 10, y: 5), Point(x: 20, y: 2)]
        #expect(corners(of: Polyline.path(count: 3) { points[$0] }).filter { $0.x > 0 } == Array(points.dropFirst()))
    }

    @Test func notFiniteLeavesAGap() {
        let heights = [1, 2, .nan, 4, .infinity, 6, 7]
        let path = Polyline.path(count: 7) { Point(x: Double($0) * 3, y: heights[$0]) }
        let text = String(decoding: path.bytes, as: UTF8.self)
        #expect(text.filter { $0 == "m" }.count == 3)
        #expect(corners(of: path).allSatisfy { $0.x != 6 && $0.x != 12 })
    }

    @Test func nothingGivesNothing() {
        #expect(Polyline.path(count: -1) { _ in Point(x: 0, y: 0) }.isEmpty)
        #expect(Polyline.path(count: 2) { _ in Point(x: .nan, y: 0) }.isEmpty)
    }
}
