import FileTestSupport
import Foundation
import SpikeEncoding
import Testing

@testable import SpikeFiles

/// Spikes of other programs, read as times and units.
@Suite struct SpikeTimesFileTests {
    private static let times: [Double] = [0.5, 0.25, 1, 2, 0.125]
    private static let units = [0, 2, 2, 0, 0]

    @Test func nwb() throws {
        let folder = try TemporaryFolder()
        let spikes = SpikeTimes(times: Self.times, units: Self.units, unitCount: 4)
        try spikes.write(to: folder.file("a.nwb"), description: "spikes of a test")
        #expect(SpikeTimesFile.recognises(folder.file("a.nwb")))
        let file = try SpikeTimesFile(folder.file("a.nwb"))
        #expect(file.format == "NWB" && file.count == 1 && file.recordings == nil)
        #expect(try file.spikes(of: 0) == spikes)
        #expect(spikes.times == [0.125, 0.25, 0.5, 1, 2] && spikes.units == [0, 2, 0, 2, 0])
    }

    @Test func spikesOfACodecKeepTheirSigns() throws {
        let folder = try TemporaryFolder()
        let encoded = try StepForward(threshold: 0.5).encode(
            Signal(channels: [[0, 1, 0, 1, 2], [0, 0, 0, 0, 0], [0, -1, -2, -3, -4]], samplingRate: 4))
        try NWBUnits(encoded).write(to: folder.file("a.nwb"))
        let spikes = try SpikeTimesFile(folder.file("a.nwb")).spikes(of: 0)
        #expect(spikes.times == encoded.events.map { $0.time! })
        #expect(spikes.units == encoded.events.map(\.unit) && spikes.signs == encoded.events.map(\.sign))
    }

    @Test func text() throws {
        let folder = try TemporaryFolder()
        try SpikeTimes(times: Self.times, units: Self.units).write(to: folder.file("a.csv"), description: "")
        #expect(
            String(decoding: try folder.bytes("a.csv"), as: UTF8.self)
                == "time_s,channel,polarity\n0.125,0,1\n0.25,2,1\n0.5,0,1\n1.0,2,1\n2.0,0,1\n")
        #expect(throws: FileError.self) {
            try SpikeTimes(times: [], units: []).write(to: folder.file("a.npy"), description: "")
        }
    }

    @Test func steps() {
        let train = SpikeTimes(times: Self.times, units: Self.units).train(rate: 4, stepCount: 6)
        #expect(train.unitCount == 3 && train.unit(0) == [1, 1, 0, 0, 0, 1] && train.unit(2) == [1, 0, 0, 1, 0, 0])
    }

    @Test(
        .enabled(if: Python.hasH5py),
        arguments: [
            ("[1.0, 2, 3]", "[1, 4]", "unit 1 ends at 4, outside of 1…3"),
            ("[1.0, 2, 3]", "[2, 1]", "unit 1 ends at 1"),
            ("[1.0, 2, 3]", "[1, 2]", "the units have 2 of 3 spikes"),
            ("[1.0, np.nan]", "[2]", "a spike has the time nan"),
        ])
    func damagedTables(_ times: String, _ ends: String, _ message: String) throws {
        let folder = try TemporaryFolder()
        let (output, errors) = try Python.run(
            """
            import h5py, sys, numpy as np
            with h5py.File(sys.argv[1], 'w') as f:
                f['units/spike_times'], f['units/spike_times_index'] = np.array(\(times)), np.array(\(ends), 'u1')
            """, [folder.file("a.nwb")])
        try #require(output != nil, "\(errors)")
        #expect(SpikeTimesFileTests.problem { _ = try SpikeTimesFile(folder.file("a.nwb")) }.contains(message))
    }

    private static func problem(_ body: () throws -> Void) -> String {
        do {
            try body()
            return "none"
        } catch { return "\(error)" }
    }

    @Test func filesOfThisPackageAreNotThoseOfOthers() throws {
        let folder = try TemporaryFolder()
        let encoded = try StepForward(threshold: 0.5).encode(Signal(channels: [[0, 1]], samplingRate: 4))
        try EncodedFile.write(encoded, to: folder.file("a.h5"), layout: .events)
        #expect(!SpikeTimesFile.recognises(folder.file("a.h5")))
        #expect(!SpikeTimesFile.recognises(folder.file("none.h5")))
        // Without the seal it is one recording in the layout that readers of the Spiking Heidelberg Digits know.
        let bytes = try folder.bytes("a.h5")
        let copy = try folder.file("b.h5", Array(repeating: 0, count: 512) + bytes[512...])
        #expect(SpikeTimesFile.recognises(copy))
        #expect(try SpikeTimesFile(copy).spikes(of: 0).times == encoded.events.map { $0.time! })
    }
}
