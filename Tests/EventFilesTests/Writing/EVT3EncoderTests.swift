import ArrayFiles
import FileTestSupport
import Testing

@testable import EventFiles

/// The words that the writer of EVT3 gives, against words written by hand from the specification.
@Suite struct EVT3EncoderTests {
    private func words(_ events: [Event], startTime: Int64 = 0) throws -> [UInt16] {
        var encoder = EVT3Encoder(startTime: startTime)
        return try encoder.words(of: buffer(events)).map { UInt16(littleEndian: $0) }
    }

    private func row(_ columns: [UInt16], time: Int64 = 0, y: UInt16 = 3, isOn: Bool = true) -> [Event] {
        columns.map { Event(time: time, x: $0, y: y, isOn: isOn) }
    }

    private let start: [UInt16] = [0x8000, 0x6000, 0x0003]

    @Test(
        arguments: [
            ([5, 6], [0x2805, 0x2806]), ([5, 6, 7], [0x3805, 0x4007]),
            ([5, 10, 16, 17], [0x3805, 0x4821, 0x2811]), ([5, 10, 17], [0x2805, 0x280A, 0x2811]),
            ([5, 5, 6], [0x2805, 0x2805, 0x2806]), ([5, 6, 6, 7], [0x2805, 0x2806, 0x2806, 0x2807]),
            ([7, 6, 5], [0x2807, 0x2806, 0x2805]), ([2045, 2046, 2047], [0x3FFD, 0x4007]),
            ([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12], [0x3800, 0x4FFF, 0x280C]),
        ] as [([UInt16], [UInt16])])
    func closeColumnsBecomeVectors(_ columns: [UInt16], _ expected: [UInt16]) throws {
        #expect(try words(row(columns)) == start + expected)
        let off = expected.map { $0 >> 12 == 4 ? $0 : $0 & 0xF7FF }
        #expect(try words(row(columns, isOn: false)) == start + off)
    }

    @Test func vectorsHoldEventsOfOneTimeRowAndPolarity() throws {
        #expect(
            try words(
                row([5, 6]) + row([7], time: 1) + row([8], time: 1, y: 4) + row([9, 10], time: 1, y: 4, isOn: false))
                == start + [0x2805, 0x2806, 0x6001, 0x2807, 0x0004, 0x2808, 0x2009, 0x200A])
        #expect(try words(row([5]) + row([6], isOn: false) + row([7])) == start + [0x2805, 0x2006, 0x2807])
        #expect(try words(row([5]) + row([6], y: 2047) + row([7])) == start + [0x2805, 0x07FF, 0x2806, 3, 0x2807])
    }

    @Test func timesAreStatedWhereTheyChange() throws {
        let times: [(Int64, [UInt16])] = [
            (0, [0x8000, 0x6000, 0]), (0, []), (4095, [0x6FFF]), (4096, [0x8001, 0x6000]), (4096, []),
            (0xFFF_FFFF, Array(repeating: [0x8FFF, 0x8000], count: 15).flatMap { $0 } + [0x8FFF, 0x6FFF]),
        ]
        #expect(
            try words(events(at: times.map { $0.0 })) == times.flatMap { $0.1 + [0x2800] })
        // One turn is a step from the largest value to 0, and then the value.
        #expect(
            try words(events(at: [0, 1 << 24 + 5])) == [
                0x8000, 0x6000, 0, 0x2800, 0x8FFF, 0x8000, 0x8000, 0x6005, 0x2800,
            ])
        #expect(try words(events(at: [4097]), startTime: 4096) == [0x8000, 0x6001, 0, 0x2800])
        #expect(
            try words(events(at: [4097]), startTime: -(1 << 24) + 4096) == [0x8FFF, 0x8000, 0x8000, 0x6001, 0, 0x2800])
    }

    @Test func timeRunsBackByHalfATurnAtMost() throws {
        let (late, turn): (Int64, Int64) = (3000 << 12, 1 << 24)
        #expect(try words(events(at: [late, late - (2048 << 12)])).suffix(3) == [0x8000 | 952, 0x6000, 0x2800])
        for times in [
            [late, late - (2049 << 12) + 4095], [late, 0], [turn, turn - 1], [2 * turn, turn + 5],
        ] as [[Int64]] {
            let text = message { _ = try words(events(at: times)) }
            #expect(text?.contains("time runs back to \(times[1]) µs further than EVT3 can hold") == true, "\(times)")
        }
        // Steps forward within a turn state the high bits once.
        #expect(try words(events(at: [turn, 2 * turn - 1])).suffix(3) == [0x8FFF, 0x6FFF, 0x2800])
    }

    /// Where the low bits run back, the high bits are stated again, so that no reader takes it for a step of theirs.
    @Test func timesThatRunBackComeBack() throws {
        #expect(
            try words(events(at: [10, 8, 12])) == [
                0x8000, 0x600A, 0, 0x2800, 0x8000, 0x6008, 0x2800, 0x600C, 0x2800,
            ])
        let folder = try TemporaryFolder()
        for times in [[10, 8, 12, 3000], [4095, 0, 4096, 4090], [1 << 24 + 9, 1 << 24 + 2]] as [[Int64]] {
            let recording = EventRecording(events(at: times))
            try EventFile.write(recording, to: folder.file("a.raw"))
            let found = try EventFile.read(folder.file("a.raw"))
            #expect((0..<found.count).map { found[$0].time } == times)
        }
    }

    @Test func gapsHaveALimit() throws {
        let turns = try words(events(at: [0, 65_535 << 24]))
        #expect(turns.count == 4 + 2 * 65_535 + 3)
        for times in [[0, 65_536 << 24], [0, .max]] as [[Int64]] {
            #expect(message { _ = try words(events(at: times)) }?.contains("more than 12 days apart") == true)
        }
        #expect(message { _ = try words(events(at: [.max]), startTime: .min) }?.contains("12 days apart") == true)
    }

    @Test func coordinatesHaveALimit() throws {
        #expect(try words([Event(time: 0, x: 2047, y: 2047, isOn: true)]) == [0x8000, 0x6000, 0x07FF, 0x2FFF])
        for (events, place) in [
            (row([2048]), "2048, 3"), (row([7], y: 2048), "7, 2048"), (row([2045, 2046, 2047, 2048]), "2048, 3"),
            (row([5, 6, 7], y: 2048), "5, 2048"),
        ] {
            let text = message { _ = try words(events) }
            #expect(text?.contains("up to 2047, an event is at \(place);") == true, "\(text ?? "accepted")")
        }
        let folder = try TemporaryFolder()
        let wide = EventRecording([Event(time: 0, x: 32768, y: 0, isOn: true)])
        let text = message { try EventFile.write(wide, to: folder.file("a.aedat4")) }
        #expect(text?.contains("up to 32767, an event is at 32768, 0; write .npy") == true, "\(text ?? "accepted")")
    }

    @Test func headersSayWhatIsKnown() throws {
        let folder = try TemporaryFolder()
        func header(_ recording: EventRecording) throws -> String {
            try EventFile.write(recording, to: folder.file("a.raw"))
            return String(decoding: try folder.bytes("a.raw").prefix { $0 < 128 }, as: UTF8.self)
        }
        let end = "% integrator_name SpikeKit\n% end\n"
        let size = "% format EVT3;height=7;width=9\n% geometry 9x7\n"
        let sensor = SensorSize(width: 9, height: 7)
        #expect(try header(EventRecording()) == "% evt 3.0\n" + end)
        #expect(try header(EventRecording(size: SensorSize(width: 9, height: 0))) == "% evt 3.0\n" + end)
        #expect(try header(EventRecording(size: SensorSize(width: 0, height: 9))) == "% evt 3.0\n" + end)
        for (time, start) in [
            (0, nil), (0xFF_FFFF, nil), (0x100_0000, 0x100_0000), (0x1FF_FFFF, 0x100_0000), (-1, -0x100_0000),
        ] as [(Int64, Int64?)] {
            let line = start.map { "% start_time_us \($0)\n" } ?? ""
            let text = try header(EventRecording(events(at: [time]), size: sensor))
            #expect(text.hasPrefix("% evt 3.0\n" + size + line + end), "\(text)")
        }
    }
}
