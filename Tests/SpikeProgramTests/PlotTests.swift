import Foundation
import SpikeEncoding
import SpikeFiles
import Testing

/// What `plot` draws of spikes and of the recording that they came from.
@Suite struct PlotTests {
    let program: Program

    /// 400 samples at 100 Hz from 50 s on, with a rate in CSV and without one in NPY, and their spikes.
    init() throws {
        program = try Program()
        let signal = Signal(
            channels: [(0..<400).map { sin(Float($0) / 15) }], samplingRate: 100, channelNames: ["a_mV"], unit: "mV",
            startTime: 50)
        try RecordingFile.write(signal, to: program.path("in.csv"))
        try RecordingFile.write(signal, to: program.path("in.npy"))
        try EncodedFile.write(StepForward(threshold: 0.2).encode(signal), to: program.path("s.h5"))
    }

    private func labels(_ arguments: String, warnings: Bool = false) throws -> [Substring] {
        let outcome = try program.run("plot \(arguments) --output p.svg")
        #expect(outcome.status == 0 && outcome.errors.isEmpty != warnings, "\(outcome.errors)")
        return try program.text("p.svg").split(separator: "\n").compactMap { line in
            line.firstMatch(of: />([^<>]+)<\/text>/).map { $0.output.1 }
        }
    }

    @Test func decodedSpikesAloneAreAReconstruction() throws {
        let alone = try labels("s.h5 --kind traces")
        #expect(alone.contains("reconstruction") && !alone.contains("original"), "\(alone)")
        let both = try labels("s.h5 --recording in.csv")
        #expect(both.contains("reconstruction") && both.contains("original"), "\(both)")
    }

    @Test func aRecordingWithoutARateHasThatOfItsSpikes() throws {
        let outcome = try program.run("plot s.h5 --recording in.npy --from 51 --to 52 --output p.svg")
        #expect(outcome.status == 0 && outcome.output.contains("in.npy: 100 Hz, as s.h5 says\n"), "\(outcome.errors)")
        // A second of 100 samples, from the 51st on.
        #expect(try program.text("p.svg").contains("100 samples"))
        let shown = try labels("s.h5 --recording in.npy --from 51 --to 52")
        #expect(shown.contains("time / s") && shown.contains("51.2") && !shown.contains("sample"), "\(shown)")
        #expect(try labels("s.h5 --recording in.npy --sampling-rate 100").contains("time / s"))
    }

    @Test(arguments: [
        ("in.npy --sampling-rate 250", "--sampling-rate 250 Hz: s.h5 says that its recording has 100 Hz; leave"),
        ("in.csv --sampling-rate 250", "--sampling-rate 250 Hz: s.h5 says that its recording has 100 Hz; leave"),
        ("fast.csv", "fast.csv has 200 Hz, and s.h5 says that its recording has 100 Hz; give the recording"),
        ("late.csv", "late.csv starts at 60 s, and s.h5 says that its recording starts at 50 s"),
        ("short.npy", "short.npy has 1 channel × 3 samples, s.h5 1 channel × 400 samples"),
    ])
    func contradictionsAreRefused(_ recording: String, _ message: String) throws {
        func write(_ name: String, rate: Double, start: Double, count: Int = 400) throws {
            let signal = Signal(
                channels: [(0..<count).map { Float($0) }], samplingRate: rate, startTime: start)
            try RecordingFile.write(signal, to: program.path(name))
        }
        try write("fast.csv", rate: 200, start: 50)
        try write("late.csv", rate: 100, start: 60)
        try write("short.npy", rate: 100, start: 50, count: 3)
        let outcome = try program.run("plot s.h5 --recording \(recording) --output p.svg")
        #expect(outcome.status != 0 && outcome.errors.hasPrefix("spike: \(message)"), "\(outcome.errors)")
        #expect(outcome.errors.split(separator: "\n").count == 1 && !program.exists("p.svg"))
    }

    /// A recording of the right shape and rate, whose spikes are others.
    @Test func anotherRecordingIsWarnedOf() throws {
        let other = Signal(channels: [(0..<400).map { cos(Float($0) / 15) }], samplingRate: 100, startTime: 50)
        try RecordingFile.write(other, to: program.path("other.csv"))
        _ = try labels("s.h5 --recording in.csv")
        _ = try labels("s.h5 --recording other.csv", warnings: true)
    }

    /// NPY and CSV of spikes are drawn if it is said that they are spikes.
    @Test func spikesWithoutTheirCodec() throws {
        let encoded = try EncodedFile.read(program.path("s.h5"))
        try SpikeTrainFile.write(encoded, to: program.path("s.npy"))
        try SpikeTrainFile.write(encoded, to: program.path("s.csv"))
        let raster = try labels("s.npy --kind raster")
        #expect(raster.contains("up") && raster.contains("step"), "\(raster)")
        let image = try program.text("p.svg")
        #expect(image.contains("Spike raster: \(encoded.spikes.spikeCount) spikes of 1 unit in 400 steps"))
        #expect(try labels("s.npy --kind raster --sampling-rate 100").contains("time / s"))

        let plain = try program.run("plot s.npy --output p.svg")
        #expect(plain.status == 0)
        #expect(plain.errors.hasPrefix("spike: warning: s.npy: its values are −1, 0 and 1 as int8"))
        for command in [
            "plot s.csv --output p.svg", "encode s.csv --codec delta --output x.h5", "tune s.csv --codec lif",
        ] {
            let outcome = try program.run(command)
            #expect(outcome.status != 0 && outcome.errors.hasPrefix("spike: s.csv: is a table of spikes, not a "))
            #expect(outcome.errors.contains("`spike plot --kind raster` draws it"), "\(outcome.errors)")
        }
        // Unless its columns are asked for.
        #expect(
            try program.run("encode s.csv --columns polarity --sampling-rate 100 --codec delta --output x.h5").status
                == 0)
        // Counted from the recording's own start, which a table of spikes does not have.
        let late = try program.run("plot s.csv --kind raster --output p.svg")
        #expect(late.status != 0 && late.errors.contains("give the rate of the steps in Hz by --sampling-rate"))
        #expect(try labels("s.csv --kind raster --sampling-rate 100").contains("time / s"))
    }
}
