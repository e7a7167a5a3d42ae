import Foundation
import SpikeEncoding
import SpikeFiles
import Testing

/// What the program writes, and where it refuses to.
@Suite struct OutputTests {
    /// Commands that would otherwise replace their input by what they make of it.
    static let commands = [
        "encode in.csv --codec delta --output", "tune in.csv --codec lif --output", "compare in.csv --output",
        "plot in.csv --output", "plot spikes.h5 --recording in.csv --output", "decode spikes.h5 --output",
    ]

    @Test(arguments: commands)
    func inputsAreKeptByWhateverName(_ command: String) throws {
        let program = try Program()
        try program.writeRecording("in.csv")
        #expect(try program.run("encode in.csv --codec delta --output spikes.h5").status == 0)
        let input = command.hasPrefix("decode") ? "spikes.h5" : "in.csv"
        let files = FileManager.default
        try files.createSymbolicLink(atPath: program.path("symbolic.svg"), withDestinationPath: input)
        try files.linkItem(atPath: program.path(input), toPath: program.path("hard.html"))
        try files.createDirectory(atPath: program.path("folder"), withIntermediateDirectories: true)
        let before = try Data(contentsOf: program.folder.appending(path: input))
        for name in [input, "./\(input)", "folder/../\(input)", program.path(input), "symbolic.svg", "hard.html"] {
            let outcome = try program.run("\(command) \(name)")
            #expect(outcome.status != 0 && outcome.errors.contains("\(name) is the input, too"), "\(outcome.errors)")
        }
        #expect(try Data(contentsOf: program.folder.appending(path: input)) == before)
    }

    /// Refused in no time, although a thousand million trials were asked for.
    @Test func whatCannotBeWrittenIsNotComputed() throws {
        let program = try Program()
        try program.writeRecording("in.csv")
        try program.writeRecording("other.csv")
        let before = try program.text("other.csv")
        for (name, message) in [
            ("other.csv", "the extension .csv is not supported for writing here; use .html or .htm"),
            ("x.svg", "use .html or .htm"), ("x", "a name without extension"), ("nowhere/x.html", "no folder nowhere/"),
            (".", "without extension"), ("folder.html", "it is a directory"),
        ] {
            if name == "folder.html" {
                try FileManager.default.createDirectory(
                    atPath: program.path(name), withIntermediateDirectories: true)
            }
            let outcome = try program.run("compare in.csv --evaluations 10000000 --output \(name)")
            #expect(outcome.status != 0 && outcome.errors.contains(message), "\(outcome.errors)")
        }
        #expect(try program.text("other.csv") == before)
        #expect(try program.run("compare in.csv --evaluations 5 --output x.HTM").status == 0)
        #expect(try program.text("x.HTM").hasPrefix("<!DOCTYPE html>"))
    }

    /// A converter that says how it was called and how its input begins.
    private func writeConverter(_ name: String, _ program: Program, body: String? = nil) throws {
        try FileManager.default.createDirectory(atPath: program.path("bin"), withIntermediateDirectories: true)
        let text = "#!/bin/sh\n" + (body ?? "printf '%s:' \"$*\"; exec /usr/bin/head -c 4") + "\n"
        try text.write(toFile: program.path("bin/\(name)"), atomically: true, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: program.path("bin/\(name)"))
    }

    @Test func otherFormatsAreConverted() throws {
        let program = try Program()
        try program.writeRecording("in.csv")
        let environment = ["PATH": "/nowhere:\(program.path("bin"))"]
        let missing = try program.run("plot in.csv --output x.png", environment: environment)
        #expect(
            missing.status != 0 && missing.errors.contains("apt-get install librsvg2-bin")
                && missing.errors.contains("write a .svg file"), "\(missing.errors)")
        #expect(!program.exists("x.png"))
        try writeConverter("cairosvg", program)
        #expect(try program.run("plot in.csv --output x.pdf", environment: environment).status == 0)
        #expect(try program.text("x.pdf") == "--format pdf --scale 1 -:<svg")
        try writeConverter("rsvg-convert", program)
        #expect(try program.run("plot in.csv --output x.PNG", environment: environment).status == 0)
        #expect(try program.text("x.PNG") == "--format png --zoom 2:<svg")
        #expect(
            try program.run("tune in.csv --codec lif --evaluations 5 --output t.pdf", environment: environment).status
                == 0)
        #expect(try program.text("t.pdf") == "--format pdf --zoom 1:<svg")
    }

    @Test(arguments: ["echo first >&2; echo 'no font' >&2; exit 3", "echo 'no font' >&2; exit 0"])
    func aConverterThatFailsIsQuoted(_ body: String) throws {
        let program = try Program()
        try program.writeRecording("in.csv")
        try writeConverter("rsvg-convert", program, body: body)
        try Data("old".utf8).write(to: program.folder.appending(path: "x.png"))
        let outcome = try program.run("plot in.csv --output x.png", environment: ["PATH": program.path("bin")])
        #expect(outcome.status != 0)
        #expect(outcome.errors.hasSuffix("rsvg-convert could not convert the plot: no font\n"), "\(outcome.errors)")
        #expect(try program.text("x.png") == "old")
    }

    @Test func aConverterThatCannotBeRunIsNamed() throws {
        let program = try Program()
        try program.writeRecording("in.csv")
        try FileManager.default.createDirectory(
            atPath: program.path("bin/rsvg-convert"), withIntermediateDirectories: true)
        let outcome = try program.run("plot in.csv --output x.png", environment: ["PATH": program.path("bin")])
        #expect(outcome.errors.hasSuffix("/bin/rsvg-convert cannot be run; write a .svg file\n"), "\(outcome.errors)")
        #expect(outcome.status != 0 && !program.exists("x.png"))
    }

    private static let hasConverter = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").contains
    {
        FileManager.default.isExecutableFile(atPath: "\($0)/rsvg-convert")
    }

    /// IHDR holds width and height, big-endian, from byte 16.
    @Test(.enabled(if: hasConverter, "needs rsvg-convert"))
    func imageFilesHaveTwoPixelsForEachOfThePlots() throws {
        let program = try Program()
        try program.writeRecording("in.csv")
        for name in ["x.svg", "x.png", "x.pdf"] {
            #expect(try program.run("plot in.csv --output \(name)").status == 0)
        }
        let height = try #require(
            program.text("x.svg").firstMatch(of: #/<svg [^>]* height="([0-9.]+)"/#).flatMap { Double($0.1) })
        let image = [UInt8](try Data(contentsOf: program.folder.appending(path: "x.png")))
        #expect(Array(image[..<8]) == [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A])
        let size = [16, 20].map { image[$0..<$0 + 4].reduce(0) { $0 * 256 + Int($1) } }
        #expect(size[0] == 1520 && abs(Double(size[1]) - 2 * height) <= 1)
        #expect(try Data(contentsOf: program.folder.appending(path: "x.pdf")).prefix(5) == Data("%PDF-".utf8))
    }
}
