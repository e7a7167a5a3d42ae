import SpikeEncoding
import SpikeTuning
import Testing

@Suite struct MeanSquaredErrorTests {
    /// Against the values that the recording was made from, not against what is left of them in Float32.
    @Test func isOfTheRecordingsOwnValues() throws {
        let exact = [0.1, 0.7, 0.30000000001]
        let signal = Signal(exactValues: exact, channelCount: 1)
        let decoded = Signal(channels: [[0.1, 0.7, 0.3]])
        let expected = zip(exact, decoded.values).reduce(0.0) { $0 + ($1.0 - Double($1.1)) * ($1.0 - Double($1.1)) } / 3
        #expect(meanSquaredError(signal, decoded) == expected && expected > 0)
        #expect(meanSquaredError(decoded, signal) == expected)
    }

    @Test func offsetsNeedNotAgree() {
        let a = Signal(exactValues: [0x1p40, 0x1p40 + 1, 0x1p40 + 3], channelCount: 1)
        let b = Signal(values: [0, 2, 2], channelCount: 1, channelOffsets: [0x1p40 - 1])
        // Differences 1, 0 and 2.
        #expect(meanSquaredError(a, b) == 5.0 / 3)
    }

    @Test func eachChannelHasItsOwnMean() async {
        let a = Signal(channels: [[1, 2], [3, 4]])
        let b = Signal(channels: [[1, 4], [0, 1]])
        #expect(meanSquaredErrors(a, b) == [2, 9] && meanSquaredError(a, b) == 5.5)
        let none = Signal(channels: [[], []])
        #expect(meanSquaredErrors(none, none) == [0, 0])
        #expect(meanSquaredError(Signal(channels: []), Signal(channels: [])) == 0)
        await #expect(processExitsWith: .failure) {
            _ = meanSquaredError(Signal(channels: [[1, 2]]), Signal(channels: [[1]]))
        }
        await #expect(processExitsWith: .failure) {
            _ = meanSquaredError(Signal(channels: [[1], [2]]), Signal(channels: [[1]]))
        }
        // All that the first recording has is in the second one, too.
        await #expect(processExitsWith: .failure) {
            _ = meanSquaredError(Signal(channels: [[1]]), Signal(channels: [[1, 2]]))
        }
        await #expect(processExitsWith: .failure) {
            _ = meanSquaredError(Signal(channels: [[1]]), Signal(channels: [[1], [2]]))
        }
    }

    @Test func tuningFindsErrorsFarFromZero() throws {
        let wave = (0..<400).map { Float(Int(100 * (Float($0 % 40) / 40))) }
        let near = Signal(channels: [wave], samplingRate: 100)
        let far = Signal(exactValues: wave.map { 0x1p36 + Double($0) }, channelCount: 1, samplingRate: 100)
        let tuner = Tuner(evaluations: 40, seed: 1)
        for codec in [try StepForward().codec, try LeakyIntegrateAndFire().codec] {
            let (plain, lifted) = (try tuner.tune(codec, for: near), try tuner.tune(codec, for: far))
            #expect(plain.channels[0].best.parameters == lifted.channels[0].best.parameters)
            let (a, b) = (plain.channels[0].best.meanSquaredError, lifted.channels[0].best.meanSquaredError)
            #expect(a > 0 && abs(a - b) <= 1e-4 * a)
        }
    }
}
