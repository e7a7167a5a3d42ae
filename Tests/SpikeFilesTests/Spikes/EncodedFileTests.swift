import FileTestSupport
import Foundation
import SpikeEncoding
import Testing

@testable import SpikeFiles

@Suite struct EncodedFileTests {
    private func roundTrip(_ encoded: EncodedSignal) throws {
        let folder = try TemporaryFolder()
        for name in ["a.h5", "b.hdf5"] {
            try SpikeTrainFile.write(encoded, to: folder.file(name))
            #expect(try EncodedFile.read(folder.file(name)) == encoded)
            #expect(try SpikeTrainFile.readTrain(folder.file(name)) == encoded.spikes)
        }
        #expect(try folder.bytes("a.h5") == folder.bytes("b.hdf5"))
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
        try roundTrip(RateCode(steps: 4, minimum: 1e9, maximum: PerChannel(1e9 + 1)).encode(Observations(signal)))
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
                    codec: try PulseWidthModulation(frequency: PerChannel(0.1)).codec,
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
        #expect(try problem(Array(bytes.prefix(100)))?.contains("100 bytes are left") == true)
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
