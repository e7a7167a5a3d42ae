import Foundation
import SpikeEncoding
import SpikeFiles
import SpikeTuning
import Testing

@Suite struct TuneCompareTests {
    private func json(_ text: String) throws -> [String: Any] {
        try #require(JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    }

    @Test(arguments: Tuner.tunableCodecs)
    func tuneFindsWhatItPrints(_ codec: String) throws {
        let program = try Program()
        try program.writeRecording("in.csv")
        let options = "--codec \(codec) --evaluations 60 --seed 3"
        let outcome = try program.run("tune in.csv \(options) --json --output trials.json")
        #expect(outcome.status == 0, "\(outcome.errors)")
        let channels = try #require(try json(outcome.output)["channels"] as? [[String: Any]])
        #expect(channels.map { $0["name"] as? String } == ["a_mV", "b_mV", "c_mV"])
        let again = try program.run("tune in.csv \(options) --json --threads 1")
        let repeated = try #require(try json(again.output)["channels"] as? [[String: Any]])
        #expect(channels.map { $0["mse"] as? Double } == repeated.map { $0["mse"] as? Double })

        // The command it proposes encodes with the error it found.
        let text = try program.run("tune in.csv \(options)").output
        let proposal = try #require(text.split(separator: "\n").last { $0.contains("spike encode") })
        #expect(
            try program.run(proposal.replacing("spike encode", with: "encode").trimmingCharacters(in: .whitespaces))
                .status == 0)
        let decoded = try EncodedFile.read(program.path("spikes.h5")).decode()
        let signal = try RecordingFile.read(program.path("in.csv"))
        for (channel, entry) in channels.enumerated() {
            let squares = zip(decoded.channel(channel), signal.channel(channel)).map { Double(($0 - $1) * ($0 - $1)) }
            let mse = squares.reduce(0, +) / Double(squares.count)
            // The difference is squared in Float32 here.
            #expect(abs(mse - (entry["mse"] as! Double)) <= 1e-5 * mse)
        }

        #expect(try program.run("plot trials.json --output history.svg").status == 0)
        #expect(try program.text("history.svg").contains("</svg>"))
        #expect(try program.run("tune in.csv \(options) --output direct.svg").status == 0)
        #expect(try program.text("direct.svg").contains("trial"))
    }

    @Test func tuneKeepsTheBudgetAndTheDialect() throws {
        let program = try Program()
        try program.writeRecording("in.csv")
        let outcome = try program.run(
            "tune in.csv --codec step-forward --spikes-per-second 12 --dialect reference --polarity unipolar --json")
        let result = try json(outcome.output)
        for channel in try #require(result["channels"] as? [[String: Any]]) {
            #expect((channel["spikesPerSecond"] as! Double) <= 12)
        }
        let codec = try #require(result["codec"] as? [String: Any])
        #expect(codec["dialect"] as? String == "reference" && codec["polarity"] as? String == "unipolar")
    }

    @Test func compareRanksEveryCodec() throws {
        let program = try Program()
        try program.writeRecording("in.csv")
        let outcome = try program.run("compare in.csv --evaluations 60 --json --output report.html")
        #expect(outcome.status == 0, "\(outcome.errors)")
        let codecs = try #require(try json(outcome.output)["codecs"] as? [[String: Any]])
        #expect(Set(codecs.map { $0["codec"] as! String }) == Set(Codec.names))
        let errors = codecs.map { $0["rmse"] as! Double }
        #expect(errors == errors.sorted())
        for entry in codecs {
            for key in [
                "spikesPerSecond", "sparsity", "bitsPerSecond", "encodeNanosecondsPerSample",
                "decodeNanosecondsPerSample",
            ] {
                #expect(entry[key] as? Double != nil, "\(key)")
            }
            // Each command that is shown can be run.
            let command = (entry["command"] as! String).replacing("spike encode", with: "encode")
            #expect(try program.run(command).status == 0, "\(command)")
        }
        let report = try program.text("report.html")
        for name in Codec.names { #expect(report.contains(name)) }
        #expect(!report.contains("https://"))

        let table = try program.run("compare in.csv --evaluations 30 --spikes-per-second 20").output
        #expect(table.contains("step-forward") && !table.contains("receptive-fields"))
    }

    @Test func plotsOfRecordingsAndSpikes() throws {
        let program = try Program()
        try program.writeRecording("in.csv")
        #expect(try program.run("encode in.csv --codec step-forward --threshold 0.2 --output s.h5").status == 0)
        var images: [String] = []
        for arguments in [
            "plot in.csv", "plot in.csv --from 1 --to 2", "plot in.csv --title Breath", "plot s.h5",
            "plot s.h5 --kind traces",
            "plot s.h5 --recording in.csv", "plot s.h5 --to 1",
        ] {
            let outcome = try program.run("\(arguments) --output p.svg")
            #expect(outcome.status == 0, "\(arguments): \(outcome.errors)")
            let image = try program.text("p.svg")
            #expect(image.hasPrefix("<svg") && !images.contains(image), "\(arguments)")
            images.append(image)
        }
    }

    @Test func helpListsEveryCommandAndHasExamples() throws {
        let program = try Program()
        let help = try program.run("--help").output
        for command in ["demo", "encode", "decode", "tune", "compare", "plot"] {
            #expect(help.contains(command))
            #expect(try program.run("\(command) --help").output.contains("spike \(command)"))
        }
        #expect(try program.run("--version").output.contains("SpikeKit"))
    }
}
