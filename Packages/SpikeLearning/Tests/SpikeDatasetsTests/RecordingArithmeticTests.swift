import Foundation
import SpikeEncoding
import TestSupport
import Testing
import TorchTensors

@testable import SpikeDatasets

/// Resampling against its formula, and bounds of recordings and spike counts.
@Suite(.leavesNothing) struct RecordingArithmeticTests {
    /// The modified Bessel function of order 0, by its integral.
    private func bessel(_ x: Double) -> Double {
        (0..<400).reduce(0) { $0 + exp(x * cos(Double.pi * (Double($1) + 0.5) / 400)) } / 400
    }

    /// A sinc of 95 % of the smaller band, over 32 zero crossings, under a Kaiser window of 9; the edges go on.
    @Test(arguments: [(3.0, 2.0), (2, 3), (1, 1), (4, 1), (1, 2), (441, 160)])
    func resamplingIsItsFormula(old: Double, new: Double) throws {
        let values = spread(90, -1...1).map(Float.init)
        let change = try #require(SampleRateChange(from: old, to: new))
        let found = change(values)
        #expect(found.count == Int((90 * new / old).rounded(.up)))
        let scale = 0.95 * min(1, new / old)
        let reach = 32 / scale
        for (index, value) in found.enumerated() {
            let time = Double(index) * old / new
            var (sum, weights) = (0.0, 0.0)
            for place in Int(time - reach)...Int(time + reach) + 1 {
                let distance = Double(place) - time
                guard abs(distance) < reach else { continue }
                let angle = Double.pi * scale * distance
                let edge = distance / reach
                let weight = (abs(angle) < 1e-9 ? 1 : sin(angle) / angle) * bessel(9 * sqrt(1 - edge * edge))
                sum += weight * Double(values[min(max(place, 0), 89)])
                weights += weight
            }
            #expect(abs(Double(value) - sum / weights) < 2e-6, "\(index)")
        }
    }

    @Test func ratiosThatAreTaken() {
        #expect(SampleRateChange(from: 256, to: 1) != nil && SampleRateChange(from: 1, to: 256) != nil)
        #expect(SampleRateChange(from: 257, to: 1) == nil && SampleRateChange(from: 1, to: 257) == nil)
        #expect(SampleRateChange(from: 9999, to: 9998) != nil && SampleRateChange(from: 9998, to: 9999) != nil)
        #expect(SampleRateChange(from: 10_000, to: 9999) == nil && SampleRateChange(from: 9999, to: 10_000) == nil)
        #expect(SampleRateChange(from: 0, to: 1) == nil)
    }

    @Test func formsCheckTheirNumbers() async throws {
        await #expect(processExitsWith: .failure) { _ = RecordingForm(samplingRate: 0) }
        await #expect(processExitsWith: .failure) { _ = RecordingForm(samplingRate: .infinity) }
        await #expect(processExitsWith: .failure) { _ = RecordingForm(sampleCount: 0) }
        await #expect(processExitsWith: .failure) { _ = RecordingForm(channelCount: 0) }
        await #expect(processExitsWith: .failure) {
            _ = LabelledRecording(name: "a", label: -1, signal: Signal(values: [1], channelCount: 1))
        }
        let least = RecordingForm(samplingRate: 1e-300, sampleCount: 1, channelCount: 1)
        #expect(least.sampleCount == 1 && RecordingForm().samplingRate == nil)
        let one = Signal(channels: [[5]])
        #expect(try RecordingForm(sampleCount: 1, channelCount: 1).applied(to: one, "a").changes == [])
        #expect(LabelledRecording(name: "a", label: 0, signal: one).label == 0)
    }

    @Test func gapsOfOneAndManySamples() {
        #expect(RecordingForm.interpolated([1, .nan, 3]) == [1, 2, 3])
        #expect(RecordingForm.interpolated([.nan, .nan, 4, .nan, .nan, .nan, 8, .nan]) == [4, 4, 4, 5, 6, 7, 8, 8])
        #expect(RecordingForm.interpolated([7]) == [7] && RecordingForm.interpolated([.nan]) == nil)
    }

    @Test func labelsOfDatasets() throws {
        func dataset(_ train: Int, _ test: Int, validation: Int? = nil) -> String? {
            func split(_ label: Int) -> RecordingSplit {
                RecordingSplit([LabelledRecording(name: "a", label: label, signal: Signal(channels: [[1, 2]]))])
            }
            return message {
                _ = try RecordingDataset(
                    name: "d", classNames: ["x", "y"], train: split(train), validation: validation.map(split),
                    test: split(test))
            }
        }
        #expect(dataset(0, 1) == nil && dataset(1, 0, validation: 1) == nil)
        #expect(dataset(2, 0) == "d: label 2 is none of the 2 classes" && dataset(0, 2) != nil)
        #expect(dataset(0, 0, validation: 2) == "d: label 2 is none of the 2 classes")
    }

    @Test func signalsOfSeveralLengthsAreOneTensor() throws {
        let signals = [[[1, 2, 3], [4, 5, 6]], [[7], [8]], [[9, 10], [11, 12]]] as [[[Float]]]
        let split = RecordingSplit(
            signals.enumerated().map { LabelledRecording(name: "r\($0)", label: $0, signal: Signal(channels: $1)) })
        let (samples, lengths) = try split.tensor()
        #expect(samples.shape == [3, 2, 3] && lengths == [3, 1, 2])
        #expect(
            try samples.elements(as: Float.self) == [1, 2, 3, 4, 5, 6, 7, 0, 0, 8, 0, 0, 9, 10, 0, 11, 12, 0])
        #expect(try split.tensor(at: [2, 1]).samples.elements(as: Float.self) == [9, 10, 11, 12, 7, 0, 8, 0])
        #expect(try split.tensor(at: []).samples.shape == [0, 1, 0])
        let mixed = RecordingSplit([
            LabelledRecording(name: "one", label: 0, signal: Signal(channels: [[1]])),
            LabelledRecording(name: "two", label: 0, signal: Signal(channels: [[1], [2]])),
        ])
        #expect(
            message { _ = try mixed.tensor() } == "two: it has 2 channels, and the first has 1")
        #expect(message { _ = try mixed.tensor(at: [1, 0]) } == "one: it has 1 channel, and the first has 2")
    }

    @Test func partsOfFiles() throws {
        let folder = try TemporaryFolder()
        let path = try folder.file("a.csv", Array("1\n2\n3\n4\n5\n".utf8))
        func part(_ start: Int, _ count: Int?) throws -> [Float] {
            try RecordingSplit(
                [LabelledRecording(name: "p", label: 0, .part(file: path, from: start))],
                form: RecordingForm(sampleCount: count)
            ).recording(at: 0).signal.values
        }
        #expect(try part(0, 2) == [1, 2] && part(3, 2) == [4, 5] && part(4, 2) == [5, 0] && part(4, nil) == [5])
        #expect(try part(1, nil) == [2, 3, 4, 5])
        #expect(message { _ = try part(5, 1) }?.hasSuffix("it has become shorter than 6 samples") == true)
    }

    @Test func textsOfNumbers() {
        #expect(
            (8.0).text == "8" && (0.5).text == "0.5" && (-3.0).text == "-3"
                && (999_999_999_999_999.0).text == "999999999999999")
        #expect((1e15).text == "1000000000000000.0")
    }

    // MARK: Spike counts

    private static func split(_ steps: Int = 2, _ channels: Int = 3) -> SpikeSplit {
        SpikeSplit(
            stepCount: steps, channelCount: channels, classIndices: [1, 0, 1], speakers: [4, 5, 6],
            cells: [0, 5, 5, 2, 3], starts: [0, 3, 3, 5])
    }

    @Test func countsOfSpikes() throws {
        let split = Self.split()
        #expect(split.count == 3 && split.spikeCount == 5 && (0..<3).map { split.spikeCount(of: $0) } == [3, 0, 2])
        #expect(split.counts(of: 0) == [1, 0, 0, 0, 0, 2] && split.counts(of: 1) == [0, 0, 0, 0, 0, 0])
        let sparse = split.sparseCounts(of: 0).map { [$0.step, $0.channel, $0.count] }
        #expect(sparse == [[0, 0, 1], [1, 2, 2]])
        #expect(split.sparseCounts(of: 2).map { [$0.step, $0.channel, $0.count] } == [[0, 2, 1], [1, 0, 1]])
        let some = split.taking([2, 0])
        #expect(some.classIndices == [1, 1] && some.speakers == [6, 4] && some.spikeCount == 5)
        #expect(some.counts(of: 0) == [0, 0, 1, 1, 0, 0] && some.counts(of: 1) == split.counts(of: 0))
        #expect(split.limited(.first(1)).spikeCount == 3)
        let tensor = try split.tensor(at: [2, 0])
        #expect(tensor.shape == [2, 2, 3])
        #expect(try tensor.elements(as: Float.self) == [0, 0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 2])
    }

    @Test func partsOfSpikesCheckTheirSizes() async {
        await #expect(processExitsWith: .failure) {
            _ = SpikeSplit(stepCount: 0, channelCount: 1, classIndices: [], speakers: [], cells: [], starts: [0])
        }
        await #expect(processExitsWith: .failure) {
            _ = SpikeSplit(stepCount: 1, channelCount: 0, classIndices: [], speakers: [], cells: [], starts: [0])
        }
        await #expect(processExitsWith: .failure) {
            _ = SpikeSplit(
                stepCount: 1 << 16, channelCount: 1 << 16 + 1, classIndices: [], speakers: [], cells: [], starts: [0])
        }
        await #expect(processExitsWith: .failure) {
            _ = SpikeSplit(stepCount: 1, channelCount: 1, classIndices: [0], speakers: [], cells: [], starts: [0])
        }
        await #expect(processExitsWith: .failure) {
            _ = SpikeSplit(stepCount: 1, channelCount: 1, classIndices: [], speakers: [], cells: [0], starts: [0])
        }
        let most = SpikeSplit(
            stepCount: 1 << 16, channelCount: 1 << 16, classIndices: [], speakers: [], cells: [], starts: [0])
        #expect(most.count == 0)
    }

    @Test func datasetsOfSpikesHaveOneShape() {
        func complaint(_ test: SpikeSplit, validation: SpikeSplit? = nil, names: [String] = ["a", "b"]) -> String? {
            message {
                _ = try SpikeDataset(
                    name: "d", classNames: names, train: Self.split(), validation: validation, test: test)
            }
        }
        #expect(complaint(Self.split()) == nil && complaint(Self.split(), validation: Self.split()) == nil)
        #expect(
            complaint(Self.split(3)) == "d: a part has 3 steps of 3 channels, and the training part 2 of 3")
        #expect(complaint(Self.split(2, 4))?.contains("2 steps of 4 channels") == true)
        #expect(complaint(Self.split(), validation: Self.split(3)) != nil)
        #expect(complaint(Self.split(), names: ["a"]) == "d: label 1 is none of the 1 class")
        #expect(HeidelbergFiles.channelCount == 700 && HeidelbergFiles.duration == 1.36914)
    }
}
