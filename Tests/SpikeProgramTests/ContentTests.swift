import EventFiles
import FileTestSupport
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
            outcome.errors == "spike: warning: t.raw: 1 trigger event passed over, the only one at byte 10\n",
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

    /// Float32, or Float64 where a channel has an offset: 2³⁰ + 0.25·i keeps its 16 different values.
    @Test func recordingsConvertToNumPy() throws {
        let values = (0..<16).map { 1_073_741_824 + 0.25 * Double($0) }
        try Data(values.enumerated().map { "\($0),\($1)\n" }.joined().utf8).write(
            to: program.folder.appending(path: "far.csv"))
        #expect(try program.run("convert far.csv far.npy --columns 2").status == 0)
        let far = try NPYArray.read(program.path("far.npy"))
        #expect(far.shape == [1, 16] && far.elements == .float64(values))
        #expect(try program.run("convert in.csv in.npy").status == 0)
        let signal = try RecordingFile.read(program.path("in.csv"))
        let array = try NPYArray.read(program.path("in.npy"))
        #expect(array.shape == [signal.channelCount, signal.sampleCount] && array.elements == .float32(signal.values))
        #expect(try program.run("convert in.csv out.wav").status == 0)
        #expect(try RecordingFile.read(program.path("out.wav")).samplingRate == 100)
        #expect(try program.run("convert in.csv one.npy --columns b_mV").status == 0)
        #expect(try NPYArray.read(program.path("one.npy")).shape == [1, 400])
    }

    /// What a target does not hold is one warning, which names only what the recording has.
    @Test func lossesAreNamed() throws {
        func file(_ name: String, _ text: String) throws {
            try Data(text.utf8).write(to: program.folder.appending(path: name))
        }
        try file("all.csv", "time_s,a_mV,b_mV\n5,1,2\n5.5,3,5\n6,4,4\n")
        try file("plain.csv", "1\n2\n4\n")
        try file("r.hea", "r 1 100 3\nr.dat 16 100/uV 16 0 0 6 0 ECG\n")
        try Data([1, 0, 2, 0, 3, 0]).write(to: program.folder.appending(path: "r.dat"))
        // A beat (type 1) one sample after the start, then the end.
        try Data([1, 4, 0, 0]).write(to: program.folder.appending(path: "r.atr"))
        for (arguments, loss) in [
            ("all.csv o.npy", "NPY does not hold the sampling rate, the start, the unit and the names of the channels"),
            ("all.csv o.wav", "WAV does not hold the start, the unit and the names of the channels"),
            ("all.csv o.csv", nil), ("plain.csv o.npy", nil),
            ("r o.csv", "CSV does not hold the labels"),
            (
                "r o.npy",
                "NPY does not hold the sampling rate, the unit, the names of the channels and the labels"
            ),
        ] as [(String, String?)] {
            let outcome = try program.run("convert \(arguments)")
            let target = arguments.split(separator: " ")[1]
            #expect(outcome.status == 0)
            #expect(outcome.errors == (loss.map { "spike: warning: \(target): \($0)\n" } ?? ""), "\(outcome.errors)")
        }
    }

    /// `-` is read like the same file by name.
    @Test func anyKindComesFromStandardInput() throws {
        try EventFile.write(events, to: program.path("e.npy"))
        for file in ["e.raw", "e.npy", "in.csv"] {
            let named = try program.run("info \(file)").output
            for command in ["cat \(file) | spike info -", "spike info - < \(file)"] {
                let outcome = try program.shell(command)
                #expect(
                    outcome.output == named.replacing(file, with: "standard input") && outcome.errors.isEmpty,
                    "\(outcome.output)\(outcome.errors)")
            }
            let picture = try program.shell("cat \(file) | spike plot - --output p.svg --title x")
            #expect(picture.status == 0, "\(picture.errors)")
            _ = try program.run("plot \(file) --output q.svg --title x")
            #expect(try program.text("p.svg") == program.text("q.svg"))
        }
        #expect(try program.shell("cat e.raw | spike convert - o.npy").status == 0)
        #expect(try EventFile.read(program.path("o.npy")).times == events.times)
        #expect(try program.shell("cat in.csv | spike convert - o.csv").output.hasSuffix("standard input → o.csv\n"))
        #expect(
            try RecordingFile.read(program.path("o.csv")).values == RecordingFile.read(program.path("in.csv")).values)
        let spikes = try program.shell("cat s.h5 | spike info -")
        #expect(
            spikes.status == 1
                && spikes.errors.contains("standard input: is HDF5, which is read from files only; save it"),
            "\(spikes.errors)")
    }

    @Test func theRecordOfAHeaderHasNoExtension() throws {
        try Data("r 1 100 3\nr.dat 16 100/uV 16 0 0 6 0 ECG\n".utf8).write(
            to: program.folder.appending(path: "r.hea"))
        try Data([1, 0, 2, 0, 3, 0]).write(to: program.folder.appending(path: "r.dat"))
        #expect(try program.run("info r").output == program.run("info r.hea").output)
        #expect(try json("r")["sampleCount"] as? Int == 3)
        #expect(try program.run("convert r r.csv").status == 0)
        #expect(try RecordingFile.read(program.path("r.csv")).values == [0.01, 0.02, 0.03])
        #expect(try program.run("plot r --output r.svg").status == 0)
    }

    /// AEDAT 2 counts rows from the lowest one.
    @Test func rowsAreTurnedOver() throws {
        func write(_ header: String) throws {
            // Addresses of DVS128: row 3, column 5, ON; row 127, column 0, OFF.
            let records: [UInt8] = [0, 0, 3, 11, 0, 0, 0, 7, 0, 0, 127, 0, 0, 0, 0, 9]
            try (Data("#!AER-DAT2.0\r\n\(header)".utf8) + records).write(
                to: program.folder.appending(path: "t.aedat"))
        }
        try write("# AEChip: ch.unizh.ini.jaer.chip.retina.DVS128\r\n")
        #expect(try EventFile.read(program.path("t.aedat")).ys == [3, 127])
        let outcome = try program.run("convert t.aedat t.npy")
        let turned = try EventFile.read(program.path("t.npy"))
        #expect(
            turned.ys == [124, 0] && turned.xs == [5, 0] && turned.times == [7, 9] && turned.isOn == [true, false])
        #expect(outcome.errors.isEmpty, "\(outcome.errors)")
        // A DAVIS of unknown size: bit 22 upwards is the row.
        let record: [UInt8] = [0, 0xC0, 0x50, 0, 0, 0, 0, 7]
        try (Data("#!AER-DAT2.0\r\n# AEChip: DAVISx\r\n".utf8) + record).write(
            to: program.folder.appending(path: "u.aedat"))
        let unknown = try program.run("convert u.aedat u.npy")
        #expect(try EventFile.read(program.path("u.npy")).ys == [3])
        #expect(
            unknown.errors
                == "spike: warning: u.npy: row 0 is the lowest one, as u.aedat does not say how many rows its sensor has\n",
            "\(unknown.errors)")
    }

    @Test func noEventsHaveNoTimes() throws {
        try Data("% evt 3.0\n".utf8).write(to: program.folder.appending(path: "none.raw"))
        let document = try json("none.raw")
        #expect(document["eventCount"] as? Int == 0 && document["firstTime"] == nil && document["lastTime"] == nil)
        #expect(try json("e.raw")["firstTime"] as? Int == 0)
    }

    @Test func absoluteTimesHaveADuration() throws {
        let late = EventRecording(
            [1_714_979_289_000_000, 1_714_979_289_250_000].map { Event(time: $0, x: 1, y: 1, isOn: true) },
            size: SensorSize(width: 2, height: 2))
        try EventFile.write(late, to: program.path("late.npy"))
        #expect(
            try program.run("info late.npy").output
                == "late.npy: 2 events (NPY) of 2 × 2 pixels or more, from 1714979289 s to 1714979289 s (0.25 s), "
                + "8 events per second, 100 % ON\n")
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

    /// Twelve classes of recordings are named, and the others are counted.
    @Test(.enabled(if: Python.hasH5py, "needs a Python with h5py; set SPIKEKIT_PYTHON"), arguments: [2, 12, 13, 15])
    func classesAreListed(count: Int) throws {
        let (output, errors) = try Python.run(
            """
            import h5py, sys, numpy as np
            count = int(sys.argv[2])
            with h5py.File(sys.argv[1], 'w') as f:
                f.create_dataset('spikes/times', (count,), h5py.vlen_dtype(np.dtype('f4')))
                f.create_dataset('spikes/units', (count,), h5py.vlen_dtype(np.dtype('u2')))
                f['labels'] = np.arange(count, dtype='u2')
                f['extra/keys'] = np.array([f'word {c}'.encode() for c in range(count)])
            """, [program.path("words.h5"), "\(count)"])
        try #require(output != nil, "\(errors)")
        let names = (0..<min(12, count)).map { "\($0) (word \($0))" }.joined(separator: ", ")
        let rest = count > 12 ? ", … and \(count - 12) more" : ""
        let lines = try program.run("info words.h5").output.split(separator: "\n")
        #expect(lines.last == "classes: \(names)\(rest)")
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
        ("info other.h5", "is not HDF5: it does not have its signature"),
        ("info other.nwb", "other.nwb: is not HDF5: it does not have its signature"),
        ("plot other.nwb --output e.svg", "is not HDF5: it does not have its signature"),
        ("info other.xyz", ".aif, .h5, .hdf5, .nwb, .raw, .dat, .aedat, .aedat4 or .bin"),
        (
            "info in.csv --variable x",
            "has no arrays to choose from by name, as .npz and .mat have; leave --variable out"
        ),
        ("convert e.npz e.npy --skip-rows 2", "--skip-rows passes over lines of text, and this is NPZ"),
        ("info far.csv", "far.csv: 1 unit × 400000001 steps take far more memory than the file"),
        ("info empty.bin", "empty.bin: is empty"), ("info empty.dat", "empty.dat: is empty"),
        ("info bare.dat", "bare.dat: has no header of events, whose lines begin with %"),
        ("info e.raw.gz", "e.raw.gz: events that are compressed by gzip are not read; unpack the file first"),
        ("plot empty.bin --output e.svg", "empty.bin: is empty"),
        ("plot e.raw.gz --output e.svg", "events that are compressed by gzip are not read"),
        ("info atis.aedat", "addresses of the chip atis are not supported"),
    ])
    func mistakesAreOneLine(_ arguments: String, _ problem: String) throws {
        try Data("% date\n".utf8).write(to: program.folder.appending(path: "bad.raw"))
        try EventFile.write(events, to: program.path("e.npy"))
        try Data("bad".utf8).write(to: program.folder.appending(path: "bad.aedat"))
        try Data("#!AER-DAT2.0\r\n# AEChip: ATIS\r\n".utf8).write(
            to: program.folder.appending(path: "atis.aedat"))
        for name in ["empty.bin", "empty.dat", "e.raw.gz"] {
            try Data().write(to: program.folder.appending(path: name))
        }
        try Data("1 2 3\n".utf8).write(to: program.folder.appending(path: "bare.dat"))
        try Data("other".utf8).write(to: program.folder.appending(path: "other.h5"))
        try Data("other".utf8).write(to: program.folder.appending(path: "other.nwb"))
        try Data("other".utf8).write(to: program.folder.appending(path: "other.xyz"))
        try Data("step,channel,polarity\n400000000,0,1\n".utf8).write(to: program.folder.appending(path: "far.csv"))
        try Data().write(to: program.folder.appending(path: "e.npz"))
        let outcome = try program.run(arguments)
        #expect(outcome.status != 0 && outcome.errors.contains(problem), "\(outcome.errors)")
        #expect(outcome.errors.split(separator: "\n").count { $0.hasPrefix("Error:") || $0.hasPrefix("spike:") } <= 1)
    }
}
