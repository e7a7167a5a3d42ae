import FileTestSupport
import Foundation
import SpikeEncoding
import SpikeFiles
import Testing

/// Recordings from standard input, compressed files and files of several arrays, in the commands.
@Suite struct RecordingInputTests {
    private let program: Program

    init() throws { program = try Program() }

    private func write(_ name: String, _ text: String) throws {
        try Data(text.utf8).write(to: URL(fileURLWithPath: program.path(name)))
    }

    @Test func standardInputIsText() throws {
        try write("in.csv", "time_s,a\n0,1\n0.5,2\n1,4\n1.5,1\n")
        let outcome = try program.shell("spike encode - --codec step-forward --threshold 0.5 --output out.h5 < in.csv")
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(outcome.output.hasPrefix("standard input: 1 channel (a) × 4 samples, 2 Hz from its times"))
        #expect(
            try program.shell("spike encode in.csv --codec step-forward --threshold 0.5 --output out2.h5").status == 0)
        #expect(try program.shell("cmp out.h5 out2.h5").status == 0)
        let compared = try program.shell("spike compare - --evaluations 20 --json < in.csv")
        #expect(compared.status == 0 && compared.output.contains("spike compare - "), "\(compared.errors)")
    }

    @Test func standardInputIsRecognisedByItsFirstBytes() throws {
        let signal = Signal(channels: [[0, 0.5, 1, 0.25]], samplingRate: 8000)
        for name in ["in.npy", "in.wav"] {
            try RecordingFile.write(signal, to: program.path(name))
            let outcome = try program.shell(
                "spike encode - --codec step-forward --threshold 0.1 --output out.h5 < \(name)")
            #expect(outcome.status == 0 && outcome.output.contains("1 channel × 4 samples"), "\(outcome.errors)")
        }
        let packed = try program.shell(
            "gzip < in.npy | spike encode - --codec step-forward --threshold 0.1 --output out.h5")
        #expect(packed.status == 0, "\(packed.errors)")
        let empty = try program.shell("spike encode - --codec lif --output out.h5 < /dev/null")
        #expect(empty.status != 0 && empty.errors.contains("standard input: is empty"))
        let audio = try program.shell("spike encode - --codec rate --steps 3 --output out.h5 < in.wav")
        #expect(audio.status != 0 && audio.errors.contains("standard input: is WAV or FLAC"), "\(audio.errors)")
    }

    @Test func linesAreSkipped() throws {
        try write("in.csv", "made by a device\na,b\n1,2\n3,1\n2,5\n")
        let failed = try program.run(words: [
            "encode", program.path("in.csv"), "--codec", "step-forward", "--output", program.path("out.h5"),
        ])
        #expect(failed.status != 0)
        for command in [
            "spike encode in.csv --skip-rows 1 --codec step-forward --threshold 0.5 --output out.h5",
            "spike plot in.csv --skip-rows 1 --output a.svg",
            "spike tune in.csv --codec step-forward --skip-rows 1 --evaluations 10",
        ] {
            let outcome = try program.shell(command)
            #expect(
                outcome.status == 0 && outcome.output.contains("2 channels (a, b) × 3 samples"), "\(outcome.errors)")
        }
        let wrong = try program.shell("spike encode in.csv --skip-rows -1 --codec lif --output out.h5")
        #expect(wrong.status != 0 && wrong.errors.contains("--skip-rows must be 0 to 1000000000"))
    }

    @Test func helpListsTheFormats() throws {
        let help = try program.run("encode --help").output.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        #expect(help.contains("CSV, NPY, NPZ, MATLAB, WFDB, EDF, BDF, WAV, FLAC, OGG or AIFF"))
    }
}
