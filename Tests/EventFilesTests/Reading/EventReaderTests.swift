import EventFiles
import FileTestSupport
import Testing

@Suite struct EventReaderTests {
    @Test func eventsOutsideAreThoseBeyondTheLastColumnOrRow() throws {
        let size = SensorSize(width: 3, height: 2)
        let recording = EventRecording(
            [(0, 0), (2, 1), (3, 1), (2, 2), (0, 0)].map { Event(time: 1, x: $0, y: $1, isOn: true) })
        let events = EventRecording([recording[0], recording[1]], size: size)
        #expect(try read(Examples.evt2(events), as: "a.raw").summary.remarks.isEmpty)
        let words = (0..<5).map { UInt32(recording.xs[$0]) << 11 | UInt32(recording.ys[$0]) }
        let (found, summary) = try read(
            Examples.evt2([0x8000_0000] + words, header: "% evt 2.0\n% geometry 3x2\n"), as: "a.raw")
        #expect(summary.remarks.map(\.description) == ["2 events outside of the 3 × 2 pixels that the file says"])
        #expect(found.size == SensorSize(width: 4, height: 3) && summary.size == found.size)
    }

    /// Times are compared across the parts of a file, and equal times are in order.
    @Test func stepsBackAreCounted() throws {
        func remarks(_ times: [UInt32]) throws -> [String] {
            try read(times.flatMap { time -> [UInt8] in [1, 2] + Examples.big(time).dropFirst() }, as: "a.bin").summary
                .remarks
                .map(\.description)
        }
        #expect(try remarks([5, 5, 6, 6, 7]).isEmpty)
        #expect(try remarks([5, 4, 4, 3]) == ["2 events earlier than the one before"])
        #expect(try remarks([0]).isEmpty)
        for place in [1, 52_427, 52_428, 52_429, 59_999] as [UInt32] {
            let times = (0..<60_000 as Range<UInt32>).map { $0 == place ? 10 + $0 - 5 : 10 + $0 }
            #expect(try remarks(times) == ["1 event earlier than the one before"], "\(place)")
        }
    }

    @Test(arguments: ["raw", "dat", "aedat", "aedat4", "bin"])
    func compressedFilesAreRefused(_ type: String) throws {
        let text = message { _ = try read([1, 2, 3], as: "a.\(type).gz") }
        #expect(text?.contains("unpack the file first, with `gunzip -k`") == true, "\(text ?? "accepted")")
        #expect(message { _ = try read([1, 2, 3], as: "a.npy.gz") }?.contains("gunzip") == false)
        #expect(message { _ = try read([1, 2, 3], as: "a.gz") }?.contains("gunzip") == false)
        #expect(message { _ = try read([1, 2, 3], as: "a.x\(type).gz") }?.contains("gunzip") == false)
    }

    @Test func filesAreKnownByTheirStart() throws {
        let folder = try TemporaryFolder()
        func isKnown(_ name: String, _ bytes: [UInt8]) throws -> Bool {
            try EventFile.recognises(folder.file(name, bytes))
        }
        let recording = Examples.recording(count: 20, seed: 1)
        try EventFile.write(recording, to: folder.file("own.h5"))
        #expect(try EventFile.recognises(folder.file("own.h5")))
        #expect(try isKnown("a.dat", Examples.dat(recording)) && !isKnown("b.raw", Examples.dat(recording)))
        #expect(try !isKnown("b.dat", [1, 2, 3]) && !isKnown("a.bin", []) && isKnown("a.bin", [1]))
        #expect(try !isKnown("c.aedat", Array("#!AER-DAT3.2".utf8)) && isKnown("c.aedat", Array("#!AER-DAT3.1".utf8)))
        #expect(try !isKnown("d.raw", Array("% evt 1.0\n".utf8)) && isKnown("d.raw", Array("% evt 2\n".utf8)))
        #expect(message { _ = try read([1, 2], as: "b.dat") }?.contains("has no header of events") == true)
        #expect(message { _ = try read([1, 2], as: "b.txt") }?.contains("AEDAT 2, N-MNIST, NPY, HDF5") == true)
        #expect(message { _ = try read([1, 2], as: "b.txt") }?.contains("NWB") == false)
        // A damaged file of the own kind, and one of HDF5 without events.
        var bytes = try folder.bytes("own.h5")
        bytes[bytes.count / 2] ^= 1
        #expect(try !isKnown("damaged.h5", bytes))
        let hdf5 = [0x89] + Array("HDF\r\n\u{1A}\n".utf8) + Array(repeating: 0, count: 100)
        for file in [hdf5, Array(repeating: 0, count: 512) + hdf5] {
            #expect(message { _ = try read(file, as: "a.h5") }?.contains("has no events: neither CD/events") == true)
        }
        #expect(
            message { _ = try read(Array(repeating: 0, count: 511) + hdf5, as: "a.h5") }?
                .contains("holds no events of a known format") == true)
    }
}
