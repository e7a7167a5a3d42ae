import ArrayFiles
import FileTestSupport
import Testing

@testable import EventFiles
@testable import SpikeFiles

/// Spike trains in HDF5 whose content does not go together.
@Suite struct HDF5EventTests {
    private func found(
        _ times: [Int64], _ units: [UInt32], _ signs: [Int8], width: Int = 3, height: Int = 2, version: Int = 1,
        format: String = "spikekit-events"
    ) throws -> [Event] {
        let folder = try TemporaryFolder()
        let path = try folder.file("a.h5", "")
        try HDF5.withLibrary { () throws(FileError) in
            let writer = try HDF5Writer(path)
            try writer.group("spikes")
            try writer.array("spikes/times", times.map { Double($0) * 1e-6 }, unit: "s")
            try writer.array("spikes/units", units)
            try writer.array("spikes/steps", times)
            try writer.array("spikes/polarity", signs)
            try writer.text(
                "events",
                "{\"format\":\"\(format)\",\"version\":\(version),\"width\":\(width),\"height\":\(height)}")
            try writer.close()
        }
        try Seal.apply(to: path)
        let recording = try EventFile.read(path)
        #expect(recording.size == SensorSize(width: width, height: height))
        return (0..<recording.count).map { recording[$0] }
    }

    @Test func unitsArePixels() throws {
        #expect(
            try found([4, 5, 6], [0, 5, 3], [1, -1, 2]) == [
                Event(time: 4, x: 0, y: 0, isOn: true), Event(time: 5, x: 2, y: 1, isOn: false),
                Event(time: 6, x: 0, y: 1, isOn: true),
            ])
        #expect(try found([7], [0], [0], width: 1, height: 1) == [Event(time: 7, x: 0, y: 0, isOn: false)])
    }

    @Test func contentThatDoesNotGoTogetherIsRefused() {
        for (body, problem) in [
            ({ try found([1, 2], [0, 6], [1, 1]) }, "spike 1 of group spikes: unit 6 lies outside of 3 × 2 pixels"),
            ({ try found([1], [0, 1], [1, 1]) }, "1 time, 2 units and 2 polarities do not go together"),
            ({ try found([1, 2], [0], [1, 1]) }, "2 times, 1 unit and 2 polarities do not go together"),
            ({ try found([1, 2], [0, 1], [1]) }, "2 times, 2 units and 1 polarity do not go together"),
            ({ try found([1], [0], [1], width: 0) }, "1 time, 1 unit and 1 polarity do not go together"),
            ({ try found([1], [0], [1], version: 2) }, "format spikekit-events, version 2 is unknown"),
            ({ try found([1], [0], [1], format: "x") }, "format x, version 1 is unknown"),
        ] as [(() throws -> [Event], String)] {
            let text = message { _ = try body() }
            #expect(text?.contains(problem) == true, "\(text ?? "accepted")")
        }
    }

    /// A file of more events than one part holds.
    @Test func manyEventsAreReadInParts() throws {
        let folder = try TemporaryFolder()
        let events = (0..<200_000).map { (index: Int) -> Event in
            Event(time: Int64(index), x: UInt16(index % 7), y: UInt16(index % 5), isOn: index % 3 == 0)
        }
        let recording = EventRecording(events)
        try EventFile.write(recording, to: folder.file("a.h5"))
        #expect(try EventFile.read(folder.file("a.h5")) == recording)
    }

    @Test(.enabled(if: Python.hasH5py, "needs a Python with h5py; set SPIKEKIT_PYTHON"))
    func columnsHaveTheirNamesAndPlaces() throws {
        let folder = try TemporaryFolder()
        let (output, errors) = try Python.run(
            """
            import h5py, numpy, os, sys
            def file(name, **options): return h5py.File(os.path.join(sys.argv[1], name + '.h5'), 'w', **options)
            def columns(h5, group, t='t', x='x', y='y', p='p', count=3):
                h5[group + t], h5[group + x] = numpy.arange(5, 5 + count), numpy.arange(count)
                h5[group + y], h5[group + p] = numpy.arange(count) + 7, numpy.arange(count) - 1
            with file('a') as h5: columns(h5, 'CD/events/')
            with file('b') as h5: columns(h5, 'CD/', 'ts', 'xs', 'ys', 'ps')
            with file('c') as h5: columns(h5, 'events/', t='timestamp', p='pol')
            with file('d', userblock_size=512) as h5: columns(h5, '', t='timestamps', p='polarity')
            with file('e') as h5:
                columns(h5, 'events/')
                columns(h5, '', count=2)
                h5['t_offset'] = [100]
            with file('many') as h5: columns(h5, '', count=200000)
            with file('outside') as h5:
                h5['t'], h5['x'], h5['y'], h5['p'] = [1, 2, 3, 4], [0, 65536, 0, 65535], [65535, 0, -1, 0], [0, 0, 0, 0]
            with file('offsets') as h5:
                columns(h5, '')
                h5['t_offset'] = [1, 2]
            with file('flat') as h5:
                columns(h5, '')
                del h5['p']
                h5['p'] = [[1, 1, 1]]
            with file('missing') as h5:
                columns(h5, '')
                del h5['p']
            with file('late') as h5:
                columns(h5, '')
                del h5['t']
                h5['t'] = numpy.array([0, 2**63 - 2**62, 2**64 - 1], 'u8')
                h5['t_offset'] = 2**62
            """, [folder.path])
        _ = try #require(output, "\(errors)")
        for name in ["a", "b", "c", "d", "e"] {
            let recording = try EventFile.read(folder.file("\(name).h5"))
            #expect(recording.times == (name == "e" ? [105, 106, 107] : [5, 6, 7]), "\(name)")
            #expect(recording.xs == [0, 1, 2] && recording.ys == [7, 8, 9], "\(name)")
            #expect(recording.isOn == [false, false, true], "\(name)")
        }
        let outside = try EventFile.summary(folder.file("outside.h5"))
        #expect(outside.eventCount == 2 && outside.remarks.map(\.count) == [2])
        #expect(outside.size == SensorSize(width: 65536, height: 65536))
        for (name, problem) in [
            ("offsets", "dataset t_offset: is not one number"), ("flat", "dataset p: is not a row of values"),
            ("missing", "has no events: neither CD/events"), ("many", "0…65535 passed over"),
        ] {
            let text = message {
                let summary = try EventFile.summary(folder.file("\(name).h5"))
                throw FileError.unsuitable(path: "", problem: "\(summary.remarks)")
            }
            #expect(text?.contains(problem) == true, "\(name): \(text ?? "accepted")")
        }
        let late = try EventFile.summary(folder.file("late.h5"))
        #expect(late.eventCount == 1 && late.lastTime == 1 << 62 && late.remarks.map(\.count) == [2])
        let many = try EventFile.read(folder.file("many.h5"))
        #expect(many.times == Array(5..<65_534) && many.xs.last == 65_528 && many.ys.last == 65_535)
    }
}
