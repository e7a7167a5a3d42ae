import Foundation
import SpikeEncoding
import SpikeFiles
import SpikeTuning
import Testing

/// What `encode` says of what it loses.
@Suite struct EncodeWarningTests {
    let program: Program

    init() throws { program = try Program() }

    private func write(_ channels: [[Float]]) throws {
        try RecordingFile.write(Signal(channels: channels), to: program.path("in.npy"))
    }

    @Test func clippedValuesAreAWarning() throws {
        let rows = [-1, 0, 0.25, 0.5, 1, 2, 3].map { "\($0)\n" }.joined()
        try Data("a\n\(rows)".utf8).write(to: program.folder.appending(path: "in.csv"))
        func warnings(_ options: String) throws -> String {
            let outcome = try program.run("encode in.csv --codec rate \(options) --output s.h5")
            #expect(outcome.status == 0 && !outcome.output.contains("clipped"), "\(outcome.errors)")
            return outcome.errors
        }
        #expect(
            try warnings("")
                == "spike: warning: in.csv: 3 of 7 values lie outside 0.0…1.0 and were clipped; the values reach from −1 to 3; "
                + "--minimum and --maximum set the range\n")
        #expect(
            try warnings("--minimum -1 --maximum 2").contains("1 of 7 values lies outside -1.0…2.0 and was clipped"))
        #expect(try warnings("--minimum -1 --maximum 3").isEmpty)
    }

    @Test func theErrorIsThatOfDecoding() throws {
        let values: [[Float]] = [(0..<500).map { sin(Float($0) / 30) }, (0..<500).map { cos(Float($0) / 50) }]
        try write(values)
        let outcome = try program.run("encode in.npy --codec step-forward --threshold 0.1 --output s.h5")
        #expect(outcome.status == 0 && outcome.errors.isEmpty, "\(outcome.errors)")
        let signal = Signal(channels: values)
        let error = meanSquaredError(signal, try EncodedFile.read(program.path("s.h5")).decode()).squareRoot()
        let match = try #require(outcome.output.firstMatch(of: /decoded again: RMSE ([0-9.]+), SNR ([0-9.]+) dB/))
        #expect(abs(try #require(Double(match.1)) - error) < 0.005 * error)
        let variance = values.map { channel in
            let mean = channel.reduce(0) { $0 + Double($1) } / 500
            return channel.reduce(0) { $0 + (Double($1) - mean) * (Double($1) - mean) } / 500
        }
        let ratio = 10 * log10((variance[0] + variance[1]) / 2 / (error * error))
        #expect(abs(try #require(Double(match.2)) - ratio) < 0.005 * ratio)
    }

    @Test func aCodeWorseThanTheMeanIsAWarning() throws {
        try program.writeRecording("in.csv")
        let outcome = try program.run("encode in.csv --codec lif --output s.h5")
        #expect(outcome.status == 0)
        let error = outcome.errors
        #expect(
            error.hasPrefix("spike: warning: in.csv: the spikes of column \"a_mV\" (SNR −12.9 dB), column "), "\(error)"
        )
        #expect(error.hasSuffix("than its mean; `spike compare in.csv` finds parameters that fit\n"), "\(error)")
        let named = try program.run(
            "encode in.csv --codec lif --output s.h5",
            environment: ["SPIKEKIT_COMMAND": "./my tools/spike"])
        #expect(named.errors.contains("`'./my tools/spike' compare in.csv`"), "\(named.errors)")
    }
    /// Also where a library, which does not know the program's name, writes the command.
    @Test func commandsInErrorsNameTheProgramAsItWasCalled() throws {
        try program.writeRecording("in.csv")
        #expect(try program.run("encode in.csv --codec delta --output s.csv").status == 0)
        for name in ["spike", "./spike"] {
            let outcome = try program.run(
                "compare s.csv", environment: ["SPIKEKIT_COMMAND": name])
            #expect(outcome.errors.contains("`\(name) plot --kind raster` draws it"), "\(outcome.errors)")
        }
    }
}
