import EventFiles
import FileTestSupport
import Foundation
import SpikeEncoding
import SpikeFiles
import Testing

/// The same files in SpikeKit and in Python packages for event cameras: identical events.
@Suite struct PeerTests {
    private static let hasExpelliarmus = Python.has("numpy, expelliarmus")
    private static let hasFaery = Python.has("numpy, faery")
    private static let hasAedat = Python.has("numpy, aedat")

    private func run(_ program: String, _ arguments: [String]) throws -> String {
        let (output, errors) = try Python.run(program, arguments)
        return try #require(output, "\(errors)")
    }

    /// Python that compares an array `found` of events with the structured array in the last argument.
    private let comparison = """

        expected = numpy.load(sys.argv[-1])
        assert len(found) == len(expected), (len(found), len(expected))
        for ours in ('t', 'x', 'y', 'p'):
            theirs = ours if ours in found.dtype.names else 'on'
            assert (found[theirs].astype('i8') == expected[ours].astype('i8')).all(), ours
        print(len(found))
        """

    private let recording = Examples.recording(count: 3000, width: 200, seed: 21)

    @Test(.enabled(if: hasExpelliarmus, "needs a Python with expelliarmus; set SPIKEKIT_PYTHON"))
    func expelliarmusReadsTheSame() throws {
        let folder = try TemporaryFolder()
        try EventFile.write(recording, to: folder.file("evt3.raw"))
        _ = try folder.file("evt2.raw", Examples.evt2(recording))
        _ = try folder.file("dat.dat", Examples.dat(recording))
        for name in ["evt3.raw", "evt2.raw", "dat.dat"] {
            try EventFile.convert(
                folder.file(name), to: folder.file("a.npy"), dialect: name == "evt3.raw" ? .reference : .standard)
            let output = try run(
                """
                import numpy, sys, pathlib
                from expelliarmus import Wizard
                path = pathlib.Path(sys.argv[1])
                found = Wizard(encoding=path.name.split('.')[0]).read(path)
                """ + comparison, [folder.file(name), folder.file("a.npy")])
            #expect(output == "3000\n")
        }
    }

    @Test(.enabled(if: hasExpelliarmus, "needs a Python with expelliarmus; set SPIKEKIT_PYTHON"))
    func weReadWhatExpelliarmusWrites() throws {
        let folder = try TemporaryFolder()
        try EventFile.write(recording, to: folder.file("a.npy"))
        for (encoding, name) in [("evt3", "a.raw"), ("evt2", "b.raw"), ("dat", "a.dat")] {
            _ = try run(
                """
                import numpy, sys, pathlib
                from expelliarmus import Wizard
                wizard = Wizard(encoding=sys.argv[1])
                ours = numpy.load(sys.argv[3])
                events = numpy.empty(len(ours), dtype=[('t', '<i8'), ('x', '<i2'), ('y', '<i2'), ('p', 'u1')])
                for name in 'txyp': events[name] = ours[name]
                wizard.save(pathlib.Path(sys.argv[2]), events)
                """, [encoding, folder.file(name), folder.file("a.npy")])
            for dialect in encoding == "evt3" ? [.standard, .reference] : [Dialect.standard] {
                let found = try EventFile.read(folder.file(name), dialect: dialect)
                #expect(found.times == recording.times && found.xs == recording.xs, "\(encoding), \(dialect)")
                #expect(found.ys == recording.ys && found.isOn == recording.isOn, "\(encoding), \(dialect)")
            }
        }
    }

    @Test(.enabled(if: hasFaery, "needs a Python with faery; set SPIKEKIT_PYTHON"), arguments: ["raw", "aedat4"])
    func faeryReadsTheSame(_ type: String) throws {
        let folder = try TemporaryFolder()
        try EventFile.write(recording, to: folder.file("a.\(type)"))
        try EventFile.write(recording, to: folder.file("a.npy"))
        let output = try run(
            """
            import faery, numpy, sys
            stream = faery.events_stream_from_file(sys.argv[1])
            assert stream.dimensions() == (200, 200), stream.dimensions()
            found = numpy.concatenate(list(stream))
            """ + comparison, [folder.file("a.\(type)"), folder.file("a.npy")])
        #expect(output == "3000\n")
    }

    @Test(
        .enabled(if: Python.has("evlib, numpy"), "needs a Python with evlib; set SPIKEKIT_PYTHON"),
        arguments: ["raw", "aedat4"])
    func evlibReadsTheSame(_ type: String) throws {
        let folder = try TemporaryFolder()
        try EventFile.write(recording, to: folder.file("a.\(type)"))
        try EventFile.write(recording, to: folder.file("a.npy"))
        let output = try run(
            """
            import evlib, numpy, sys
            table = evlib.load_events(sys.argv[1]).collect()
            found = numpy.empty(len(table), dtype=[('t', 'i8'), ('x', 'i8'), ('y', 'i8'), ('p', 'i8')])
            found['t'], found['p'] = table['t'].dt.total_microseconds(), table['polarity'].to_numpy() > 0
            found['x'], found['y'] = table['x'], table['y']
            """ + comparison, [folder.file("a.\(type)"), folder.file("a.npy")])
        #expect(output == "3000\n")
    }

    @Test(.enabled(if: hasAedat, "needs a Python with aedat; set SPIKEKIT_PYTHON"))
    func aedatReadsTheSame() throws {
        let folder = try TemporaryFolder()
        let recording = Examples.recording(count: 20_000, width: 200, start: 1_600_000_000_000_000, seed: 22)
        try EventFile.write(recording, to: folder.file("a.aedat4"))
        try EventFile.write(recording, to: folder.file("a.npy"))
        let output = try run(
            """
            import aedat, numpy, sys
            decoder = aedat.Decoder(sys.argv[1])
            assert decoder.id_to_stream() == {0: {'type': 'events', 'width': 200, 'height': 200}}, decoder.id_to_stream()
            found = numpy.concatenate([packet['events'] for packet in decoder])
            """ + comparison, [folder.file("a.aedat4"), folder.file("a.npy")])
        #expect(output == "20000\n")
    }

    @Test(.enabled(if: Python.hasH5py, "needs a Python with h5py; set SPIKEKIT_PYTHON"))
    func h5pyReadsOurEvents() throws {
        let folder = try TemporaryFolder()
        try EventFile.write(recording, to: folder.file("a.h5"))
        try EventFile.write(recording, to: folder.file("a.nwb"))
        try EventFile.write(recording, to: folder.file("a.npy"))
        let output = try run(
            """
            import h5py, json, numpy, sys
            expected = numpy.load(sys.argv[3])
            with h5py.File(sys.argv[1], 'r') as h5:
                header, spikes = json.loads(h5['events'][()]), h5['spikes']
                assert header == {'format': 'spikekit-events', 'version': 1, 'width': 200, 'height': 200}, header
                assert (spikes['steps'][0] == expected['t']).all()
                assert (spikes['units'][0] == expected['y'].astype(int) * 200 + expected['x']).all()
                assert (spikes['polarity'][0] == expected['p'].astype(int) * 2 - 1).all()
                assert numpy.abs(spikes['times'][0] - expected['t'] * 1e-6).max() < 1e-9
            with h5py.File(sys.argv[2], 'r') as h5:
                units = h5['units']
                assert h5.attrs['neurodata_type'] == 'NWBFile' and units.attrs['neurodata_type'] == 'Units'
                assert list(units.attrs['colnames']) == ['spike_times', 'x', 'y', 'polarity']
                assert h5[units['spike_times_index'].attrs['target']].name == '/units/spike_times'
                ends = units['spike_times_index'][:]
                counts = numpy.diff(ends, prepend=0)
                found = numpy.stack([
                    numpy.rint(units['spike_times'][:] * 1e6).astype(int),
                    *(numpy.repeat(units[name][:], counts) for name in ('x', 'y', 'polarity'))], axis=1)
                wanted = numpy.stack([expected['t'], expected['x'], expected['y'], expected['p'].astype(int) * 2 - 1], axis=1)
                order = lambda rows: rows[numpy.lexsort(rows.T)]
                assert (order(found) == order(wanted)).all()
                print(len(found), len(units['id']) == len(ends))
            """, [folder.file("a.h5"), folder.file("a.nwb"), folder.file("a.npy")])
        #expect(output == "3000 True\n")
    }

    @Test(.enabled(if: Python.has("pynwb"), "needs a Python with pynwb; set SPIKEKIT_PYTHON"))
    func pynwbAcceptsOurUnits() throws {
        let folder = try TemporaryFolder()
        try EventFile.write(recording, to: folder.file("events.nwb"))
        let signal = Signal(channels: [[0, 0.5, 1, 0]], samplingRate: 100)
        try NWBUnits(StepForward(threshold: 0.4).encode(signal)).write(to: folder.file("spikes.nwb"))
        let output = try run(
            """
            import pynwb, sys
            for path in sys.argv[1:]:
                assert not pynwb.validate(path=path), pynwb.validate(path=path)
                with pynwb.NWBHDF5IO(path, 'r') as file:
                    units = file.read().units
                    print(sum(len(times) for times in units['spike_times'][:]), units.colnames)
            """, [folder.file("events.nwb"), folder.file("spikes.nwb")])
        #expect(
            output == """
                3000 ('spike_times', 'x', 'y', 'polarity')
                3 ('spike_times', 'unit', 'polarity')

                """)
    }

    @Test(.enabled(if: Python.hasH5py, "needs a Python with h5py; set SPIKEKIT_PYTHON"))
    func weReadEventsThatH5pyWrites() throws {
        let folder = try TemporaryFolder()
        try EventFile.write(recording, to: folder.file("a.npy"))
        _ = try run(
            """
            import h5py, numpy, os, sys
            folder, events = sys.argv[1], numpy.load(sys.argv[2])
            records = numpy.empty(len(events), dtype=[('x', '<u2'), ('y', '<u2'), ('p', '<i2'), ('t', '<i8')])
            for name in 'txyp': records[name] = events[name]
            with h5py.File(os.path.join(folder, 'records.h5'), 'w') as h5:
                h5['CD/events'] = records
            with h5py.File(os.path.join(folder, 'packed.hdf5'), 'w') as h5:
                h5.create_dataset('CD/events', data=records, chunks=(1000,), compression='gzip', shuffle=True)
            with h5py.File(os.path.join(folder, 'columns.h5'), 'w') as h5:
                offset = int(events['t'][0])
                h5['events/x'], h5['events/y'] = events['x'], events['y']
                h5['events/p'], h5['events/t'] = events['p'].astype('u1'), (events['t'] - offset).astype('u4')
                h5['t_offset'] = offset
            with h5py.File(os.path.join(folder, 'bool.h5'), 'w') as h5:
                h5['x'], h5['y'], h5['t'], h5['p'] = events['x'], events['y'], events['t'], events['p'].astype(bool)
            """, [folder.path, folder.file("a.npy")])
        for name in ["records.h5", "packed.hdf5", "columns.h5", "bool.h5"] {
            let found = try EventFile.read(folder.file(name))
            #expect(found.times == recording.times && found.xs == recording.xs, "\(name)")
            #expect(found.ys == recording.ys && found.isOn == recording.isOn, "\(name)")
        }
    }

    @Test(.enabled(if: Python.hasH5py, "needs a Python with h5py; set SPIKEKIT_PYTHON"))
    func otherHDF5IsRefusedInALine() throws {
        let folder = try TemporaryFolder()
        _ = try run(
            """
            import h5py, numpy, os, sys
            def file(name): return h5py.File(os.path.join(sys.argv[1], name), 'w')
            records = numpy.zeros(100, dtype=[('x', '<u2'), ('y', '<u2'), ('p', '<i2'), ('t', '<i8')])
            with file('ecf.h5') as h5:
                # The filter's number without the filter, as an optional one.
                properties = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
                properties.set_chunk((100,))
                properties.set_filter(0x8ECF, h5py.h5z.FLAG_OPTIONAL)
                space, kind = h5py.h5s.create_simple((100,)), h5py.h5t.py_create(records.dtype)
                h5.create_group('CD')
                h5py.h5d.create(h5.id, b'CD/events', kind, space, properties)
            with file('float.h5') as h5:
                h5['x'], h5['y'], h5['p'], h5['t'] = ([1], [1], [1], [0.5])
            with file('lengths.h5') as h5:
                h5['x'], h5['y'], h5['p'], h5['t'] = ([1, 2], [1], [1], [5])
            with file('huge.h5') as h5:
                for name in 'xypt': h5.create_dataset(name, shape=(1 << 50,), dtype='u2', chunks=(1 << 20,))
            with file('none.h5') as h5:
                h5['a'] = [1]
            """, [folder.path])
        for (name, problem) in [
            ("ecf", "compressed by Prophesee's ECF"), ("float", "does not consist of whole numbers"),
            ("lengths", "have different lengths: 1, 2, 1, 1"),
            ("huge", "claims to have the shape [1125899906842624], far"),
            ("none", "has no events"),
        ] {
            let text = message { _ = try EventFile.read(folder.file("\(name).h5")) }
            #expect(text?.contains(problem) == true && text?.contains("\n") == false, "\(text ?? "accepted")")
        }
    }

    @Test(.enabled(if: Python.hasNumPy, "needs a Python with numpy; set SPIKEKIT_PYTHON"))
    func weReadStructuredArraysOfNumPy() throws {
        let folder = try TemporaryFolder()
        _ = try run(
            """
            import numpy, os, sys
            def save(name, types, events=[(5, 1, 2, 1), (9, 3, 4, 0)], **options):
                numpy.save(os.path.join(sys.argv[1], name), numpy.array(events, dtype=numpy.dtype(types, **options)))
            save('a.npy', [('t', '>i8'), ('x', '>u2'), ('y', '<i4'), ('p', '?')])
            save('b.npy', [('timestamp', 'u4'), ('x', 'i1'), ('y', 'u8'), ('polarity', 'i1')], [(5, 1, 2, 1), (9, 3, 4, -1)])
            save('c.npy', [('t', 'i8'), ('x', 'u2'), ('y', 'u2'), ('p', 'u1')], align=True)
            save('d.npy', [('t', 'u8'), ('x', 'u2'), ('y', 'u2'), (('p', 'on'), '?')])
            save('float.npy', [('t', 'f8'), ('x', 'u2'), ('y', 'u2'), ('p', 'u1')])
            save('missing.npy', [('t', 'i8'), ('x', 'u2'), ('y', 'u2'), ('q', 'u1')])
            save('negative.npy', [('t', 'i8'), ('x', 'i2'), ('y', 'i2'), ('p', 'u1')], [(5, -1, 2, 1), (9, 3, 4, 0)])
            """, [folder.path])
        let expected = EventRecording(
            [Event(time: 5, x: 1, y: 2, isOn: true), Event(time: 9, x: 3, y: 4, isOn: false)])
        for name in ["a", "b", "c", "d"] { #expect(try EventFile.read(folder.file("\(name).npy")) == expected) }
        #expect(
            message { _ = try EventFile.read(folder.file("float.npy")) }?.contains("the field t is of type <f8") == true
        )
        #expect(message { _ = try EventFile.read(folder.file("missing.npy")) }?.contains("is called p") == true)
        let negative = try EventFile.summary(folder.file("negative.npy"))
        #expect(negative.eventCount == 1 && negative.remarks.map(\.count) == [1])
    }

    /// Files of real cameras, each `NAME` beside the events that another reader found in it as `NAME.npy`: of EVT3,
    /// expelliarmus, whose dialect is the reference.
    @Test(.enabled(if: realFiles != nil, "needs SPIKEKIT_EVENT_FILES, a folder of event files with .npy files beside"))
    func realFilesAreReadAsByOthers() throws {
        let folder = try #require(Self.realFiles)
        let names = try FileManager.default.contentsOfDirectory(atPath: folder).filter { !$0.hasSuffix(".npy") }
        var compared = 0
        for name in names where FileManager.default.fileExists(atPath: "\(folder)/\(name).npy") {
            let isEVT3 = try EventFile.summary("\(folder)/\(name)").format == "EVT3"
            let found = try EventFile.read("\(folder)/\(name)", dialect: isEVT3 ? .reference : .standard)
            let expected = try EventFile.read("\(folder)/\(name).npy")
            #expect(found.times == expected.times && found.xs == expected.xs, "\(name)")
            #expect(found.ys == expected.ys && found.isOn == expected.isOn, "\(name)")
            compared += 1
        }
        #expect(compared > 0)
    }

    private static let realFiles = ProcessInfo.processInfo.environment["SPIKEKIT_EVENT_FILES"]
}
