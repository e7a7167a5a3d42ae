import EventFiles
import FileTestSupport
import Testing

/// The size of the sensor and the start, in each form that headers have them.
@Suite struct SensorSizeTests {
    /// Words of an event at column 5 and row 3, 4,098 µs after the start.
    private static let words: [UInt16] = [0x8001, 0x6002, 0x0003, 0x2005]

    private func read(_ bytes: [UInt8], as name: String) throws -> (time: Int64, size: SensorSize, isInFile: Bool) {
        let folder = try TemporaryFolder()
        let reader = try EventReader(folder.file(name, bytes))
        let events = try #require(try reader.next())
        return (events.times[0], reader.summary.size, reader.summary.hasSizeInFile)
    }

    @Test(arguments: [
        ("% geometry 1280x720\n", 1280, 720), ("% format EVT3;height=720;width=1280\n", 1280, 720),
        ("% format EVT3; width = 640 ; height = 480\n", 640, 480), ("% Height 260\n% Width 346\n", 346, 260),
        ("% Geometry 640 X 480\n", 640, 480), ("% geometry 6x\n", 6, 4), ("% geometry 0x4\n", 6, 4), ("", 6, 4),
        ("% geometry 1x2x3\n", 6, 4), ("% width 9\n", 6, 4),
    ])
    func ofProphesee(_ lines: String, _ width: Int, _ height: Int) throws {
        let size = SensorSize(width: width, height: height)
        let isInFile = width > 6
        let evt3 = try read(Examples.evt3(Self.words, header: "% evt 3.0\n\(lines)% end\n"), as: "a.raw")
        #expect(evt3.size == size && evt3.isInFile == isInFile)
        let words: [UInt32] = [0x8000_0001, 0x1000_2803]
        let header = "% evt 2.0\n" + lines.replacing("EVT3", with: "EVT2")
        let evt2 = try read(Examples.evt2(words, header: header), as: "a.raw")
        #expect(evt2.size == size && evt2.isInFile == isInFile)
        // A line of the format says that a file is none of DAT.
        guard !lines.contains("format") else { return }
        let place: UInt64 = 5 | 3 << 14 | 1 << 28
        let record: [UInt8] = Examples.little(place << 32 | 7)
        let file: [UInt8] = Array("% Data file of events\n% Version 2\n\(lines)".utf8) + [12, 8] + record
        let dat = try read(file, as: "a.dat")
        #expect(dat.size == size && dat.isInFile == isInFile)
    }

    /// The package faery writes files that begin at 0, and the start beside.
    @Test(arguments: [("% t0 5000000000\n", 5_000_000_000), ("% T0 12\n", 12), ("% t0 x\n", 0), ("", 0)])
    func startOfFaery(_ line: String, _ start: Int64) throws {
        #expect(try read(Examples.evt3(Self.words, header: "% evt 3.0\n\(line)"), as: "a.raw").time == start + 4098)
        let evt2 = Examples.evt2([0x8000_0001, 0x1000_0000 | 5 << 11 | 3], header: "% evt 2.0\n\(line)")
        #expect(try read(evt2, as: "a.raw").time == start + 64)
        let record = Examples.little(UInt64(7 | 5 << 32))
        #expect(try read(Array("% Version 2\n\(line)".utf8) + [0, 8] + record, as: "a.dat").time == start + 7)
    }

    @Test(.enabled(if: Python.has("numpy, h5py")), arguments: ["", "latest"])
    func ofPropheseeHDF5(_ version: String) throws {
        let folder = try TemporaryFolder()
        for (value, size) in [
            ("'1280x720'", SensorSize(width: 1280, height: 720)),
            ("np.bytes_('640x480')", .init(width: 640, height: 480)),
            ("7", .init(width: 6, height: 4)), ("'x'", .init(width: 6, height: 4)),
        ] {
            let (output, errors) = try Python.run(
                """
                import h5py, numpy as np, sys
                with h5py.File(sys.argv[1], 'w', libver=sys.argv[2] or None) as f:
                    for key in 'version date generation serial_number system_ID integrator_name camera sensor'.split():
                        f.attrs[key] = key
                    f.attrs['geometry'] = \(value)
                    record = np.dtype({'names': list('xypt'), 'formats': ['u2', 'u2', 'i2', 'i8'], 'offsets': [0, 2, 4, 8], 'itemsize': 16})
                    f.create_dataset('CD/events', data=np.array([(5, 3, 1, 10)], record), chunks=(16384,), maxshape=(None,))
                """, [folder.file("a.hdf5"), version])
            #expect(output != nil, "\(errors)")
            let reader = try EventReader(folder.file("a.hdf5"))
            #expect(try reader.next()?.count == 1)
            #expect(reader.summary.size == size && reader.summary.hasSizeInFile == (size.width > 6), "\(value)")
        }
    }

    /// Files of `spike stream` with the extension of N-MNIST.
    @Test func spikesAreNoEvents() throws {
        let folder = try TemporaryFolder()
        let path = try folder.file("a.bin", Array("SPIKES1\n".utf8) + [0, 0, 0, 0])
        #expect(try !EventFile.recognises(path))
        #expect(message { _ = try EventReader(path) }?.contains("holds spikes that `spike stream` wrote") == true)
        #expect(try EventFile.recognises(folder.file("b.bin", [1, 2, 3, 4, 5])))
    }
}
