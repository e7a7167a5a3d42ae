import FileTestSupport
import Foundation
import SpikeEncoding
import Testing

@testable import SpikeFiles

@Suite struct EncodedFileTests {
    private func roundTrip(_ encoded: EncodedSignal) throws {
        let folder = try TemporaryFolder()
        for layout in [nil, .events, .frames] as [EncodedFile.Layout?] {
            for name in ["a.h5", "b.hdf5"] {
                try SpikeTrainFile.write(encoded, to: folder.file(name), layout: layout)
                #expect(try EncodedFile.read(folder.file(name)) == encoded)
                #expect(try SpikeTrainFile.readTrain(folder.file(name)) == encoded.spikes)
            }
            #expect(try folder.bytes("a.h5") == folder.bytes("b.hdf5"))
        }
        #expect(try folder.names == ["a.h5", "b.hdf5"])
    }

    @Test(arguments: Examples.codecs.indices, [360, nil]) func roundTripsEveryCodec(_ index: Int, _ rate: Double?)
        throws
    {
        let encoded = try Examples.encoded(Examples.codecs[index].codec, samplingRate: rate)
        #expect((encoded.spikes.spikeCount == 0) == (Examples.codecs[index].name == "silent"))
        try roundTrip(encoded)
    }

    @Test func roundTripsOffsetsAndStarts() throws {
        let signal = Signal(
            exactValues: [101_325.001, 101_325.003, 101_325.002, 5, 6, 8], channelCount: 2, samplingRate: 4,
            startTime: 1_700_000_000.25, channelNames: ["p", "q"])
        let encoded = try StepForward(threshold: [0.0005, 0.5]).encode(signal)
        #expect(encoded.channels[0].offset != 0)
        try roundTrip(encoded)
        try roundTrip(RateCode(steps: 4, minimum: 1e9, maximum: 1e9 + 1).encode(Observations(signal)))
    }

    /// A file of the version before offsets decodes as it did then.
    @Test func readsTheVersionBeforeOffsets() throws {
        let url = try #require(Bundle.module.url(forResource: "Fixtures/version1", withExtension: "h5"))
        let encoded = try EncodedFile.read(url.path)
        #expect(encoded.startTime == 0 && encoded.channels.allSatisfy { $0.offset == 0 })
        // 3 and 4 are where the carrier meets the signal: sample 2 of the first channel lies 0.9·range/1.2 up, and so on.
        let decoded = try encoded.decode()
        #expect(
            decoded.values == [
                0, 0.8993994, 1.7987988, 1.7987988, 1.7987988, 1.7987988, 8, 7.199199, 6.3983984, 5.5975976, 7.6036034,
                7.6036034,
            ])
        #expect(decoded.samplingRate == 4 && decoded.unit == "mV" && decoded.channelNames == ["ECG_mV", "EMG_mV"])
    }

    @Test func roundTripsObservations() throws {
        let codec = try ReceptiveFields(
            bins: 3, steps: 7, conversion: .poisson(seed: 1 << 63 + 1), minimum: 0, maximum: 1)
        try roundTrip(codec.encode(Observations(values: [0.1, 0.2, 5, 0.4], featureCount: 2)))
        try roundTrip(codec.encode(Observations(values: [0.1], featureCount: 1)))
    }

    @Test func roundTripsExtremeNumbers() throws {
        let channels = [
            EncodedChannel(initialValue: .leastNonzeroMagnitude, range: ValueRange(minimum: -1e38, maximum: 0.1)),
            EncodedChannel(
                name: "\u{1F600}", initialValue: -.greatestFiniteMagnitude,
                range: ValueRange(minimum: -0.3, maximum: 1e-30)),
            EncodedChannel(initialValue: .nan, range: ValueRange(minimum: 0, maximum: 0)),
        ]
        for count in 1...2 {
            try roundTrip(
                EncodedSignal(
                    codec: try PulseWidthModulation(frequency: 0.1).codec,
                    spikes: SpikeTrain(signs: Array(repeating: -1, count: 5 * count), unitCount: count),
                    channels: Array(channels[..<count]), samplingRate: 0.1 + 0.2, unit: "µV", clippedCount: .max))
        }
        let folder = try TemporaryFolder()
        let encoded = EncodedSignal(
            codec: try StepForward().codec, spikes: SpikeTrain(signs: [1], unitCount: 1), channels: [channels[2]])
        #expect(
            message { try EncodedFile.write(encoded, to: folder.file("a.h5")) }?.contains("cannot be written") == true)
        #expect(try folder.names == [])
    }

    @Test func gradedStepsOfAmplitudeZeroAreNoEvents() throws {
        let codec = try RateStepForward(threshold: 0.5).codec
        let train = SpikeTrain(amplitudes: [0, -0.0, 1.5, -.leastNonzeroMagnitude, 0, 2], unitCount: 1)
        try roundTrip(EncodedSignal(codec: codec, spikes: train, channels: [EncodedChannel(initialValue: 1)]))
    }

    @Test func roundTripsManyUnits() throws {
        let count = 70_000
        let signs = (0..<count * 2).map { Int8($0 % 3 - 1) }
        try roundTrip(
            EncodedSignal(
                codec: try StepForward().codec, spikes: SpikeTrain(signs: signs, unitCount: count),
                channels: Array(repeating: EncodedChannel(initialValue: 0), count: count), samplingRate: 2))
    }

    @Test func roundTripsNothing() throws {
        let codec = try StepForward().codec
        try roundTrip(EncodedSignal(codec: codec, spikes: SpikeTrain(signs: [], unitCount: 0), channels: []))
        try roundTrip(
            EncodedSignal(
                codec: codec, spikes: SpikeTrain(signs: [], unitCount: 1), channels: [EncodedChannel(initialValue: 1)]))
    }

    /// The layout that a file has.
    private func layout(_ path: String) throws -> EncodedFile.Layout {
        try HDF5.withLibrary { () throws(FileError) in
            let reader = try HDF5Reader(path)
            #expect(reader.has("spikes/frames") != reader.has("spikes/times"))
            return reader.has("spikes/frames") ? .frames : .events
        }
    }

    /// Events take 19 bytes each, 23 of graded codes; steps 1, or 4. Below 64 KiB, events are always taken.
    @Test(
        arguments: [
            (100_000, 5_263, false, .events), (100_000, 5_264, false, .frames), (3_000, 3_000, false, .events),
            (3_450, 3_449, false, .events), (3_450, 3_450, false, .frames), (100_000, 17_391, true, .events),
            (100_000, 17_392, true, .frames), (100_000, 0, false, .events),
        ] as [(Int, Int, Bool, EncodedFile.Layout)])
    func theSmallerLayoutIsTaken(_ steps: Int, _ spikes: Int, _ isGraded: Bool, _ expected: EncodedFile.Layout) throws {
        let folder = try TemporaryFolder()
        func amplitude(_ step: Int) -> Float { step >= spikes ? 0 : step % 2 == 0 ? 1.5 : -2 }
        let amplitudes = (0..<steps).map(amplitude)
        let signs: [Int8] = amplitudes.map { $0 > 0 ? 1 : $0 < 0 ? -1 : 0 }
        let encoded = EncodedSignal(
            codec: isGraded ? try RateStepForward(threshold: 1).codec : try StepForward().codec,
            spikes: isGraded
                ? SpikeTrain(amplitudes: amplitudes, unitCount: 1) : SpikeTrain(signs: signs, unitCount: 1),
            channels: [EncodedChannel(initialValue: 0)])
        try EncodedFile.write(encoded, to: folder.file("a.h5"))
        #expect(try layout(folder.file("a.h5")) == expected)
        #expect(try EncodedFile.read(folder.file("a.h5")) == encoded)
        for layout in EncodedFile.Layout.allCases {
            try EncodedFile.write(encoded, to: folder.file("a.h5"), layout: layout)
            #expect(try self.layout(folder.file("a.h5")) == layout)
        }
    }

    /// Random signs at four of five steps have 0.72 + 0.8 bits a step; the file may take 3.
    @Test(arguments: [(1, 800_000), (40, 20_000), (4000, 200), (200_000, 4)])
    func denseTrainsAreSmall(_ units: Int, _ steps: Int) throws {
        let folder = try TemporaryFolder()
        var generator = SplitMix64(seed: 3)
        let choices: [Int8] = [-1, -1, 0, 1, 1]
        let signs: [Int8] = (0..<units * steps).map { _ in choices[Int.random(in: 0..<5, using: &generator)] }
        let encoded = EncodedSignal(
            codec: try StepForward().codec, spikes: SpikeTrain(signs: signs, unitCount: units),
            channels: Array(repeating: EncodedChannel(initialValue: 0), count: units), samplingRate: 10)
        try EncodedFile.write(encoded, to: folder.file("a.h5"))
        let headerSize = try EncodedHeader(encoded).json("").utf8.count
        #expect(try folder.bytes("a.h5").count < units * steps * 3 / 8 + headerSize + 16_384)
        #expect(try EncodedFile.read(folder.file("a.h5")) == encoded)
    }

    /// What version 0.1.0 wrote, derived by hand; see `Fixtures/README.md`.
    @Test func oldFilesStayReadable() throws {
        func path(_ name: String) throws -> String {
            try #require(Bundle.module.url(forResource: "Fixtures/\(name)", withExtension: "h5")).path
        }
        let old = try EncodedFile.read(path("step-forward-0.1.0"))
        #expect(old.spikes == SpikeTrain(signs: [0, 1, 1, 0, 0, 0, -1, -1, 0, 0], unitCount: 2))
        #expect(old.codec == (try StepForward(threshold: 0.5).codec) && old.samplingRate == 10 && old.unit == "mV")
        #expect(old.channels.map(\.name) == ["a_mV", "b_mV"] && old.channels.map(\.initialValue) == [0, 1])
        #expect(try old.decode().values == [0, 0.5, 1, 1, 1, 1, 0.5, 0, 0, 0])
        let graded = try EncodedFile.read(path("rate-step-forward-0.1.0"))
        let steps: [Float] = [0, 0.6, 0.6, 0, -0.7, 0, -0.6, -0.6, 0, 0.7]
        for (amplitude, step) in zip(try #require(graded.spikes.amplitudes), steps) {
            #expect(abs(amplitude - step / 0.5) < 1e-6)
        }
    }

    @Test func onlyHDF5HasALayout() throws {
        let folder = try TemporaryFolder()
        let encoded = try Examples.encoded(StepForward())
        for name in ["a.npy", "a.csv"] {
            let problem = message { try SpikeTrainFile.write(encoded, to: folder.file(name), layout: .frames) }
            #expect(problem?.contains("only HDF5 (.h5) can have the layout frames") == true)
        }
        #expect(try folder.names == [])
    }

    @Test func decodesAfterReading() throws {
        let folder = try TemporaryFolder()
        let encoded = try Examples.encoded(DeltaModulation())
        try EncodedFile.write(encoded, to: folder.file("a.h5"))
        #expect(try EncodedFile.read(folder.file("a.h5")).decode() == encoded.decode())
    }

    @Test func anyThreadMayReadAndWrite() async throws {
        let folder = try TemporaryFolder()
        let encoded = try Examples.encoded(RateStepForward())
        try await withThrowingTaskGroup(of: Bool.self) { group in
            for index in 0..<24 {
                group.addTask {
                    try EncodedFile.write(encoded, to: folder.file("\(index).h5"))
                    return try EncodedFile.read(folder.file("\(index).h5")) == encoded
                }
            }
            for try await isEqual in group { #expect(isEqual) }
        }
    }

    @Test func saysWhyAFileIsRefused() throws {
        let folder = try TemporaryFolder()
        try EncodedFile.write(try Examples.encoded(StepForward()), to: folder.file("a.h5"))
        let bytes = try folder.bytes("a.h5")
        func problem(_ bytes: [UInt8]) throws -> String? {
            let path = try folder.file("b.h5", bytes)
            return message { _ = try EncodedFile.read(path) }
        }
        #expect(try problem(Array(bytes.dropFirst(512)))?.contains("was not written by SpikeKit") == true)
        #expect(try problem([])?.hasSuffix("b.h5: is empty") == true)
        #expect(
            try problem(bytes.dropLast())?.contains("was cut short or added to: \(bytes.count - 513) bytes instead of")
                == true)
        #expect(try problem(Array(bytes.prefix(100)))?.contains("it has 100 bytes") == true)
        #expect(try problem(bytes + [0])?.contains("was cut short or added to") == true)
        var changed = bytes
        changed[bytes.count / 2] ^= 1
        #expect(try problem(changed)?.contains("was damaged or changed after it was written") == true)
        changed = bytes
        changed[8] = 2
        #expect(try problem(changed)?.contains("format version 2 is unknown") == true)
    }

    @Test func existingFileStaysWhenWritingFails() throws {
        let folder = try TemporaryFolder()
        let encoded = try Examples.encoded(StepForward())
        for name in ["a.h5", "a.npy", "a.csv"] {
            #expect(throws: FileError.self) { try SpikeTrainFile.write(encoded, to: folder.file("missing/\(name)")) }
        }
        #expect(throws: FileError.self) { try SpikeTrainFile.write(encoded, to: folder.path + "/a.mat") }
        #expect(try folder.names == [])
    }
}
