import Foundation
import SpikeEncoding
import SpikeFiles
import Testing

@Suite struct EncodeDecodeTests {
    static let commands = [
        "--codec step-forward --threshold 0.2", "--codec bsa --order 12 --cutoff 0.15 --threshold 0.6",
        "--codec pwm --frequency 40,50,60", "--codec lif --threshold 0.3 --membrane 0.8",
        "--codec delta --threshold 0.05",
        "--codec rate-step-forward", "--codec step-forward --dialect reference", "--codec pwm --dialect reference",
        "--codec lif --dialect reference", "--codec bsa --dialect reference",
    ]

    @Test(arguments: commands)
    func recordingsPassThroughFiles(_ options: String) throws {
        let program = try Program()
        try program.writeRecording("in.csv")
        for output in ["spikes.h5", "spikes.npy", "spikes.csv"] {
            let outcome = try program.run("encode in.csv \(options) --output \(output)")
            #expect(
                outcome.status == 0 && outcome.errors.split(separator: "\n").allSatisfy { $0.contains("further from") },
                "\(outcome.errors)")
            #expect(outcome.output.contains("3 units × 400 steps"))
        }
        let encoded = try EncodedFile.read(program.path("spikes.h5"))
        let signal = try RecordingFile.read(program.path("in.csv"))
        #expect(encoded.samplingRate == 100 && encoded.unit == "mV")
        let array = try NPYArray.read(program.path("spikes.npy"))
        #expect(array.shape == [3, 400])
        if let amplitudes = encoded.spikes.amplitudes {
            #expect(array.elements == .float32(amplitudes))
        } else {
            #expect(array.elements == .int8(encoded.spikes.signs))
        }
        #expect(try encoded.codec.encode(signal) == encoded)

        for output in ["out.npy", "out.csv", "out.wav"] {
            #expect(try program.run("decode spikes.h5 --output \(output)").status == 0)
            let decoded = try RecordingFile.read(program.path(output))
            #expect(try decoded.values == encoded.decode().values, "\(output)")
        }
    }

    @Test func observationsBecomeStepsByUnits() throws {
        let program = try Program()
        try NPYArray(shape: [2], elements: .float64([1.8, 0])).write(to: program.path("one.npy"))
        try NPYArray(shape: [3, 2], elements: .float64([1.8, 0, -1, 2, 0, 5])).write(to: program.path("many.npy"))
        let fields =
            "--codec receptive-fields --bins 3 --minimum -2,-5 --maximum 2,5 --steps 10 --conversion deterministic"
        #expect(try program.run("encode one.npy \(fields) --output one-spikes.npy").status == 0)
        let one = try NPYArray.read(program.path("one-spikes.npy"))
        #expect(one.shape == [10, 6])
        #expect(try program.run("encode many.npy \(fields) --output many-spikes.npy").status == 0)
        #expect(try NPYArray.read(program.path("many-spikes.npy")).shape == [10, 3, 6])

        try NPYArray(shape: [4], elements: .float64([0, 0.1, 0.5, 1])).write(to: program.path("rates.npy"))
        #expect(try program.run("encode rates.npy --codec rate --steps 10 --output rates-spikes.npy").status == 0)
        let rates = try NPYArray.read(program.path("rates-spikes.npy"))
        #expect(rates.shape == [10, 4])
        let counts = (0..<4).map { unit in (0..<10).reduce(0) { $0 + Int(rates.doubles()[$1 * 4 + unit]) } }
        #expect(counts == [0, 1, 5, 10])

        #expect(try program.run("encode many.npy \(fields) --output many.h5").status == 0)
        #expect(try program.run("decode many.h5 --output back.npy").status == 0)
        #expect(try NPYArray.read(program.path("back.npy")).shape == [3, 2])
    }

    @Test func clippedValuesAreCounted() throws {
        let program = try Program()
        try NPYArray(shape: [3], elements: .float32([-1, 0.5, 7])).write(to: program.path("x.npy"))
        let outcome = try program.run("encode x.npy --codec rate --output y.npy")
        #expect(
            outcome.output.contains("1 observation of 3 features")
                && outcome.errors.contains("2 of 3 values lie outside"))
    }

    /// Every option that a codec has changes what it does.
    @Test(arguments: [
        ("step-forward", ["--threshold 0.1", "--threshold 0.1,0.2,0.3", "--polarity unipolar", "--dialect reference"]),
        (
            "bsa",
            ["--threshold 0.9", "--order 20", "--cutoff 0.1", "--dialect reference", "--minimum -9", "--maximum 9"]
        ),
        ("pwm", ["--frequency 33", "--polarity unipolar", "--dialect reference", "--minimum -9", "--maximum 9"]),
        (
            "lif",
            ["--threshold 0.9", "--membrane 0.5", "--polarity unipolar", "--dialect reference", "--minimum -9,-8,-7"]
        ),
        ("delta", ["--threshold 0.3", "--padding edge", "--polarity unipolar"]),
        ("rate-step-forward", ["--threshold 2", "--padding zero"]),
        (
            "receptive-fields --minimum -4 --maximum 4",
            [
                "--bins 4", "--sigma 0.3", "--steps 5", "--maximum-rate 0.5", "--conversion deterministic", "--seed 5",
                "--minimum -5", "--maximum 3",
            ]
        ),
        ("receptive-fields --minimum -4 --maximum 4 --conversion deterministic", ["--dialect reference"]),
        (
            "rate",
            [
                "--steps 5", "--maximum-rate 0.5", "--conversion poisson", "--minimum -5", "--maximum 3",
                "--dialect reference",
            ]
        ),
    ])
    func everyOptionChangesTheResult(_ codec: String, _ options: [String]) throws {
        let program = try Program()
        // Starts away from 0, so that paddings differ.
        let rows = (1...3).map { channel in (0..<200).map { 0.4 + Float(channel) * sin(Float($0) * 0.1) } }
        try RecordingFile.write(Signal(channels: rows), to: program.path("in.csv"))
        #expect(try program.run("encode in.csv --codec \(codec) --output plain.h5").status == 0)
        let plain = try EncodedFile.read(program.path("plain.h5"))
        for option in options {
            // An option may be given only once.
            let others = codec.replacing(try Regex("\(option.prefix { $0 != " " }) [^ ]+"), with: "")
            let outcome = try program.run("encode in.csv --codec \(others) \(option) --output other.h5")
            #expect(outcome.status == 0, "\(option): \(outcome.errors)")
            let other = try EncodedFile.read(program.path("other.h5"))
            #expect(try other.spikes != plain.spikes || other.decode() != plain.decode(), "\(option)")
        }
    }

    @Test func decodingStartsWhereItIsTold() throws {
        let program = try Program()
        try program.writeRecording("in.csv")
        #expect(try program.run("encode in.csv --codec delta --output d.h5").status == 0)
        #expect(try program.run("decode d.h5 --initial-value -1,2,3 --output d.npy").status == 0)
        let decoded = try RecordingFile.read(program.path("d.npy"))
        #expect((0..<3).map { decoded[$0, 0] } == [-1, 2, 3])
    }

    @Test func ratesOfARecordingKeepItsTimeAndNames() throws {
        let program = try Program()
        try program.writeRecording("in.csv")
        #expect(try program.run("encode in.csv --codec rate --minimum -4 --maximum 4 --output r.h5").status == 0)
        let encoded = try EncodedFile.read(program.path("r.h5"))
        #expect(encoded.samplingRate == 100 && encoded.unit == "mV" && encoded.stepRate == 1600)
        #expect(encoded.channels.map(\.name) == ["a_mV", "b_mV", "c_mV"])
        #expect(try program.run("encode in.csv --codec rate --sampling-rate 50 --output r.h5").status == 0)
        #expect(try EncodedFile.read(program.path("r.h5")).samplingRate == 50)
    }

    @Test func threadsAndSamplingRateAreTaken() throws {
        let program = try Program()
        try RecordingFile.write(Signal(channels: [[1, 2, 3, 1]]), to: program.path("in.npy"))
        #expect(
            try program.run("encode in.npy --codec delta --sampling-rate 250 --threads 1 --output d.h5").status == 0)
        #expect(try EncodedFile.read(program.path("d.h5")).samplingRate == 250)
    }
}
