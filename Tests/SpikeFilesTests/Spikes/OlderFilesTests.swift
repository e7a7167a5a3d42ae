import ArrayFiles
import Foundation
import SpikeEncoding
import Testing

@testable import SpikeFiles

/// Files of the program before codecs were described, one of each codec; see `Fixtures/README.md`.
@Suite struct OlderFilesTests {
    static let codecs: [any SignalCodec] = try! [
        StepForward(threshold: [0.5, 1.25], dialect: .reference),
        BensSpiker(order: [2, 3], cutoff: 0.2, threshold: 0.1),
        PulseWidthModulation(frequency: [300, 200.5], polarity: .unipolar),
        LeakyIntegrateAndFire(threshold: 0.5, membraneConstant: [0.9, 0.3]),
        DeltaModulation(threshold: [0.1, 1], padding: .edge),
        RateStepForward(padding: .zero),
        RateCode(steps: 4, maximumRate: 0.75, minimum: [-1, 4], maximum: [3, 8]),
        ReceptiveFields(
            bins: 3, sigma: 0.2, steps: 3, conversion: .poisson(seed: .max), minimum: [-1, 4], maximum: [3, 8]),
    ]

    private func path(_ name: String) throws -> String {
        try #require(Bundle.module.url(forResource: "Fixtures/eight-codecs/\(name)", withExtension: nil)).path
    }

    @Test(arguments: codecs.indices) func decodeAsTheyDid(_ index: Int) throws {
        let codec = Self.codecs[index]
        let name = codec.codec.name
        let encoded = try EncodedFile.read(path("\(name).h5"))
        // The same recording gives the same spikes.
        let again: EncodedSignal
        if let codec = codec as? any ObservationCodec {
            let file = try ObservationFile.load(path("recording.csv"), samplingRate: nil, columns: nil)
            again = try codec.encode(file.content)
        } else {
            again = try codec.encode(RecordingFile.read(path("recording.csv")))
        }
        #expect(encoded == again)
        guard case .float32(let values) = try NPYArray.read(path("\(name)-decoded.npy")).elements else {
            Issue.record("the decoded values are not float32")
            return
        }
        let decoded = try encoded.decode()
        // Of observations, a row per observation.
        let rows = Observations(decoded).values.map { Float($0) }
        #expect(values == (codec is any ObservationCodec ? rows : decoded.values))

        // Today's header says the same, byte for byte, so that the older program reads today's files.
        let file = try path("\(name).h5")
        let header = try HDF5.withLibrary { () throws(FileError) in try HDF5Reader(file).text("encoding") }
        #expect(try EncodedHeader(again).json("") == String(decoding: header, as: UTF8.self))

        let events = try SpikeTrainFile.readTrain(
            path("\(name).csv"), stepRate: encoded.stepRate, unitCount: encoded.spikes.unitCount,
            stepCount: encoded.spikes.stepCount)
        #expect(events.signs == encoded.spikes.signs)
        if !(codec is any ObservationCodec) {
            #expect(try SpikeTrainFile.readTrain(path("\(name).npy")) == encoded.spikes)
        }
    }

    /// Files of the rate code from before dialects have none, and their deterministic spikes are the package's.
    @Test func aDialectThatIsMissingFollowsFromTheConversion() throws {
        for (kind, dialect) in [("deterministic", Dialect.reference), (#"poisson","seed":"3"#, .standard)] {
            let text = """
                {"codec":"rate","conversion":{"kind":"\(kind)"},"maximum":[1],"maximumRate":1,"minimum":[0],"steps":4}
                """.replacing(#""3""#, with: "3")
            let codec = try JSONDecoder().decode(Codec.self, from: Data(text.utf8))
            #expect((codec.base as? RateCode)?.dialect == dialect, "\(text)")
        }
    }
}
