import FileTestSupport
import Foundation
import Testing

@testable import SpikeFiles

/// Files in the layout of the Spiking Heidelberg Digits, as h5py writes them.
@Suite struct SpikeRecordingsTests {
    /// Writes a file of recordings whose spikes `spikes` computes too.
    static let writer = """
        import gzip, h5py, sys, numpy as np
        path, version, precision, filters, count = sys.argv[1:6]
        count = int(count)
        options = dict(chunks=(4,), **{'': {}, 'gzip': dict(compression='gzip', shuffle=True)}[filters])
        if filters == '':
            options = {}
        with h5py.File(path, 'w', libver=(version, 'latest')) as f:
            times = f.create_dataset('spikes/times', (count,), h5py.vlen_dtype(np.dtype(precision)), **options)
            units = f.create_dataset('spikes/units', (count,), h5py.vlen_dtype(np.dtype('u2')), **options)
            for r in range(count):
                n = r * 37 % 101 if r < 20 else 3000
                times[r] = (np.arange(n) * 13 % 97) / 64
                units[r] = np.arange(n) * 7 % 700
            f.create_dataset('labels', data=np.arange(count, dtype='u2') % 20)
            f['extra/speaker'] = np.arange(count, dtype='u2') % 12
            f['extra/keys'] = np.array([f'word {c}'.encode() for c in range(20)])
            f['extra/meta_info/age'] = np.zeros(12, 'u2')
        if path.endswith('.tmp'):
            with open(path, 'rb') as f, gzip.open(path[:-4] + '.gz', 'wb') as g:
                g.write(f.read())
        """

    private func spikes(_ recording: Int) -> (times: [Double], units: [Int64]) {
        let count = recording < 20 ? recording * 37 % 101 : 3000
        return ((0..<count).map { Double($0 * 13 % 97) / 64 }, (0..<count).map { Int64($0 * 7 % 700) })
    }

    private func check(_ recordings: SpikeRecordings, count: Int) throws {
        #expect(recordings.count == count)
        #expect(recordings.labels == (0..<count).map { $0 % 20 })
        #expect(recordings.speakers == (0..<count).map { $0 % 12 })
        #expect(recordings.classNames == (0..<20).map { "word \($0)" })
        for index in 0..<count {
            let (found, expected) = (try recordings.spikes(of: index), spikes(index))
            #expect(found.times == expected.times && found.units == expected.units, "recording \(index)")
            #expect(recordings.spikeCounts[index] == expected.times.count)
        }
    }

    @Test(.enabled(if: Python.hasH5py), arguments: ["earliest", "latest"], ["", "gzip"])
    func h5py(_ version: String, _ filters: String) throws {
        let folder = try TemporaryFolder()
        for precision in ["<f2", "<f4", "<f8", ">f4"] {
            let path = folder.file("a.h5")
            let (output, errors) = try Python.run(Self.writer, [path, version, precision, filters, "23"])
            try #require(output != nil, "\(errors)")
            try check(SpikeRecordings(path), count: 23)
        }
    }

    @Test(.enabled(if: Python.hasH5py)) func gzip() throws {
        let folder = try TemporaryFolder()
        let (output, errors) = try Python.run(Self.writer, [folder.file("a.h5.tmp"), "earliest", "<f2", "", "23"])
        try #require(output != nil, "\(errors)")
        try check(SpikeRecordings(folder.file("a.h5.gz")), count: 23)
        let bytes = try folder.bytes("a.h5.gz")
        let short = try folder.file("b.h5.gz", Array(bytes.dropLast(100)))
        #expect(throws: FileError.self) { try SpikeRecordings(short) }
    }

    /// The same files on machines without h5py.
    @Test(arguments: ["earliest", "latest"]) func fixtures(_ version: String) throws {
        let url = try #require(
            Bundle.module.url(forResource: "Fixtures/spike-recordings-\(version)", withExtension: "h5"))
        let recordings = try SpikeRecordings(url.path)
        #expect(recordings.labels == [3, 0, 1, 0] && recordings.speakers == [1, 1, 4, 2])
        #expect(recordings.classNames == ["null", "eins", "zwei", "drei"] && recordings.spikeCounts == [0, 5, 10, 15])
        for index in 0..<4 {
            let (times, units) = try recordings.spikes(of: index)
            var (expectedTimes, expectedUnits): ([Double], [Int64]) = ([], [])
            for spike in 0..<5 * index {
                expectedTimes.append(Double(spike * 13 % 97) / 64)
                expectedUnits.append(Int64(spike * 7 % 700))
            }
            #expect(times == expectedTimes)
            #expect(units == expectedUnits)
        }
    }
}
