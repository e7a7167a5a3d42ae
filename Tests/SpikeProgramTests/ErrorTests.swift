import Foundation
import SpikeEncoding
import SpikeFiles
import Testing

@Suite struct ErrorTests {
    /// Arguments, and what the one line on standard error must say.
    static let failures: [(String, String)] = [
        ("", "USAGE"), ("sing", "sing"), ("encode", "Missing"), ("encode in.csv --codec step-forward", "--output"),
        ("encode in.csv --codec sonar --output x.npy", "sonar"),
        ("encode missing.csv --codec delta --output x.npy", "missing.csv"),
        ("encode in.mp3 --codec delta --output x.npy", "mp3"), ("encode in.csv --codec delta --output x.doc", "doc"),
        ("encode in.csv --codec delta --output nowhere/x.npy", "nowhere"),
        ("encode in.csv --codec delta --threshold 0 --output x.npy", "threshold must be finite and > 0, got 0"),
        ("encode in.csv --codec delta --threshold ten --output x.npy", "ten"),
        ("encode in.csv --codec delta --threshold 1,,2 --output x.npy", "1,,2"),
        ("encode in.csv --codec delta --threshold 1,2 --output x.npy", "threshold has 2 values for 3 channels"),
        ("encode in.csv --codec delta --cutoff 0.2 --output x.npy", "delta has no --cutoff"),
        ("encode in.csv --codec bsa --polarity unipolar --output x.npy", "bsa has no --polarity"),
        ("encode in.csv --codec bsa --cutoff 0.7 --output x.npy", "cutoff must be > 0 and < 0.5, got 0.7"),
        ("encode in.csv --codec lif --minimum 3 --maximum 1 --output x.npy", "maximum must be above minimum"),
        ("encode in.csv --codec lif --minimum 3,1 --output x.npy", "minimum has 2 values for 3 channels"),
        ("encode in.csv --codec receptive-fields --output x.npy", "needs --minimum and --maximum"),
        ("encode in.csv --codec rate --steps 0 --output x.npy", "steps must be >= 1"),
        (
            "encode in.csv --codec receptive-fields --minimum 0 --maximum 1 --steps 1000000 --output x.npy",
            "more than 4 GiB"
        ),
        ("encode in.csv --codec rate --threads 0 --output x.npy", "--threads must be >= 1"),
        ("encode in.csv --codec delta --sampling-rate -1 --output x.npy", "--sampling-rate must be"),
        ("encode nan.npy --codec delta --output x.npy", "channel 1, sample 2 is nan"),
        ("encode bad.csv --codec delta --output x.npy", "line 3"),
        ("encode empty.csv --codec delta --output x.npy", "empty.csv"),
        ("decode in.csv --output x.npy", "in.csv"), ("decode cut.h5 --output x.npy", "cut.h5"),
        ("decode whole.h5 --output x.flac", "flac"), ("decode whole.h5 --output x.wav", "x.wav"),
        ("decode bsa.h5 --initial-value 3 --output x.npy", "bsa decodes without an initial value"),
        ("decode whole.h5 --initial-value 1,2,3,4 --output x.npy", "initial value has 4 values for 3 channels"),
        ("tune in.csv --codec rate", "rate has no parameters to tune"),
        ("tune in.csv --codec lif --evaluations 0", "--evaluations"),
        ("tune in.csv --codec lif --spikes-per-second -3", "--spikes-per-second must be"),
        ("tune plain.npy --codec lif --spikes-per-second 3", "give --sampling-rate"),
        ("encode in.csv --codec delta --output in.csv", "in.csv is the input, too"),
        ("decode whole.h5 --output ./whole.h5", "is the input, too"),
        ("plot in.csv --output in.csv", "is the input, too"),
        ("plot whole.h5 --recording in.csv --output in.csv", "is the input, too"),
        ("compare in.csv --output in.csv", "is the input, too"),
        ("tune in.csv --codec lif --time-limit 0", "--time-limit"), ("tune in.csv --codec lif --output x.doc", "x.doc"),
        ("tune in.csv --codec pwm --spikes-per-second 0.01 --evaluations 40", "no trial kept within"),
        ("compare missing.npy", "missing.npy"),
        ("compare in.csv --spikes-per-second nan", "'nan' is no decimal number"),
        ("compare in.csv --sampling-rate 1e308 --json", "--sampling-rate must be 1e-9 to 1e15 Hz, got 1e+308"),
        (
            "encode in.csv --codec delta --sampling-rate 1e-310 --output x.csv",
            "--sampling-rate must be 1e-9 to 1e15 Hz"
        ),
        ("encode in.csv --codec delta --sampling-rate 0x1p3 --output x.npy", "'0x1p3' is no decimal number"),
        ("tune in.csv --codec delta --time-limit 0x1p2", "'0x1p2' is no decimal number"),
        ("compare plain.npy --spikes-per-second 5", "--sampling-rate"),
        ("plot in.csv --output x.gif", "use .svg, .png or .pdf"), ("plot in.csv --output plain.npy", "use .svg"),
        ("tune in.csv --codec lif --output x.html", "use .json, .svg, .png or .pdf"),
        ("demo --only signals --output x.pdf", "use .html or .htm"),
        ("encode in.csv --codec rate --conversion poisson --dialect reference --output x.npy", "rate: dialect must be"),
        (
            "encode in.csv --codec receptive-fields --minimum 0 --maximum 1 --dialect reference --output x.npy",
            "dialect"
        ),
        ("gym encode --observation 1 --low 0 --high 1 --save-scaler x.csv", "use .json"),
        ("plot in.csv --kind traces --output x.svg", "go with spikes"),
        ("plot in.csv --kind raster --output x.svg", "header: a list of events has the columns"),
        ("gym encode --episodes 0 --env CartPole-v1", "; see `spike gym encode --help`"),
        ("plot whole.h5 --sampling-rate no --output x.svg", "; see `spike plot --help`"),
        ("plot in.csv --from 9 --output x.svg", "ends at 4"),
        ("plot in.csv --from 3 --to 2 --output x.svg", "must lie before"),
        ("plot whole.h5 --recording plain.npy --output x.svg", "give the recording the spikes came from"),
        ("encode in.csv --codec step-forward --seed 1 --output x.npy", "step-forward draws no random numbers"),
        ("encode in.csv --codec rate --seed 1 --output x.npy", "--seed goes with --conversion poisson"),
        ("encode in.csv --codec rate --seed 1 --conversion deterministic --output x.npy", "--conversion poisson"),
        (
            "encode in.csv --codec receptive-fields --minimum 0 --maximum 1 --conversion deterministic --seed 1 "
                + "--output x.npy", "--seed goes with --conversion poisson"
        ),
        ("encode in.csv --codec delta --dialect reference --output x.npy", "delta has no --dialect"),
        ("encode in.csv --codec rate-step-forward --dialect standard --output x.npy", "has no --dialect"),
        ("encode in.csv --codec delta --layout frames --output x.npy", "--layout frames goes with an --output of HDF5"),
        ("encode in.csv --codec delta --layout tables --output x.h5", "tables"),
        (
            "encode in.csv --codec delta --threshold 1e39 --output x.npy",
            "The value '1e39' is invalid for '--threshold <v[,v…]>': 1e39 is beyond what Float32 holds, ±3.4e38;"
        ),
        (
            "encode in.csv --codec delta --threshold 1,-1e-50 --output x.npy",
            "The value '1,-1e-50' is invalid for '--threshold <v[,v…]>': -1e-50 is too small for Float32, below 1.4e-45;"
        ),
        (
            "encode huge.csv --codec delta --output x.npy",
            "huge.csv: line 3, column \"a\" is 1e+39, beyond what Float32 holds"
        ),
        ("decode whole.h5 --initial-value 1e39 --output x.npy", "--initial-value: 1e+39 is beyond what Float32 holds"),
        ("decode whole.h5 --initial-value 1e-50 --output x.npy", "--initial-value: 1e-50 is too small for Float32"),
        ("plot whole.h5 --sampling-rate 3 --output x.svg", "--sampling-rate and --columns go with a recording"),
        ("plot whole.json --sampling-rate 3 --output x.svg", "do not go with a search's trials"),
        ("plot whole.json --output x.svg", "whole.json"), ("plot in.csv --output nowhere/x.svg", "nowhere"),
    ]

    @Test(arguments: failures)
    func failuresAreOneLine(_ arguments: String, _ message: String) throws {
        let program = try Program()
        try program.writeRecording("in.csv")
        try program.writeRecording("in.mp3.csv")
        try Data("a,b\n1,2\n3,x\n".utf8).write(to: program.folder.appending(path: "bad.csv"))
        try Data("a,b\n1,2\n1e39,3\n".utf8).write(to: program.folder.appending(path: "huge.csv"))
        try Data().write(to: program.folder.appending(path: "empty.csv"))
        try RecordingFile.write(Signal(channels: [[1, 2, 3], [4, 5, .nan]]), to: program.path("nan.npy"))
        try RecordingFile.write(Signal(channels: [[1, 2, 3, 1, 5, 2]]), to: program.path("plain.npy"))
        let rows = Signal(channels: [[1, 2, 3], [4, 5, 6], [7, 8, 9]])
        try EncodedFile.write(DeltaModulation().encode(rows), to: program.path("whole.h5"))
        try EncodedFile.write(BensSpiker().encode(rows), to: program.path("bsa.h5"))
        let whole = try Data(contentsOf: program.folder.appending(path: "whole.h5"))
        try whole.prefix(whole.count / 2).write(to: program.folder.appending(path: "cut.h5"))
        try whole.write(to: program.folder.appending(path: "whole.json"))
        let before = try FileManager.default.contentsOfDirectory(atPath: program.folder.path)

        let outcome = try program.run(arguments)
        if arguments.isEmpty {
            #expect(outcome.output.contains(message))
            return
        }
        #expect(outcome.status != 0)
        #expect(outcome.status < 128, "ended by a signal or a trap")
        #expect(outcome.errors.split(separator: "\n").count == 1, "\(outcome.errors)")
        #expect(outcome.errors.hasPrefix("spike: "))
        #expect(outcome.errors.contains(message), "\(outcome.errors)")
        let after = try FileManager.default.contentsOfDirectory(atPath: program.folder.path)
        #expect(Set(after).subtracting(before).subtracting([".out", ".err"]).isEmpty, "nothing is left half-written")
    }

    @Test func aFailureKeepsTheOldOutput() throws {
        let program = try Program()
        try Data("old".utf8).write(to: program.folder.appending(path: "spikes.h5"))
        try RecordingFile.write(Signal(channels: [[1, .infinity]]), to: program.path("bad.npy"))
        #expect(try program.run("encode bad.npy --codec delta --output spikes.h5").status != 0)
        #expect(try program.text("spikes.h5") == "old")
    }
}
