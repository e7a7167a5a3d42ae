import SpikeEncoding
import TestSupport
import Testing

@testable import SpikeDatasets

@Suite struct RecordingFormTests {
    private func flaw(_ form: RecordingForm, _ signal: Signal) -> String? {
        message { _ = try form.applied(to: signal, "a.wav") }
    }

    @Test func lengthAndChannels() throws {
        let stereo = Signal(channels: [[1, 2, 3], [3, 6, 9]], samplingRate: 10, channelNames: ["l", "r"], unit: "V")
        let (mono, changes) = try RecordingForm(sampleCount: 5, channelCount: 1).applied(to: stereo, "a.wav")
        #expect(mono.values == [2, 4, 6, 0, 0] && mono.samplingRate == 10 && mono.unit == "V")
        #expect(changes == ["2 channels averaged", "padded to 5 samples"])
        let (cut, cutting) = try RecordingForm(sampleCount: 2).applied(to: stereo, "a.wav")
        #expect(cut.values == [1, 2, 3, 6] && cutting == ["cut to 2 samples"] && cut.channelNames == ["l", "r"])
        let (same, none) = try RecordingForm(samplingRate: 10, sampleCount: 3, channelCount: 2).applied(to: stereo, "")
        #expect(same == stereo && none == [])
        #expect(flaw(RecordingForm(channelCount: 3), stereo) == "a.wav: it has 2 channels, not 3 as the others")
    }

    @Test func rates() throws {
        let slow = Signal(channels: [[1, 1, 1, 1]], samplingRate: 100)
        let (fast, changes) = try RecordingForm(samplingRate: 200).applied(to: slow, "a.wav")
        #expect(fast.sampleCount == 8 && fast.samplingRate == 200 && changes == ["resampled from 100 Hz"])
        let form = RecordingForm(samplingRate: 200)
        #expect(flaw(form, Signal(channels: [[1]]))?.contains("its sampling rate is not known") == true)
        #expect(
            flaw(form, Signal(channels: [[1]], samplingRate: 0.1))?.contains("0.1 Hz cannot be resampled to 200 Hz")
                == true)
    }

    @Test func missingValuesLieBetweenTheirNeighbours() throws {
        let gaps = Signal(channels: [[.nan, 2, .nan, .nan, 8, .nan]])
        let (filled, changes) = try RecordingForm().applied(to: gaps, "a.ts")
        #expect(filled.values == [2, 2, 4, 6, 8, 8] && changes == ["missing values filled in"])
        #expect(flaw(RecordingForm(), Signal(channels: [[1], [.nan]])) == "a.wav, channel 1: every value is missing")
        #expect(
            flaw(RecordingForm(), Signal(channels: [[1, -.infinity]]))
                == "a.wav, channel 0, sample 1: the value is infinite")
        #expect(flaw(RecordingForm(), Signal(values: [], channelCount: 1)) == "a.wav: holds no samples")
    }

    /// Float32 holds the differences from an offset; a recording of a data set has the values themselves.
    @Test func offsetsAreAdded() throws {
        let offset = Signal(values: [1, 2], channelCount: 1, channelOffsets: [1000])
        let signal = try RecordingForm(sampleCount: 3).applied(to: offset, "a.npy").signal
        #expect(signal.values == [1001, 1002, 0] && signal.channelOffsets == [])
    }
}
