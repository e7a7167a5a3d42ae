import Foundation
import SpikeEncoding
import Testing

/// What `spike codecs` prints, and the options that commands have, follow from the codecs' descriptions.
@Suite struct CodecsTests {
    private static let descriptions = Codec.all.map { $0.description }

    @Test func listsEveryCodec() throws {
        let lines = try Program().run("codecs").output.split(separator: "\n")
        for codec in Self.descriptions {
            #expect(lines.contains { $0.hasPrefix("\(codec.name) ") && $0.hasSuffix(codec.purpose) }, "\(codec.name)")
        }
    }

    @Test(arguments: Codec.names) func describesACodec(_ name: String) throws {
        let program = try Program()
        let codec = try #require(Self.descriptions.first { $0.name == name })
        let text = try program.run("codecs \(name)").output
        #expect(text.hasPrefix("\(name): \(codec.title)\n\(codec.purpose)\n"))
        #expect(text.contains("Source: \(codec.source)\n"))
        for parameter in codec.parameters {
            let line = text.split(separator: "\n").first { $0.hasPrefix("--\(parameter.flag) ") }
            #expect(line?.contains(parameter.help) == true, "\(parameter.flag)")
        }
        let data = Data(try program.run("codecs \(name) --json").output.utf8)
        let document = try #require(JSONSerialization.jsonObject(with: data) as? [String: Any])
        #expect(document["name"] as? String == name && document["takes"] as? String == codec.input.rawValue)
        let parameters = try #require(document["parameters"] as? [[String: Any]])
        #expect(parameters.map { $0["option"] as? String } == codec.parameters.map { "--\($0.flag)" })
        for (entry, parameter) in zip(parameters, codec.parameters) {
            #expect(entry["requirement"] as? String == parameter.requirement)
            #expect((entry["default"] == nil) == (parameter.fromData != nil))
        }
    }

    @Test func listsJSON() throws {
        let data = Data(try Program().run("codecs --json").output.utf8)
        let codecs = try #require(JSONSerialization.jsonObject(with: data) as? [[String: Any]])
        #expect(codecs.map { $0["name"] as? String } == Codec.names)
        let lif = try #require(codecs.first { $0["name"] as? String == "lif" })
        #expect(lif["type"] as? String == "LeakyIntegrateAndFire")
        let membrane = try #require((lif["parameters"] as? [[String: Any]])?[1])
        #expect(membrane["name"] as? String == "membraneConstant" && membrane["option"] as? String == "--membrane")
        #expect(membrane["default"] as? String == "0.9" && membrane["requirement"] as? String == "> 0 and <= 1")
        #expect((membrane["upper"] as? [String: Any])?["value"] as? Double == 1)
        #expect(membrane["searched"] as? String == "0.01 to 1")
    }

    @Test func anUnknownCodecIsNamed() throws {
        let outcome = try Program().run("codecs sonar")
        #expect(outcome.status == 64 && outcome.errors.contains("The value 'sonar' is invalid"))
        #expect(outcome.errors.contains("receptive-fields"))
    }

    @Test(arguments: ["encode", "tune"]) func helpHasEveryOption(_ command: String) throws {
        let help = try Program().run("\(command) --help").output.replacing(/\s+/, with: " ")
        for codec in Self.descriptions {
            #expect(help.contains(codec.name))
            for parameter in codec.parameters {
                #expect(help.contains(" --\(parameter.flag) <"), "\(parameter.flag)")
                #expect(help.contains(String(parameter.help.dropLast())), "\(parameter.help)")
            }
        }
    }

    /// Options of other codecs are refused, with the codec's own named; every value is read as the codec's.
    @Test(arguments: Codec.names) func optionsAreThoseOfTheCodec(_ name: String) throws {
        let program = try Program()
        try program.writeRecording("in.csv")
        let codec = try #require(Self.descriptions.first { $0.name == name })
        let own = codec.parameters.map(\.flag) + (codec.usual.needsRange ? ["minimum", "maximum"] : [])
        for flag in Set(Self.descriptions.flatMap { $0.parameters.map(\.flag) }).sorted() {
            let outcome = try program.run("encode in.csv --codec \(name) --\(flag) % --output x.npy")
            #expect(outcome.status == 64, "\(flag): \(outcome.errors)")
            if own.contains(flag) || flag == "seed" {
                #expect(outcome.errors.contains("The value '%' is invalid for '--\(flag) <"), "\(outcome.errors)")
            } else {
                let list = own.map { "--\($0)" }.joined(separator: ", ")
                #expect(outcome.errors.contains("\(name) has no --\(flag); it has \(list)"), "\(outcome.errors)")
            }
        }
        #expect(!program.exists("x.npy"))
    }

    @Test func valuesMayBeNegativeAndFollowAnEqualsSign() throws {
        let program = try Program()
        try program.writeRecording("in.csv")
        for options in ["--threshold=-1", "--threshold -1"] {
            let outcome = try program.run("encode in.csv --codec delta \(options) --output x.npy")
            #expect(outcome.errors.contains("delta: threshold must be finite and > 0, got -1"), "\(outcome.errors)")
        }
        let outcome = try program.run(
            "encode in.csv --codec rate --minimum=-1,-2,-3 --maximum 1,2,3 --conversion poisson --seed=9 --output x.h5")
        #expect(outcome.status == 0, "\(outcome.errors)")
    }
}
