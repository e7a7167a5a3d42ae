import SpikeEncoding
import Testing

@testable import SpikeTuning

@Suite struct SearchSpaceTests {
    /// Positions 0…1 on each scale, by hand.
    @Test func positionsBecomeValues() {
        func values(_ scale: ParameterSearch.Scale, _ lower: Double, _ upper: Double) -> [Double] {
            let dimension = SearchDimension(name: "a", lower: lower, upper: upper, scale: scale)
            return [0, 0.25, 0.5, 1].map(dimension.value)
        }
        #expect(values(.linear, -2, 6) == [-2, 0, 2, 6])
        #expect(values(.logarithmic, 1, 16) == [1, 2, 4, 16])
        #expect(values(.integer, 2, 12) == [2, 5, 7, 12])
    }

    /// The second trial is in the middle of every range; the first has the given parameters.
    @Test func theSearchStartsInTheMiddle() throws {
        let signal = TunerTests.sineMix()
        let codec = try LeakyIntegrateAndFire(threshold: 0.46, membraneConstant: 0.45).codec
        let trials = try Tuner(evaluations: 4).tune(codec, for: signal).channels[0].trials
        let middle = try codec.searchSpace(channel: signal, range: signal.ranges()[0]).map { $0.value(0.5) }
        #expect(trials[0].parameters.map { Float($0.value) } == [0.46, 0.45])
        #expect(middle.count == 2 && trials[1].parameters.map(\.value) == middle)
    }

    /// A threshold of a 2000th of the range must be a normal Float32; a channel below that keeps its parameters.
    @Test func tinyRangesAreNotSearched() throws {
        let least = 2000 * Float.leastNormalMagnitude
        for (width, isSearched) in [(least, true), (least.nextDown, false)] {
            let signal = Signal(channels: [[0, width, 0, width, 0, 0, width]])
            let result = try Tuner(evaluations: 5).tune(StepForward().codec, for: signal)
            #expect((result.channels[0].trials.count > 1) == isSearched, "\(width)")
        }
    }
}
