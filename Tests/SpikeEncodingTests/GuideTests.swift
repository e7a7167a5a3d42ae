import Foundation
import SpikeEncoding
import Testing

/// The tables of guides say what the codecs' descriptions say. `SPIKEKIT_UPDATE_GUIDES=1` writes them anew.
@Suite struct GuideTests {
    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
    private static let descriptions = Codec.all.map { $0.description }

    /// Holds what stands between `<!-- start -->` and `<!-- end -->` to the lines given, or puts them there.
    private func expect(_ lines: [String], in file: String, after start: String, before end: String) throws {
        let url = Self.root.appending(path: file)
        let text = try String(contentsOf: url, encoding: .utf8)
        let first = try #require(text.range(of: "<!-- \(start) -->\n"), "\(file) has no <!-- \(start) -->")
        let last = try #require(
            text.range(of: "<!-- \(end) -->\n", range: first.upperBound..<text.endIndex),
            "\(file) has no <!-- \(end) -->")
        let expected = lines.map { $0 + "\n" }.joined()
        let inside = first.upperBound..<last.lowerBound
        if ProcessInfo.processInfo.environment["SPIKEKIT_UPDATE_GUIDES"] == "1" {
            try text.replacingCharacters(in: inside, with: expected).write(to: url, atomically: true, encoding: .utf8)
        } else {
            #expect(
                text[inside] == expected,
                "\(file) differs from the codecs' descriptions; SPIKEKIT_UPDATE_GUIDES=1 ./test writes it anew")
        }
    }

    @Test(arguments: descriptions.indices) func parameterTables(_ index: Int) throws {
        let codec = Self.descriptions[index]
        let isTunable = codec.isTunable
        var rows = [
            ["Option", "Swift", "Default", "Range", "Unit", "What it means"]
                + (isTunable ? ["`spike tune` searches"] : []),
            Array(repeating: "---", count: isTunable ? 7 : 6),
        ]
        for parameter in codec.parameters {
            let range: String =
                if case .words(let words) = parameter.kind { words.joined(separator: ", ") } else {
                    parameter.requirement ?? "any"
                }
            let condition = parameter.condition.map { " Goes with `\($0)`." } ?? ""
            rows.append(
                [
                    "`--\(parameter.flag)`", "`\(parameter.key)`",
                    codec.defaultText(of: parameter), range,
                    parameter.unit ?? "–", parameter.help + condition,
                ] + (isTunable ? [parameter.search?.text ?? "–"] : []))
        }
        if codec.usual.needsRange {
            rows.append(
                [
                    "`--minimum`, `--maximum`", "`ranges:`", "the recording's", "minimum < maximum", "the signal's",
                    "The range to scale by; streams must be given it.",
                ] + (isTunable ? ["–"] : []))
        }
        try expect(
            rows.map { "| " + $0.joined(separator: " | ") + " |" }, in: "Guides/\(codec.typeName).md",
            after: "parameters", before: "end of parameters")
    }

    @Test func lists() throws {
        let rows = Self.descriptions.map { codec in
            "| `\(codec.name)` | [\(codec.title)](Guides/\(codec.typeName).md) | \(codec.purpose) |"
        }
        try expect(
            ["| Codec | Guide | What it is |", "| --- | --- | --- |"] + rows, in: "README.md", after: "codecs",
            before: "end of codecs")
        for input in [CodecInput.recordings, .observations] {
            let lines = Self.descriptions.filter { $0.input == input }.map { codec in
                "- [\(codec.title)](\(codec.typeName).md): "
                    + codec.purpose.prefix(1).lowercased() + String(codec.purpose.dropFirst())
            }
            try expect(
                lines, in: "Guides/README.md", after: "codecs of \(input.rawValue)", before: "end of codecs")
        }
    }

    /// Guides of codecs have an image, and say how it is drawn.
    @Test(arguments: descriptions.indices) func images(_ index: Int) throws {
        let codec = Self.descriptions[index]
        let text = try String(contentsOf: Self.root.appending(path: "Guides/\(codec.typeName).md"), encoding: .utf8)
        let drawing = try #require(
            text.firstMatch(of: /<!-- image: .*? --codec (\S+) .*?\| .+? -->\n!\[.+?\]\((.+?)\)/))
        #expect(drawing.output.1 == codec.name)
        #expect(FileManager.default.fileExists(atPath: Self.root.appending(path: "Guides/\(drawing.output.2)").path))
        #expect(text.contains("./spike encode ") && text.contains("--codec \(codec.name)"))
    }
}
