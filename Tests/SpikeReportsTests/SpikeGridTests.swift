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
}
