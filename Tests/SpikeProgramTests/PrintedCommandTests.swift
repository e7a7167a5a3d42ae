import Foundation
import SpikeEncoding
import SpikeFiles
import SpikeTuning
import Testing

/// What `tune` and `compare` print as commands gives the same result when a shell runs it.
@Suite struct PrintedCommandTests {
    static let names = [
        "plain.csv", "it's \"a\" $HOME `id`.csv", "-first --codec.csv", "Zürich µV 日本.csv", "~ #&;*.csv",
    ]

    /// Three channels of 400 samples without a rate, with values on the borders between numbers of spikes.
    private func write(_ name: String, in program: Program) throws {
        func value(_ row: Int, _ channel: Int) -> Double {
            (sin(Double(row) * 0.06) * 8 * Double(channel)).rounded() / 10
        }
        let rows: [String] = (0..<400).map { "\(value($0, 1)),\(value($0, 2)),\(value($0, 3))" }
        try Data(("a_mV,b_mV,c_mV\n" + rows.joined(separator: "\n") + "\n").utf8)
            .write(to: program.folder.appending(path: name))
    }

    private func json(_ text: String) throws -> [String: Any] {
        try #require(JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any], "\(text)")
    }

    private func figures(_ document: [String: Any], _ list: String, _ keys: [String]) throws -> [[Double?]] {
        try #require(document[list] as? [[String: Any]]).map { entry in keys.map { entry[$0] as? Double } }
    }

    @Test(arguments: Tuner.tunableCodecs, names)
    func tunesCommandsRepeat(_ codec: String, _ name: String) throws {
        let program = try Program()
        try write(name, in: program)
        let file = name.hasPrefix("-") ? "./" + name : name
        let outcome = try program.run(
            words: [
                "tune", file, "--codec", codec, "--sampling-rate", "250", "--evaluations", "40", "--seed", "7",
                "--spikes-per-second", "110", "--json",
            ])
        #expect(outcome.status == 0, "\(outcome.errors)")
        let result = try json(outcome.output)
        let keys = ["mse", "spikes", "spikesPerSecond", "trials"]

        let encoding = try program.shell(try #require(result["command"] as? String))
        #expect(encoding.status == 0, "\(encoding.errors)")
        let encoded = try EncodedFile.read(program.path("spikes.h5"))
        #expect(encoded.samplingRate == 250)
        let signal = try RecordingFile.read(program.path(name))
        for (channel, figures) in try figures(result, "channels", keys).enumerated() {
            #expect(encoded.spikes.spikeCount(ofUnits: channel..<channel + 1) == Int(figures[1]!))
            let mse = try meanSquaredError(
                signal.choosing(channels: [channel]), encoded.decode().choosing(channels: [channel]))
            #expect(abs(mse - figures[0]!) <= 1e-9 * mse)
        }

        let again = try program.shell("\(try #require(result["tuneCommand"] as? String)) --json")
        #expect(again.status == 0, "\(again.errors)")
        #expect(try figures(json(again.output), "channels", keys) == figures(result, "channels", keys))
    }

    @Test func tunesTextHasTheSameCommands() throws {
        let program = try Program()
        try write("a b.csv", in: program)
        let words = ["tune", "a b.csv", "--codec", "lif", "--evaluations", "20"]
        let result = try json(program.run(words: words + ["--json"]).output)
        let lines = try program.run(words: words).output.split(separator: "\n").map {
            $0.trimmingCharacters(in: .whitespaces)
        }
        #expect(lines.contains(try #require(result["command"] as? String)))
        #expect(lines.contains(try #require(result["tuneCommand"] as? String)))
    }

    @Test(arguments: names) func comparesCommandsRepeat(_ name: String) throws {
        let program = try Program()
        try write(name, in: program)
        let file = name.hasPrefix("-") ? "./" + name : name
        let outcome = try program.run(
            words: [
                "compare", file, "--sampling-rate", "250", "--evaluations", "30", "--seed", "9", "--spikes-per-second",
                "3000", "--time-limit", "500", "--json", "--output", "report.html",
            ])
        #expect(outcome.status == 0, "\(outcome.errors)")
        let result = try json(outcome.output)
        let keys = ["rmse", "spikesPerSecond", "sparsity", "bitsPerSecond"]
        let command = try #require(result["command"] as? String)
        let again = try program.shell("\(command) --json")
        #expect(again.status == 0, "\(again.errors)")
        #expect(try figures(json(again.output), "codecs", keys) == figures(result, "codecs", keys))

        let report = try program.text("report.html").replacing(/<\/?span[^>]*>/, with: "")
            .replacing("&#39;", with: "'").replacing("&quot;", with: "\"").replacing("&lt;", with: "<")
            .replacing("&gt;", with: ">").replacing("&amp;", with: "&")
        #expect(report.contains("<pre><code>\(command)</code></pre>"))
        let signal = try RecordingFile.read(program.path(name))
        for entry in try #require(result["codecs"] as? [[String: Any]]) {
            let command = try #require(entry["command"] as? String)
            #expect(report.contains("<pre><code>\(command)</code></pre>"))
            let encoding = try program.shell(command)
            #expect(encoding.status == 0, "\(encoding.errors)")
            let encoded = try EncodedFile.read(program.path("spikes.h5"))
            #expect(encoded.samplingRate == 250)
            let spikesPerSecond = Double(encoded.spikes.spikeCount) / 1200 * 250
            #expect(abs(spikesPerSecond - (entry["spikesPerSecond"] as! Double)) < 1e-9 * spikesPerSecond, "\(command)")
            let rmse = meanSquaredError(signal, try encoded.decode()).squareRoot()
            #expect(abs(rmse - (entry["rmse"] as! Double)) <= 1e-9 * rmse, "\(command)")
        }
    }

    @Test func theDemosCommandRepeats() throws {
        let program = try Program()
        let outcome = try program.run("demo --only signals --evaluations 20 --seed 4 --json")
        let result = try json(outcome.output)
        let command = try #require(result["command"] as? String)
        #expect(command == "spike demo --only signals --evaluations 20 --seed 4")
        let again = try json(program.shell("\(command) --json").output)
        #expect(try figures(again, "codecs", ["rmse"]) == figures(result, "codecs", ["rmse"]))
    }

    @Test func hintsAreQuoted() throws {
        let program = try Program()
        try Data("{}".utf8).write(to: program.folder.appending(path: "my trials.json"))
        let outcome = try program.run(words: ["plot", "my trials.json", "--output", "x.svg"])
        #expect(outcome.errors.contains("`spike tune … --output 'my trials.json'`"), "\(outcome.errors)")
    }
}
