import EventFiles
import Foundation
import SpikeEncoding
import SpikeFiles
import Testing

/// `info`, `convert` and `plot` of files of any kind.
@Suite struct ContentTests {
    private let program: Program
    private let events = EventRecording(
        (0..<1000).map { (index: Int) -> Event in
            Event(time: Int64(index) * 1000, x: UInt16(index % 30), y: UInt16(index % 20), isOn: index % 4 == 0)
        }, size: SensorSize(width: 32, height: 24))

    init() throws {
        program = try Program()
        try EventFile.write(events, to: program.path("e.raw"))
        try program.writeRecording("in.csv")
        try EncodedFile.write(
            StepForward(threshold: 0.5).encode(RecordingFile.read(program.path("in.csv"))), to: program.path("s.h5"))
    }

    private func json(_ arguments: String) throws -> [String: Any] {
        let outcome = try program.run("info \(arguments) --json")
        #expect(outcome.status == 0 && outcome.errors.isEmpty, "\(outcome.errors)")
        return try #require(JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any])
    }

    @Test func infoOfEvents() throws {
        #expect(
            try program.run("info e.raw").output
                == "e.raw: 1000 events (EVT3) of 32 × 24 pixels, from 0 s to 0.999 s, 1001 events per second, 25 % ON\n"
        )
        let document = try json("e.raw")
        #expect(document["kind"] as? String == "events" && document["eventCount"] as? Int == 1000)
        #expect(document["width"] as? Int == 32 && document["height"] as? Int == 24)
        #expect(document["lastTime"] as? Int == 999_000 && document["onShare"] as? Double == 0.25)
    }

    @Test func remarksAreWarnings() throws {
        try (Data("% evt 3.0\n".utf8) + [1, 0xA0, 0, 0x80]).write(to: program.folder.appending(path: "t.raw"))
        let outcome = try program.run("info t.raw")
        #expect(outcome.status == 0)
        #expect(
            outcome.errors == "spike: warning: t.raw: 1 trigger events passed over, the only one at byte 10\n",
            "\(outcome.errors)")
        #expect(outcome.output == "t.raw: 0 events (EVT3) of 0 × 0 pixels or more\n", "\(outcome.output)")
    }

    @Test func infoOfRecordings() throws {
        let document = try json("in.csv")
        #expect(document["kind"] as? String == "recording" && document["sampleCount"] as? Int == 400)
        #expect(document["samplingRate"] as? Double == 100 && document["duration"] as? Double == 4)
        let channels = try #require(document["channels"] as? [[String: Any]])
        #expect(channels.count == 3 && channels[1]["name"] as? String == "b_mV")
        let signal = try RecordingFile.read(program.path("in.csv"))
        #expect((channels[1]["maximum"] as? Double).map { Float($0) } == signal.channel(1).max()!)
        let text = try program.run("info in.csv").output
        #expect(text.contains("duration: 4 s") && text.contains("b_mV"))
        try Data("1,nan\n2,5\n".utf8).write(to: program.folder.appending(path: "nan.csv"))
        let odd = try #require(try json("nan.csv")["channels"] as? [[String: Any]])
        #expect(odd.map { $0["notFiniteCount"] as? Int } == [0, 1])
    }

    @Test func infoOfSpikes() throws {
        let document = try json("s.h5")
        #expect(document["kind"] as? String == "spikes" && document["unitCount"] as? Int == 3)
        #expect((document["codec"] as? [String: Any])?["codec"] as? String == "step-forward")
        let text = try program.run("info s.h5").output
        #expect(
            text.contains("codec: --codec step-forward --threshold 0.5") && text.contains("100 steps per second"),
            "\(text)")
        _ = try program.run("convert s.h5 s.csv")
        #expect(try json("s.csv --sampling-rate 100")["spikeCount"] as? Int == document["spikeCount"] as? Int)
    }

    @Test func theDialectDecidesTheTimesOfEVT3() throws {
        let words: [UInt8] = [0, 0x80, 0xA0, 0x6F, 5, 0x20, 1, 0x80, 5, 0x60, 5, 0x20]
        try (Data("% evt 3.0\n".utf8) + words).write(to: program.folder.appending(path: "t.raw"))
        for (dialect, time) in [("", 4101), (" --dialect standard", 4101), (" --dialect reference", 8197)] {
            #expect(try json("t.raw" + dialect)["lastTime"] as? Int == time)
            #expect(try program.run("convert t.raw t.npy" + dialect).status == 0)
            #expect(try EventFile.read(program.path("t.npy")).times.last == Int64(time))
        }
    }

    @Test(arguments: ["npy", "aedat4", "h5", "raw"])
    func eventsConvert(_ type: String) throws {
        let outcome = try program.run("convert e.raw out.\(type)")
        #expect(outcome.status == 0 && outcome.output.hasSuffix("e.raw → out.\(type)\n"), "\(outcome.errors)")
        #expect(try EventFile.read(program.path("out.\(type)")).times == events.times)
    }

    @Test func recordingsConvertToFloat32() throws {
        try Data("time_s,a\n0,101325.25\n1,101325.5\n2,101326\n".utf8).write(
            to: program.folder.appending(path: "p.csv"))
        for name in ["p", "in"] {
            #expect(try program.run("convert \(name).csv \(name).npy").status == 0)
            let signal = try RecordingFile.read(program.path("\(name).csv"))
            let array = try NPYArray.read(program.path("\(name).npy"))
            #expect(array.shape == [signal.channelCount, signal.sampleCount])
            let values = (0..<signal.channelCount).flatMap { channel in
                (0..<signal.sampleCount).map { Float(signal.value(ofChannel: channel, sample: $0)) }
            }
            #expect(array.elements == .float32(values))
        }
        #expect(try program.run("convert in.csv out.wav").status == 0)
        #expect(try RecordingFile.read(program.path("out.wav")).samplingRate == 100)
        #expect(try program.run("convert in.csv one.npy --columns b_mV").status == 0)
        #expect(try NPYArray.read(program.path("one.npy")).shape == [1, 400])
    }

    @Test func linesBeforeTheTableArePassedOver() throws {
        let table = "acquired on Monday\ntime_s,a\n0,1\n0.5,2\n1,4\n"
        try Data(table.utf8).write(to: URL(fileURLWithPath: program.path("late.csv")))
        let outcome = try program.run("convert late.csv late.npy --skip-rows 1")
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(try RecordingFile.load(program.path("late.npy")).content.values == [1, 2, 4])
    }

    @Test func spikesConvert() throws {
        for type in ["npy", "csv", "h5", "nwb"] { #expect(try program.run("convert s.h5 t.\(type)").status == 0) }
        #expect(try EncodedFile.read(program.path("t.h5")) == EncodedFile.read(program.path("s.h5")))
        #expect(try program.run("convert t.csv u.npy --sampling-rate 100").status == 0)
        let train = try SpikeTrainFile.readTrain(program.path("u.npy"))
        #expect(train.spikeCount == (try EncodedFile.read(program.path("s.h5"))).spikes.spikeCount)
    }

    @Test func eventsAreDrawnAsFrames() throws {
        let outcome = try program.run("plot e.raw --frames 5 --output e.svg")
        #expect(outcome.status == 0, "\(outcome.errors)")
        let svg = try program.text("e.svg")
        #expect(svg.components(separatedBy: "<image").count == 6 && svg.contains(">0.1998 s</text>"))
        #expect(try program.run("plot e.raw --from 0.5 --to 0.7 --frames 2 --output e.svg").status == 0)
        #expect(try program.text("e.svg").contains(">0.6 s</text>"))
    }

    @Test(arguments: [
        ("convert e.raw e.raw", "is the input, too"),
        ("convert e.raw e.wav", "the extension .wav is not supported for writing"),
        ("convert in.csv out.raw", "the extension .raw is not supported for writing here; use .csv, .npy or .wav"),
        ("convert missing.raw out.npy", "missing.raw: cannot be read: there is no such file"),
        ("info missing", "cannot be read"), ("info in.csv --columns zz", "zz"),
        ("info in.csv --dialect reference", "--dialect goes with events of a camera"),
        ("convert e.npy e.raw --dialect reference", "only EVT3 has the dialect reference"),
        ("info e.raw --sampling-rate 5", "do not go with events"), ("info s.h5 --columns 1", "do not go with spikes"),
        ("plot e.raw --frames 0 --output e.svg", "--frames must be 1 to 64, got 0"),
        ("plot in.csv --frames 3 --output e.svg", "--frames goes with events"),
        ("plot e.raw --from 5 --output e.svg", "ends at 0.999, before --from 5"),
        ("plot e.raw --sampling-rate 5 --output e.svg", "do not go with events"),
        ("info bad.raw", "it does not say whether the events are EVT2 or EVT3"),
        ("info bad.aedat", "no events of a known format"),
        ("info other.h5", "was not written by SpikeKit"),
    ])
    func mistakesAreOneLine(_ arguments: String, _ problem: String) throws {
        try Data("% date\n".utf8).write(to: program.folder.appending(path: "bad.raw"))
        try EventFile.write(events, to: program.path("e.npy"))
        try Data("bad".utf8).write(to: program.folder.appending(path: "bad.aedat"))
        try Data("other".utf8).write(to: program.folder.appending(path: "other.h5"))
        let outcome = try program.run(arguments)
        #expect(outcome.status != 0 && outcome.errors.contains(problem), "\(outcome.errors)")
        #expect(outcome.errors.split(separator: "\n").count { $0.hasPrefix("Error:") || $0.hasPrefix("spike:") } <= 1)
    }
}
