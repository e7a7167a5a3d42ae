import SpikeEncoding
import Testing

/// Numbers, arrays and `PerChannel`, literals and variables, are parameters of every codec.
@Suite struct PerChannelTests {
    private let float: Float = 0.25
    private let floats: [Float] = [0.25, 0.5]
    private let double = 0.75
    private let doubles = [0.25, 0.125]
    private let whole = 3
    private let wholes = [3, 5]
    private let all = PerChannel<Float>(0.375)
    private let each = PerChannel<Float>(each: [0.5, 0.625])

    @Test func stepForward() throws {
        #expect(try StepForward().threshold.values == [0.5])
        #expect(try StepForward(threshold: 0.1).threshold.values == [0.1])
        #expect(try StepForward(threshold: 2).threshold.values == [2])
        #expect(try StepForward(threshold: [0.1, 2]).threshold.values == [0.1, 2])
        #expect(try StepForward(threshold: [1, 2]).threshold.values == [1, 2])
        #expect(try StepForward(threshold: float).threshold.values == [0.25])
        #expect(try StepForward(threshold: floats).threshold.values == [0.25, 0.5])
        #expect(try StepForward(threshold: double).threshold.values == [0.75])
        #expect(try StepForward(threshold: doubles).threshold.values == [0.25, 0.125])
        #expect(try StepForward(threshold: whole).threshold.values == [3])
        #expect(try StepForward(threshold: wholes).threshold.values == [3, 5])
        #expect(try StepForward(threshold: all).threshold.values == [0.375])
        #expect(try StepForward(threshold: each).threshold.values == [0.5, 0.625])
        #expect(try StepForward(threshold: float * 2 + 1).threshold.values == [1.5])
        #expect(try StepForward(threshold: floats.map { $0 / 2 }).threshold.values == [0.125, 0.25])
    }

    @Test func deltaModulation() throws {
        #expect(try DeltaModulation().threshold.values == [0.1])
        #expect(try DeltaModulation(threshold: 0.2, padding: .edge).threshold.values == [0.2])
        #expect(try DeltaModulation(threshold: float).threshold.values == [0.25])
        #expect(try DeltaModulation(threshold: floats).threshold.values == [0.25, 0.5])
        #expect(try DeltaModulation(threshold: double).threshold.values == [0.75])
        #expect(try DeltaModulation(threshold: each).threshold.values == [0.5, 0.625])
    }

    @Test func pulseWidthModulation() throws {
        #expect(try PulseWidthModulation().frequency.values == [1])
        #expect(try PulseWidthModulation(frequency: 150).frequency.values == [150])
        #expect(try PulseWidthModulation(frequency: float).frequency.values == [0.25])
        #expect(try PulseWidthModulation(frequency: floats).frequency.values == [0.25, 0.5])
        #expect(try PulseWidthModulation(frequency: doubles).frequency.values == [0.25, 0.125])
        #expect(try PulseWidthModulation(frequency: all).frequency.values == [0.375])
    }

    @Test func leakyIntegrateAndFire() throws {
        let defaults = try LeakyIntegrateAndFire()
        #expect(defaults.threshold.values == [0.5] && defaults.membraneConstant.values == [0.9])
        let mixed = try LeakyIntegrateAndFire(threshold: float, membraneConstant: [0.5, 1])
        #expect(mixed.threshold.values == [0.25] && mixed.membraneConstant.values == [0.5, 1])
        let variables = try LeakyIntegrateAndFire(threshold: floats, membraneConstant: double)
        #expect(variables.threshold.values == [0.25, 0.5] && variables.membraneConstant.values == [0.75])
        #expect(try LeakyIntegrateAndFire(threshold: 0.1).threshold.values == [0.1])
        #expect(try LeakyIntegrateAndFire(membraneConstant: each).membraneConstant.values == [0.5, 0.625])
    }

    @Test func bensSpiker() throws {
        let defaults = try BensSpiker()
        #expect(defaults.order.values == [10] && defaults.cutoff.values == [0.2] && defaults.threshold.values == [0.5])
        let variables = try BensSpiker(order: whole, cutoff: float, threshold: double)
        #expect(
            variables.order.values == [3] && variables.cutoff.values == [0.25] && variables.threshold.values == [0.75])
        let arrays = try BensSpiker(order: wholes, cutoff: [0.1, 0.2], threshold: floats)
        #expect(
            arrays.order.values == [3, 5] && arrays.cutoff.values == [0.1, 0.2]
                && arrays.threshold.values == [0.25, 0.5])
        let literals = try BensSpiker(order: [7, 9], cutoff: 0.05, threshold: 1)
        #expect(
            literals.order.values == [7, 9] && literals.cutoff.values == [0.05] && literals.threshold.values == [1])
        #expect(try BensSpiker(order: PerChannel(each: [4, 6])).order.values == [4, 6])
    }

    @Test func rateStepForward() throws {
        #expect(try RateStepForward().threshold == nil)
        #expect(try RateStepForward(threshold: nil).threshold == nil)
        #expect(try RateStepForward(threshold: 0.5).threshold?.values == [0.5])
        #expect(try RateStepForward(threshold: [1, 2]).threshold?.values == [1, 2])
        #expect(try RateStepForward(threshold: float, padding: .zero).threshold?.values == [0.25])
        #expect(try RateStepForward(threshold: floats).threshold?.values == [0.25, 0.5])
        #expect(try RateStepForward(threshold: double).threshold?.values == [0.75])
        #expect(try RateStepForward(threshold: each).threshold?.values == [0.5, 0.625])
        #expect(try RateStepForward(threshold: each as PerChannel<Float>?).threshold?.values == [0.5, 0.625])
    }

    @Test func rateCode() throws {
        let defaults = try RateCode()
        #expect(defaults.minimum.values == [0] && defaults.maximum.values == [1])
        let variables = try RateCode(minimum: -double, maximum: whole)
        #expect(variables.minimum.values == [-0.75] && variables.maximum.values == [3])
        let arrays = try RateCode(minimum: doubles, maximum: [1, 2])
        #expect(arrays.minimum.values == [0.25, 0.125] && arrays.maximum.values == [1, 2])
        #expect(try RateCode(minimum: float).minimum.values == [0.25])
        #expect(try RateCode(minimum: PerChannel(each: [0.1, 0.2])).minimum.values == [0.1, 0.2])
    }

    @Test func receptiveFields() throws {
        let defaults = try ReceptiveFields()
        #expect(defaults.minimum.values == [0] && defaults.maximum.values == [1])
        let variables = try ReceptiveFields(minimum: doubles, maximum: double)
        #expect(variables.minimum.values == [0.25, 0.125] && variables.maximum.values == [0.75])
        #expect(try ReceptiveFields(minimum: -1, maximum: floats).maximum.values == [0.25, 0.5])
        #expect(try ReceptiveFields(maximum: [2, 3.5]).maximum.values == [2, 3.5])
    }

    @Test func initialValues() throws {
        let encoded = try StepForward(threshold: 1).encode(Signal(channels: [[0, 2, 2], [5, 5, 3]]))
        #expect(try encoded.decode(initialValues: 10).values == [10, 11, 11, 10, 10, 9])
        #expect(try encoded.decode(initialValues: float).values[0] == 0.25)
        #expect(try encoded.decode(initialValues: [1, 2]).values == [1, 2, 2, 2, 2, 1])
        #expect(try encoded.decode(initialValues: all, threads: 1).values[0] == 0.375)
        #expect(try encoded.decode(initialValues: nil).values == [0, 1, 1, 5, 5, 4])
    }

    /// A value that rounds to 0 in Float32 is refused like 0.
    @Test func valuesAreCheckedAsConverted() {
        #expect(
            throws: CodecError.parameter(
                codec: "step-forward", name: "threshold", value: "0.0", requirement: "finite and > 0")
        ) { try StepForward(threshold: 1e-60) }
    }

    /// Every function with `threads` works without, also for a codec of any kind.
    @Test func threadsAreOptional() throws {
        let signal = Signal(channels: [[0, 0.4, 1, 0.2], [3, 3.5, 2, 1]], samplingRate: 10)
        let ranges = try signal.ranges()
        for codec in [try StepForward(threshold: 0.3), try LeakyIntegrateAndFire()] as [any SignalCodec] {
            let encoded = try codec.encode(signal, ranges: ranges, threads: 1)
            #expect(try codec.encode(signal) == encoded)
            #expect(try codec.encode(signal, ranges: ranges) == encoded)
            #expect(try codec.encode([signal, signal]) == [encoded, encoded])
            let decoded = try encoded.decode(threads: 1)
            #expect(try codec.decode(encoded) == decoded)
            #expect(try codec.decode(encoded, initialValues: nil) == decoded)
            #expect(try encoded.decode() == decoded)
        }
        let erased = try LeakyIntegrateAndFire().codec
        let encodedByErased = try erased.encode(signal, ranges: ranges, threads: 1)
        #expect(try erased.encode(signal) == encodedByErased)
        #expect(try erased.encode(signal, ranges: ranges) == encodedByErased)
        #expect(try erased.encode(signal, threads: 1) == encodedByErased)
        #expect(try erased.decode(encodedByErased) == encodedByErased.decode(threads: 1))
        let start = try StepForward(threshold: 0.3)
        let encoded = try start.encode(signal)
        #expect(try start.decode(encoded, initialValues: 2) == encoded.decode(initialValues: 2, threads: 1))
    }
}
