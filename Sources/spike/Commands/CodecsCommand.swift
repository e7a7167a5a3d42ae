import ArgumentParser
import Foundation
import SpikeCommandLine
import SpikeEncoding

struct CodecsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "codecs",
        abstract: "Lists the codecs, or one codec's parameters.",
        discussion: """
            spike codecs
            spike codecs lif
            spike codecs --json
            """)

    @Argument(
        help: ArgumentHelp("The codec to describe; without a name, all codecs are listed in brief.", valueName: "NAME"))
    var name: CodecName?

    @Flag(help: "Print JSON.")
    var json = false

    func run() throws {
        if json {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
            let all = Codec.all.map { CodecSummary($0.description) }
            let data = try name.map { try encoder.encode(CodecSummary($0.description)) } ?? encoder.encode(all)
            print(String(decoding: data, as: UTF8.self))
        } else {
            print(name.map { CodecSummary($0.description).text } ?? list)
        }
    }

    private var list: String {
        let rows = Codec.all.map { type in
            let codec = CodecSummary(type.description)
            return [codec.name, codec.takes, codec.dialects.joined(separator: ", "), codec.purpose]
        }
        let table = TextTable(header: ["codec", "takes", "dialects", "what it is"], rows: rows, textColumns: 4)
        return table.text + "\n\n`spike codecs NAME` lists a codec's parameters."
    }
}
