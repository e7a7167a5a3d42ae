import SpikeEncoding
import Testing

@testable import SpikeReports

struct SpikeGridTests {
    @Test func countsEverySpikeOnce() {
        let seed = UInt64.random(in: 0...UInt64.max)
        print("SpikeGridTests.countsEverySpikeOnce: seed \(seed)")
        var random = SeededGenerator(seed: seed)
        let signs = (0..<7 * 1009).map { _ in Int8.random(in: -1...1, using: &random) }
        let grid = SpikeGrid(
            SpikeTrain(signs: signs, unitCount: 7), units: 0..<7, steps: 0..<1009, maximumRows: 3, maximumColumns: 100)
        #expect(grid.rowCount == 3 && grid.columnCount == 100 && grid.isMerged)
        #expect(grid.up.reduce(0, +) == Float(signs.count { $0 == 1 }), "seed \(seed)")
        #expect(grid.down.reduce(0, +) == Float(signs.count { $0 == -1 }), "seed \(seed)")
    }

    @Test func placesSpikesInTheirCells() {
        var signs = [Int8](repeating: 0, count: 20)
        signs[3] = 1
        signs[10 + 9] = -1
        let train = SpikeTrain(signs: signs, unitCount: 2)
        let fine = SpikeGrid(train, units: 0..<2, steps: 0..<10, maximumRows: 9, maximumColumns: 99)
        #expect(fine.up.firstIndex(of: 1) == 3 && fine.down.firstIndex(of: 1) == 19 && !fine.isMerged)
        let window = SpikeGrid(train, units: 1..<2, steps: 8..<10, maximumRows: 9, maximumColumns: 99)
        #expect(window.up == [0, 0] && window.down == [0, 1])
    }

    @Test func gradedCellsKeepTheLargest() {
        let train = SpikeTrain(amplitudes: [0.5, 2, -3, 0, .nan, 0.25], unitCount: 1)
        let grid = SpikeGrid(train, units: 0..<1, steps: 0..<6, maximumRows: 1, maximumColumns: 2)
        #expect(grid.up == [2, 0.25] && grid.down == [3, 0] && grid.peak == 3 && grid.isGraded)
    }

    @Test func thePeakOfNoSpikesIsOne() {
        for train in [SpikeTrain(signs: [0, 0], unitCount: 1), SpikeTrain(amplitudes: [0, 0], unitCount: 1)] {
            #expect(SpikeGrid(train, units: 0..<1, steps: 0..<2, maximumRows: 1, maximumColumns: 2).peak == 1)
        }
    }

    /// Heights are shares of the largest one's, which takes 90 % of the row, and none is below 12 % of it.
    @Test func weakSpikesStayVisible() {
        let train = SpikeTrain(amplitudes: [8, 2, 1, 0.95, 0.01], unitCount: 1)
        let grid = SpikeGrid(train, units: 0..<1, steps: 0..<5, maximumRows: 1, maximumColumns: 5)
        var writer = SVGWriter()
        SpikeGridDrawing(grid, in: Rectangle(x: 0, y: 0, width: 100, height: 1000), isSigned: false).draw(on: &writer)
        let paths = String(decoding: writer.bytes, as: UTF8.self).matches(of: /\sd="([^"]*)"/).map { String($0.1) }
        let ticks = corners(of: paths.first ?? "")
        #expect(paths.count == 1 && ticks.count == 10)
        let heights = stride(from: 1, to: ticks.count, by: 2).map { ticks[$0 - 1].y - ticks[$0].y }
        for (height, expected) in zip(heights, [900, 225, 112.5, 108, 108]) {
            #expect(abs(height - expected) < 0.05, "\(height) instead of \(expected)")
        }
    }
}
