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
