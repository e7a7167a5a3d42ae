import Foundation
import SpikeEncoding
import Testing

@Suite struct SignalTests {
    @Test func samplingRateIsFiniteAndAboveZero() async {
        await #expect(processExitsWith: .failure) { _ = Signal(channels: [[0]], samplingRate: 0) }
        await #expect(processExitsWith: .failure) { _ = Signal(channels: [[0]], samplingRate: -1) }
        await #expect(processExitsWith: .failure) { _ = Signal(channels: [[0]], samplingRate: .infinity) }
        await #expect(processExitsWith: .failure) {
            _ = Signal(exactValues: [0], channelCount: 1, samplingRate: .nan)
        }
        await #expect(processExitsWith: .failure) {
            var signal = Signal(channels: [[0]], samplingRate: 1)
            signal.samplingRate = 0
        }
        await #expect(processExitsWith: .failure) {
            _ = SignalBatch(values: [0], recordingCount: 1, channelCount: 1, samplingRate: -1)
        }
        await #expect(processExitsWith: .failure) {
            _ = Observations(values: [0], featureCount: 1, samplingRate: 0)
        }
    }

    @Test func namesOffsetsAndStartFit() async {
        await #expect(processExitsWith: .failure) { _ = Signal(channels: [[0]], channelNames: ["a", "b"]) }
        await #expect(processExitsWith: .failure) { _ = Signal(channels: [[0], [1]], channelOffsets: [1]) }
        await #expect(processExitsWith: .failure) { _ = Signal(channels: [[0]], channelOffsets: [.infinity]) }
        await #expect(processExitsWith: .failure) { _ = Signal(channels: [[0]], startTime: .nan) }
        await #expect(processExitsWith: .failure) {
            var signal = Signal(channels: [[0]])
            signal.channelNames = ["a", "b"]
        }
        await #expect(processExitsWith: .failure) {
            var signal = Signal(channels: [[0]])
            signal.startTime = .infinity
        }
        // What fits is taken.
        await #expect(processExitsWith: .success) {
            var signal = Signal(
                channels: [[0], [1]], samplingRate: 0.5, channelNames: ["a", "b"], startTime: -3,
                channelOffsets: [0, 1e9])
            signal.samplingRate = nil
            signal.channelNames = []
            signal.startTime = 2
        }
    }

    @Test func samplesHaveTimesAndADuration() {
        let signal = Signal(values: [1, 2, 3, 4, 5, 6], channelCount: 2, samplingRate: 4, startTime: 10)
        #expect(signal.sampleCount == 3 && signal.duration == 0.75)
        #expect(signal.times?.time(ofStep: 2) == 10.5)
        #expect(
            Array(signal.channel(1)) == [4, 5, 6] && signal[1, 2] == 6 && signal.value(ofChannel: 1, sample: 0) == 4)
        #expect(signal.samples(1..<3).startTime == 10.25 && signal.samples(1..<3).values == [2, 3, 5, 6])
        #expect(signal.name(ofChannel: 1) == "channel 1")
        // What is not stated: the first sample is at 0 s, and the rate is unknown.
        for plain in [Signal(values: [1, 2], channelCount: 1), Signal(channels: [[1, 2]])] {
            #expect(plain.startTime == 0 && plain.duration == nil && plain.times == nil && plain.channelOffsets.isEmpty)
        }
        #expect(Signal(exactValues: [1, 2], channelCount: 1).startTime == 0)
        #expect(Observations(values: [1], featureCount: 1).startTime == 0)
    }

    @Test func aRecordingWithoutChannelsHasNoObservations() {
        #expect(Observations(Signal(channels: [])).rowCount == 0)
    }

    @Test func samplesOutsideTheRecordingAreRefused() async {
        await #expect(processExitsWith: .failure) { _ = Signal(channels: [[1, 2], [3, 4]])[0, 2] }
        await #expect(processExitsWith: .failure) { _ = Signal(channels: [[1, 2], [3, 4]])[1, -1] }
        await #expect(processExitsWith: .failure) { _ = Signal(channels: [[1, 2]]).samples(1..<3) }
        await #expect(processExitsWith: .failure) { _ = Signal(channels: [[1, 2]]).samples(-1..<1) }
        await #expect(processExitsWith: .failure) {
            _ = Signal(channels: [[1, 2], [3, 4]]).value(ofChannel: 0, sample: 2)
        }
        await #expect(processExitsWith: .failure) { _ = Signal(values: [1, 2, 3], channelCount: 2) }
        await #expect(processExitsWith: .failure) { _ = Signal(channels: [[1, 2], [3]]) }
    }

    @Test func normalizedChannelsRunFromZeroToOne() throws {
        let signal = Signal(channels: [[1, 3, 2], [5, 5, 5]], samplingRate: 2, startTime: 3)
        let normalized = try signal.normalized()
        #expect(normalized.values == [0, 1, 0.5, 0, 0, 0])
        #expect(normalized.samplingRate == 2 && normalized.startTime == 3)
    }

    @Test func signalsAreEqualIfEverythingIs() {
        let signal = Signal(channels: [[1, 2]], samplingRate: 2)
        #expect(signal == Signal(channels: [[1, 2]], samplingRate: 2))
        #expect(signal != Signal(channels: [[1, 3]], samplingRate: 2))
        #expect(signal != Signal(channels: [[1, 2]], samplingRate: 3))
        #expect(signal != Signal(channels: [[1], [2]], samplingRate: 2))
        #expect(signal != Signal(channels: [[1, 2]], samplingRate: 2, startTime: 1))
    }

    /// What describes the recording survives encoding and decoding.
    @Test func decodingKeepsNamesUnitRateAndStart() throws {
        let signal = Signal(
            channels: [[0, 1, 2], [2, 1, 0]], samplingRate: 8, channelNames: ["a", "b"], unit: "mV", startTime: 3)
        let decoded = try StepForward(threshold: 0.5).encode(signal).decode()
        #expect(decoded.channelNames == ["a", "b"] && decoded.unit == "mV")
        #expect(decoded.samplingRate == 8 && decoded.startTime == 3)
        #expect(try StepForward().encode(Signal(channels: [[0, 1]])).decode().channelNames.isEmpty)
    }

    /// A file's wrong rate is an error, not a trap.
    @Test func encodedRatesFromFilesAreChecked() throws {
        let encoded = try StepForward().encode(Signal(channels: [[0, 1]], samplingRate: 8))
        let json = String(decoding: try JSONEncoder().encode(encoded), as: UTF8.self)
        #expect(json.contains("\"samplingRate\":8"))
        for rate in ["0", "-8"] {
            let data = Data(json.replacing("\"samplingRate\":8", with: "\"samplingRate\":\(rate)").utf8)
            #expect(throws: DecodingError.self) { try JSONDecoder().decode(EncodedSignal.self, from: data) }
        }
        #expect(try JSONDecoder().decode(EncodedSignal.self, from: Data(json.utf8)) == encoded)
    }
}
