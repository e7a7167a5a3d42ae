import FileTestSupport
import Foundation
import SpikeEncoding
import SpikeFiles
import SpikeTuning
import Testing

/// A codec from outside of the package does what the package's own do.
@Suite struct AppCodecTests {
    private let signal = Signal(channels: [[-1, 2, 3, -2, -1, 1], [5, 5, 9, 9, 1, 1]], samplingRate: 10)

    @Test func encodesDecodesAndStreams() throws {
        let codec = try Comparator(level: [0, 7], gap: 4)
        let encoded = try codec.encode(signal)
        #expect(encoded.spikes.signs == [0, 1, 0, -1, 0, 1, 0, 0, 1, 0, -1, 0])
        #expect(encoded.codec == codec.codec && encoded.codec.name == "comparator")
        #expect(try encoded.decode().values == [-1, 2, 2, -2, -2, 2, 5, 5, 9, 9, 5, 5])
        #expect(try encoded.decode(initialValues: 0.5).values[0] == 0.5)
        #expect(try codec.encode(signal, threads: 2) == codec.encode(signal, threads: 1))

        var stream = try codec.stream(channelCount: 2)
        var parts = [try stream.push(signal.samples(0..<2)), try stream.push(signal.samples(2..<6))]
        parts.append(stream.finish())
        #expect(SpikeTrain.joined(parts) == encoded.spikes)
        #expect(stream.encodedChannels == encoded.channels)
    }

    @Test func itsErrorsAreThoseOfItsDescription() throws {
        let error = #expect(throws: CodecError.self) { try Comparator(gap: -1) }
        #expect(error?.description == "comparator: gap must be finite and >= 0, got -1.0")
        let counts = #expect(throws: CodecError.self) { try Comparator(level: [1, 2, 3]).encode(signal) }
        #expect(
            counts?.description
                == "comparator: level has 3 values for 2 channels; give one value, or one per channel")
        #expect(throws: CodecError.notFinite(channel: 0, sample: 1, value: .infinity)) {
            try Comparator().encode(Signal(channels: [[0, .infinity]]))
        }
    }

    @Test func itsFilesAreReadByThoseWhoKnowIt() throws {
        let folder = try TemporaryFolder()
        let encoded = try Comparator(level: [0, 7], gap: 4).encode(signal)
        for name in ["a.h5", "a.npy", "a.csv"] { try SpikeTrainFile.write(encoded, to: folder.file(name)) }
        let codecs = Codec.all + [Comparator.self]
        #expect(try EncodedFile.read(folder.file("a.h5"), codecs: codecs) == encoded)
        #expect(try SpikeTrainFile.readTrain(folder.file("a.h5"), codecs: codecs) == encoded.spikes)
        #expect(try SpikeTrainFile.readTrain(folder.file("a.npy")) == encoded.spikes)
        let error = #expect(throws: FileError.self) { try EncodedFile.read(folder.file("a.h5")) }
        #expect(error?.description.contains("unknown codec \"comparator\"; known are step-forward, ") == true)
    }

    /// A file from before a parameter existed means what the codec says it means; one that never lacked it is refused.
    @Test func olderFilesLackNewerParameters() throws {
        let decoder = JSONDecoder()
        decoder.userInfo[.codecs] = [Comparator.self] as [any SignalCodec.Type]
        func decoded(_ text: String) throws -> Comparator? {
            try decoder.decode(Codec.self, from: Data(text.utf8)).base as? Comparator
        }
        #expect(try decoded(#"{"codec":"comparator","level":[3]}"#) == Comparator(level: 3, gap: 0))
        #expect(try decoded(#"{"codec":"comparator","level":[3],"gap":2}"#) == Comparator(level: 3, gap: 2))
        #expect(throws: DecodingError.self) { try decoded(#"{"codec":"comparator","gap":2}"#) }
        #expect(throws: CodecError.self) { try decoded(#"{"codec":"comparator","level":[3],"gap":-2}"#) }
    }

    @Test func tunes() throws {
        let square = Signal(channels: [(0..<200).map { $0 / 10 % 2 == 0 ? 3 : 8 }], samplingRate: 10)
        let given = try Comparator(level: 100, gap: 5)
        let result = try Tuner(evaluations: 200).tune(given.codec, for: square)
        let tuned = try #require(result.codec.base as? Comparator)
        #expect(tuned.gap == 5)
        // At the best level, 5.5, the decoded values are 3 and 8.
        #expect(abs(tuned.level[0] - 5.5) < 0.01)
        #expect(result.channels[0].best.parameters.map(\.name) == ["level"])
        #expect(result.channels[0].best.meanSquaredError < 1e-3)
    }

    @Test func decodesRecordingsOnlyAsAWhole() {
        #expect(throws: CodecError.noDecodingStream(codec: "comparator")) {
            try Comparator().decodingStream(channels: [EncodedChannel(initialValue: 0)])
        }
    }
}
