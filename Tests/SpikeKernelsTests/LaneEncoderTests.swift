import SpikeKernels
import Testing

@Suite struct LaneEncoderTests {
    /// Rows of 16 or 32 channels, further apart than they are long, in two calls of any length.
    private func expectSameSpikes<Lanes: LaneEncoder, Encoder: ChannelEncoder>(
        _ random: inout RandomValues, groupCount: Int, _ lanes: ([SIMD16<Float>]) -> [Lanes],
        _ channel: (Int) -> Encoder
    ) where Encoder.Spike == Int8 {
        let (rowCount, count) = (16 * groupCount, Int.random(in: 1...300, using: &random))
        let rowStride = count + Int.random(in: 0...5, using: &random)
        let rows = (0..<rowCount).flatMap { _ in random.samples(rowStride) }
        let firsts = (0..<groupCount).map { group in
            SIMD16<Float>((0..<16).map { rows[(16 * group + $0) * rowStride] })
        }
        var groups = lanes(firsts)
        var spikes = [Int8](repeating: 7, count: rows.count)
        let split = Int.random(in: 0...count, using: &random)
        for part in [0..<split, split..<count] {
            let areFinite = groups.withUnsafeMutableBufferPointer { groups in
                spikes.withUnsafeMutableBufferPointer { spikes in
                    rows.withUnsafeBufferPointer {
                        Lanes.encode(
                            groups, rows: $0.baseAddress! + part.lowerBound, rowStride: rowStride, count: part.count,
                            into: spikes.baseAddress! + part.lowerBound)
                    }
                }
            }
            #expect(areFinite)
        }
        for row in 0..<rowCount {
            let samples = Array(rows[row * rowStride..<row * rowStride + count])
            #expect(Array(spikes[row * rowStride..<row * rowStride + count]) == wholeCode(of: samples, channel(row)))
            // Nothing is written between the rows.
            #expect(spikes[row * rowStride + count..<(row + 1) * rowStride].allSatisfy { $0 == 7 })
        }
    }

    @Test func stepForwardLanesEqualItsEncoder() {
        var random = RandomValues()
        for turn in 0..<40 {
            let threshold = (0..<32).map { _ in Float(Int.random(in: 1...4, using: &random)) / 4 }
            let down: Int8 = turn % 2 == 0 ? -1 : 0
            expectSameSpikes(&random, groupCount: 1 + turn / 2 % 2) { firsts in
                firsts.enumerated().map {
                    StepForwardLanes(
                        threshold: SIMD16(threshold[16 * $0..<16 * $0 + 16]), down: down, first: $1)
                }
            } _: {
                StepForwardEncoder(threshold: threshold[$0], down: down)
            }
        }
    }

    @Test(arguments: [true, false])
    func deltaLanesEqualItsEncoder(startsFromZero: Bool) {
        var random = RandomValues()
        for turn in 0..<40 {
            let threshold = (0..<32).map { _ in Float(Int.random(in: 1...4, using: &random)) / 4 }
            let down: Int8 = turn % 2 == 0 ? -1 : 0
            expectSameSpikes(&random, groupCount: 1 + turn / 2 % 2) { firsts in
                firsts.enumerated().map {
                    DeltaModulationLanes(
                        threshold: SIMD16(threshold[16 * $0..<16 * $0 + 16]), down: down,
                        previous: startsFromZero ? .zero : $1)
                }
            } _: {
                DeltaModulationEncoder(threshold: threshold[$0], down: down, startsFromZero: startsFromZero)
            }
        }
    }

    @Test func levelCrossingLanesEqualItsEncoder() {
        var random = RandomValues()
        for turn in 0..<40 {
            let spacing = (0..<32).map { _ in Float(Int.random(in: 1...4, using: &random)) / 4 }
            let hysteresis = (0..<32).map { _ in Float(Int.random(in: 0...2, using: &random)) / 2 }
            let down: Int8 = turn % 2 == 0 ? -1 : 0
            expectSameSpikes(&random, groupCount: 1 + turn / 2 % 2) { firsts in
                firsts.enumerated().map {
                    LevelCrossingLanes(
                        spacing: SIMD16(spacing[16 * $0..<16 * $0 + 16]),
                        hysteresis: SIMD16(hysteresis[16 * $0..<16 * $0 + 16]), down: down, first: $1)
                }
            } _: {
                LevelCrossingEncoder(spacing: spacing[$0], hysteresis: hysteresis[$0], down: down)
            }
        }
    }

    @Test func leakyIntegrateAndFireLanesEqualItsEncoder() {
        var random = RandomValues()
        for turn in 0..<40 {
            let scales = (0..<32).map { _ in
                let width = Float(Int.random(in: 0...3, using: &random))
                return SignedUnitScale(UnitScale(minimum: -2, maximum: -2 + 2 * width))
            }
            let threshold = (0..<32).map { _ in Float(Int.random(in: 1...4, using: &random)) / 4 }
            let constant = (0..<32).map { _ in Float.random(in: 0.5...1, using: &random) }
            let down: Int8 = turn % 2 == 0 ? -1 : 0
            expectSameSpikes(&random, groupCount: 1 + turn / 2 % 2) { firsts in
                firsts.enumerated().map { group, first in
                    let channels = 16 * group..<16 * group + 16
                    return LeakyIntegrateAndFireLanes(
                        scales: Array(scales[channels]), threshold: SIMD16(threshold[channels]),
                        membraneConstant: SIMD16(constant[channels]), down: down, first: first)
                }
            } _: {
                LeakyIntegrateAndFireEncoder(
                    scale: scales[$0], threshold: threshold[$0], membraneConstant: constant[$0], down: down)
            }
        }
    }

    @Test func lanesHaveDownSpikesUnlessToldOtherwise() {
        let (one, scale) = (SIMD16<Float>(repeating: 1), SignedUnitScale(UnitScale(minimum: 0, maximum: 1)))
        #expect(StepForwardLanes(threshold: one, first: .zero).down == -1)
        #expect(DeltaModulationLanes(threshold: one, previous: .zero).down == -1)
        #expect(LevelCrossingLanes(spacing: one, hysteresis: .zero, first: .zero).down == -1)
        let neurons = LeakyIntegrateAndFireLanes(
            scales: Array(repeating: scale, count: 16), threshold: one, membraneConstant: one, first: .zero)
        #expect(neurons.down == -1)
    }

    /// −0 is no less than a border of 0.
    @Test func minusZeroIsZero() {
        var groups = [StepForwardLanes(threshold: SIMD16(repeating: 0.25), first: SIMD16(repeating: 0.25))]
        for x in [0, -0.0, 0.25, 0.5, -0.0] as [Float] {
            let (rises, falls) = groups[0].step(SIMD16(repeating: x))
            #expect(rises == .zero && falls == .zero, "\(x)")
        }
        var levels = [
            LevelCrossingLanes(spacing: SIMD16(repeating: 1), hysteresis: .zero, first: SIMD16(repeating: 0.5))
        ]
        for x in [0, -0.0, 1, 0.5, -0.0] as [Float] {
            let (rises, falls) = levels[0].step(SIMD16(repeating: x))
            #expect(rises == .zero && falls == .zero, "\(x)")
        }
        var samples: [Float] = [-0.0, 0.25, 0, -0.25, -0.0]
        for startsFromZero in [true, false] {
            let encoder = DeltaModulationEncoder(threshold: 0.25, startsFromZero: startsFromZero)
            #expect(wholeCode(of: samples, encoder) == [0, 1, -1, -1, 1])
        }
        samples += samples
        #expect(wholeCode(of: samples, StepForwardEncoder(threshold: 0.25)) == Array(repeating: 0, count: 10))
    }

    /// The check of samples belongs to the codecs that do not measure ranges before.
    @Test func codecsThatMeasureRangesTakeScannedSamples() {
        #expect(LeakyIntegrateAndFireLanes.takesScannedSamples)
        #expect(!StepForwardLanes.takesScannedSamples && !DeltaModulationLanes.takesScannedSamples)
        #expect(!LevelCrossingLanes.takesScannedSamples)
    }

    @Test(arguments: [Float.nan, .infinity, -.infinity])
    func aFlawIsFoundWhereverItIs(_ flaw: Float) {
        for position in [0, 63, 64, 69, 15 * 70, 16 * 70 - 1] {
            var rows = [Float](repeating: 1, count: 16 * 70)
            for isFlawed in [false, true] {
                if isFlawed { rows[position] = flaw }
                var groups = [StepForwardLanes(threshold: SIMD16(repeating: 1), first: .zero)]
                var spikes = [Int8](repeating: 0, count: rows.count)
                let areFinite = groups.withUnsafeMutableBufferPointer {
                    StepForwardLanes.encode($0, rows: rows, rowStride: 70, count: 70, into: &spikes)
                }
                #expect(areFinite == !isFlawed, "\(flaw) at \(position)")
            }
        }
    }
}
