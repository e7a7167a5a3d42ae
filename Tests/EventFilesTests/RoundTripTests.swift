import EventFiles
import FileTestSupport
import Testing

@Suite struct RoundTripTests {
    /// Files that keep all: events, their order, and the size of the sensor.
    @Test(arguments: ["raw", "aedat4", "h5", "npy"])
    func eventsAreTheSame(_ type: String) throws {
        print("round trip: seed \(Examples.seed)")
        let folder = try TemporaryFolder()
        let path = folder.file("a.\(type)")
        let starts: [Int64] = [0, 16_777_000, 1_600_000_000_000_000, -50_000_000]
        for (index, start) in starts.enumerated() {
            let recording = Examples.recording(
                count: 20_000, width: 300, start: start, step: index == 0 ? 300 : 40_000,
                seed: Examples.seed + UInt64(index))
            try EventFile.write(recording, to: path)
            let found = try EventFile.read(path)
            if type == "npy" {
                #expect(
                    found
                        == EventRecording(
                            times: recording.times, xs: recording.xs, ys: recording.ys, isOn: recording.isOn))
            } else {
                #expect(found == recording)
            }
            #expect(try EventFile.summary(path).remarks.isEmpty)
        }
        try EventFile.write(EventRecording(), to: path)
        #expect(try EventFile.read(path) == EventRecording())
    }

    @Test(arguments: ["aedat4", "h5", "npy"])
    func extremesAreTheSame(_ type: String) throws {
        let folder = try TemporaryFolder()
        let recording = EventRecording(
            [
                Event(time: .max, x: 32767, y: 0, isOn: true), Event(time: .min, x: 0, y: 32767, isOn: false),
                Event(time: 0, x: 1, y: 1, isOn: true),
            ])
        try EventFile.write(recording, to: folder.file("a.\(type)"))
        #expect(try EventFile.read(folder.file("a.\(type)")) == recording)
        let summary = try EventFile.summary(folder.file("a.\(type)"))
        #expect(summary.firstTime == .min && summary.lastTime == .max && summary.onCount == 2)
    }

    @Test func evt3HoldsGapsAndSmallStepsBack() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("a.raw")
        let times: [Int64] = [
            100_000_000, 92_000_000, 92_000_001, 400_000_000, 400_000_000 + 3_600_000_000, 4_000_000_100,
        ]
        let recording = EventRecording(times.map { Event(time: $0, x: 2047, y: 2047, isOn: true) })
        try EventFile.write(recording, to: path)
        #expect(try EventFile.read(path) == recording)
    }

    @Test func vectorsTakeLittleRoom() throws {
        let folder = try TemporaryFolder()
        let row = (0..<1200).map { Event(time: 5, x: UInt16($0), y: 7, isOn: true) }
        try EventFile.write(EventRecording(row), to: folder.file("a.raw"))
        // Twelve events take two words.
        #expect(try folder.bytes("a.raw").count < 600)
        #expect(try EventFile.read(folder.file("a.raw")) == EventRecording(row))
    }

    @Test(
        arguments: [
            ("raw", [Event(time: 0, x: 2048, y: 0, isOn: true)], "EVT3 holds columns and rows up to 2047"),
            (
                "raw", [Event(time: 20_000_000, x: 0, y: 0, isOn: true), Event(time: 1, x: 0, y: 0, isOn: true)],
                "time runs back to 1 µs further than EVT3 can hold"
            ),
            (
                "raw", [Event(time: 0, x: 0, y: 0, isOn: true), Event(time: .max, x: 0, y: 0, isOn: true)],
                "more than 12 days apart"
            ),
            ("aedat4", [Event(time: 0, x: 0, y: 32768, isOn: true)], "AEDAT 4 holds columns and rows up to 32767"),
            ("txt", [], "the extension .txt is not supported for writing"),
        ] as [(String, [Event], String)])
    func whatAFormatCannotHoldIsRefused(_ type: String, _ events: [Event], _ problem: String) throws {
        let folder = try TemporaryFolder()
        let path = folder.file("a.\(type)")
        let text = message { try EventFile.write(EventRecording(events), to: path) }
        #expect(text?.hasPrefix(path) == true && text?.contains(problem) == true, "\(text ?? "accepted")")
        #expect(try folder.names.isEmpty)
    }

    @Test func conversionStreamsAndKeepsEvents() throws {
        let folder = try TemporaryFolder()
        let recording = Examples.recording(count: 300_000, width: 200, seed: 8)
        let paths = ["npy", "raw", "aedat4", "h5", "npy"].enumerated().map { folder.file("\($0).\($1)") }
        try EventFile.write(recording, to: paths[0])
        for (input, output) in zip(paths, paths.dropFirst()) {
            #expect(try EventFile.convert(input, to: output).eventCount == recording.count)
        }
        #expect(try folder.bytes("4.npy") == folder.bytes("0.npy"))
    }

    @Test func readFormatsConvert() throws {
        let recording = Examples.recording(count: 1000, width: 128, seed: 9)
        let folder = try TemporaryFolder()
        let files: [(String, [UInt8])] = [
            ("a.raw", Examples.evt2(recording)), ("a.dat", Examples.dat(recording)),
            ("a.aedat", Examples.aedat2(recording, chip: "DVS128")), ("b.aedat", Examples.aedat3(recording)),
            ("a.bin", Examples.nmnist(recording)),
        ]
        for (name, bytes) in files {
            try EventFile.convert(folder.file(name, bytes), to: folder.file("out.npy"))
            let found = try EventFile.read(folder.file("out.npy"))
            // AEDAT 2 counts rows from the lowest one.
            let rows = name == "a.aedat" ? recording.ys.map { 127 - $0 } : recording.ys
            #expect(
                found.times == recording.times && found.xs == recording.xs && found.ys == rows
                    && found.isOn == recording.isOn, "\(name)")
        }
    }

    @Test func partsTogetherAreTheWhole() throws {
        let folder = try TemporaryFolder()
        let recording = Examples.recording(count: 400_000, width: 200, seed: 10)
        try EventFile.write(recording, to: folder.file("a.npy"))
        let reader = try EventReader(folder.file("a.npy"))
        var (times, parts): ([Int64], Int) = ([], 0)
        while let part = try reader.next() {
            times += part.times
            parts += 1
        }
        #expect(times == recording.times)
        #expect(parts > 1)
        #expect(try reader.next() == nil)
    }
}
