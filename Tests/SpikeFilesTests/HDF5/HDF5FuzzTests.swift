import FileTestSupport
import Foundation
import Testing

@testable import SpikeFiles

/// Damaged HDF5 files of other programs: readers throw `FileError` or return values.
///
/// `SPIKEKIT_FUZZ` is the number of files for each test.
@Suite(.enabled(if: Python.hasH5py)) struct HDF5FuzzTests {
    private static let count = ProcessInfo.processInfo.environment["SPIKEKIT_FUZZ"].flatMap { Int($0) } ?? 2000
    private static let seed =
        ProcessInfo.processInfo.environment["SPIKEKIT_FUZZ_SEED"].flatMap { UInt64($0) } ?? .random(in: 0..<1_000_000)

    private func written(_ program: String, _ versions: [String] = ["earliest", "latest"]) throws -> [[UInt8]] {
        let folder = try TemporaryFolder()
        return try versions.map { version in
            let start = "import h5py, sys, numpy as np\npath, version = sys.argv[1:]\n"
            let (output, errors) = try Python.run(start + program, [folder.file("a.h5"), version])
            try #require(output != nil, "\(errors)")
            return try folder.bytes("a.h5")
        }
    }

    /// Reads everything that is in a file.
    private func read(_ file: HDF5File, _ group: String = "", depth: Int = 0) throws {
        for name in try file.names(in: group).prefix(50) {
            let path = group.isEmpty ? name : "\(group)/\(name)"
            do {
                if let dataset = try file.dataset(path) {
                    switch dataset.type {
                    case .integer: _ = try dataset.integers()
                    case .float: _ = try dataset.doubles()
                    case .text, .anyText: _ = try dataset.texts()
                    case .sequence:
                        let sequences = try dataset.sequences()
                        for index in 0..<sequences.count { _ = try sequences.doubles(at: index) }
                    case .record(_, let fields):
                        for field in fields { _ = try? dataset.integers(field: field.name) }
                    case .other: break
                    }
                } else if depth < 4 {
                    try read(file, path, depth: depth + 1)
                }
            } catch is FileError {}
        }
    }

    @Test func everything() throws {
        let originals = try written(
            """
            with h5py.File(path, 'w', libver=(version, 'latest')) as f:
                a = np.arange(60, dtype='i2').reshape(6, 10)
                f['group/plain'] = a
                f.create_dataset('packed', data=a, chunks=(2, 3), compression='gzip', shuffle=True, fletcher32=True)
                f.create_dataset('grows', data=a, chunks=(1, 10), maxshape=(None, 10))
                f.create_dataset('tree', data=a, chunks=(3, 5), maxshape=(None, None), compression='gzip')
                f.create_dataset('long', data=np.arange(3000, dtype='u1'), chunks=(2,), maxshape=(None,))
                f['texts'] = ['a', 'bc', '']
                f['records'] = np.array([(1, 2.5), (3, 4.5)], [('t', '<i8'), ('v', '<f4')])
                f['link'] = h5py.SoftLink('/group/plain')
                v = f.create_dataset('sequences', (5,), h5py.vlen_dtype(np.dtype('f2')))
                for i in range(5): v[i] = np.arange(i)
                for i in range(12): f[f'many/{i}'] = i
            """)
        try Fuzz(seed: Self.seed, count: Self.count).run(originals, name: "a.h5") { try read(HDF5File($0)) }
    }

    @Test func recordingsOfSpikes() throws {
        let originals = try written(
            """
            with h5py.File(path, 'w', libver=(version, 'latest')) as f:
                for name, kind in [('times', 'f2'), ('units', 'u2')]:
                    d = f.create_dataset('spikes/' + name, (6,), h5py.vlen_dtype(np.dtype(kind)), chunks=(4,), compression='gzip')
                    for r in range(6): d[r] = np.arange(r * 3)
                f['labels'] = np.arange(6, dtype='u2')
                f['extra/speaker'] = np.arange(6, dtype='u2')
                f['extra/keys'] = np.array([b'a', b'b'])
            """)
        try Fuzz(seed: Self.seed, count: Self.count).run(originals, name: "a.h5") { path in
            let recordings = try SpikeRecordings(path)
            for index in 0..<recordings.count { _ = try recordings.spikes(of: index) }
        }
    }

    @Test func unitsOfNWB() throws {
        let originals = try written(
            """
            with h5py.File(path, 'w', libver=(version, 'latest')) as f:
                f['units/spike_times'] = np.arange(20) / 8
                f['units/spike_times_index'] = np.array([5, 5, 20], 'u1')
                f['units/id'] = np.arange(3)
            """)
        try Fuzz(seed: Self.seed, count: Self.count).run(originals, name: "a.nwb") { path in
            guard SpikeTimesFile.recognises(path) else { return }
            _ = try SpikeTimesFile(path).spikes(of: 0)
        }
    }
}
