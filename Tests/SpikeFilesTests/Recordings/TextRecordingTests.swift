import FileTestSupport
import SpikeEncoding
import Testing

@testable import SpikeFiles

@Suite struct TextRecordingTests {
    private func read(_ text: String, _ name: String = "a.csv", samplingRate: Double? = nil) throws -> Signal {
        try withFile(name, text) { try RecordingFile.read($0, samplingRate: samplingRate) }
    }

    struct Dialect: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let text: String
        var names: [String] = []
    }

    /// Each is [1.5, −2], [3, 0.25], a row a sample.
    @Test(arguments: [
        Dialect(testDescription: "commas", text: "1.5,-2\n3,0.25\n"),
        Dialect(testDescription: "no last newline", text: "1.5,-2\n3,0.25"),
        Dialect(testDescription: "commas with spaces", text: " 1.5 , -2 \n 3, 0.25\n"),
        Dialect(testDescription: "semicolons", text: "1.5;-2\n3;0.25\n"),
        Dialect(testDescription: "semicolons and decimal commas", text: "1,5;-2\n3;0,25\n"),
        Dialect(testDescription: "fraction only later", text: "a;b\n1,5;-2\n3,0;0,25\n", names: ["a", "b"]),
        Dialect(testDescription: "tabs", text: "1.5\t-2\n3\t0.25\n"),
        Dialect(testDescription: "tabs and decimal commas", text: "x\ty\n1,5\t-2\n3\t0,25\n", names: ["x", "y"]),
        Dialect(testDescription: "spaces", text: "  1.5   -2\n3 0.25  \n"),
        Dialect(testDescription: "spaces and decimal commas", text: "1,5 -2\n3,0 0,25\n"),
        Dialect(testDescription: "bars", text: "1.5|-2\n3|0.25\n"),
        Dialect(testDescription: "CRLF", text: "a,b\r\n1.5,-2\r\n3,0.25\r\n", names: ["a", "b"]),
        Dialect(testDescription: "byte-order mark", text: "\u{FEFF}a,b\n1.5,-2\n3,0.25\n", names: ["a", "b"]),
        Dialect(testDescription: "byte-order mark, no header", text: "\u{FEFF}1.5,-2\n3,0.25\n"),
        Dialect(
            testDescription: "comments and blank lines",
            text: "# made by\n\n  # hand\na,b\n\n1.5,-2\n#3,4\n \n3,0.25\n\n",
            names: ["a", "b"]),
        Dialect(testDescription: "comments, no header", text: "# made by\n\n1.5,-2\n\n3,0.25\n\n"),
        Dialect(testDescription: "trailing delimiters", text: "a,b,\n1.5,-2,\n3,0.25,\n", names: ["a", "b"]),
        Dialect(
            testDescription: "trailing delimiters of some lines", text: "a,b,\n1.5,-2,\n3,0.25\n", names: ["a", "b"]),
        Dialect(testDescription: "trailing delimiters of rows", text: "a;b\n1,5;-2;\n3;0,25; \n", names: ["a", "b"]),
        Dialect(
            testDescription: "trailing delimiter of the header", text: "a,b,\n1.5,-2\n3,0.25\n", names: ["a", "b"]),
        Dialect(testDescription: "trailing delimiters, no header", text: "1.5,-2,\n3,0.25,\n"),
        Dialect(testDescription: "trailing tabs", text: "a\tb\t\n1.5\t-2\t\n3\t0.25\t\n", names: ["a", "b"]),
        Dialect(
            testDescription: "empty columns at the end", text: "a,b,,,\n1.5,-2,,,\n3,0.25,,,\n", names: ["a", "b"]),
        Dialect(testDescription: "several CR", text: "a,b\r\r\n1.5,-2\r\r\n3,0.25\r\r\n", names: ["a", "b"]),
        Dialect(
            testDescription: "doubled quotes", text: "\"the \"\"left\"\" one\",\"\"\"b\"\"\"\n1.5,-2\n3,0.25\n",
            names: ["the \"left\" one", "\"b\""]),
        Dialect(testDescription: "inches", text: "5\" pipe,b\n1.5,-2\n3,0.25\n", names: ["5\" pipe", "b"]),
        Dialect(testDescription: "exponents", text: "+15e-1,-0.02E+2\n.3e1,25.e-2\n"),
        Dialect(
            testDescription: "many digits", text: "1.50000000000000000000000,-2\n3,0.2500000000000000000000000001\n"),
        Dialect(
            testDescription: "quoted header", text: "\"a, left\",\"b\"\n1.5,-2\n3,0.25\n", names: ["a, left", "b"]),
        Dialect(
            testDescription: "quoted numbers", text: "\"a\",\"b\"\n\"1.5\",\" -2\"\n\"3\",\"0.25\"\n",
            names: ["a", "b"]),
        Dialect(
            testDescription: "names with spaces", text: "left arm, right arm\n1.5,-2\n3,0.25\n",
            names: ["left arm", "right arm"]),
    ])
    func recognises(_ dialect: Dialect) throws {
        let signal = try read(dialect.text)
        #expect(signal == Signal(channels: [[1.5, 3], [-2, 0.25]], channelNames: dialect.names))
    }

    @Test func readsASingleColumn() throws {
        #expect(try read("1\n2\n3\n", "a.txt").values == [1, 2, 3])
        #expect(
            try read("ECG (mV)\n1,5\n2,5\n") == Signal(channels: [[1.5, 2.5]], channelNames: ["ECG (mV)"], unit: "mV"))
        #expect(try read("7").values == [7])
    }

    @Test func readsNaNAndInfinity() throws {
        let signal = try read("nan,-Inf\nNaN,+infinity\n")
        #expect(signal.values[0].isNaN && signal.values[1].isNaN)
        #expect(signal.values[2...] == [-.infinity, .infinity])
    }

    struct Flaw: CustomTestStringConvertible, Sendable {
        let text: String
        let message: String
        var testDescription: String { message }
    }

    @Test(arguments: [
        Flaw(text: "1,2\n3,x4\n", message: "line 2: field 2 is \"x4\", not a number"),
        Flaw(text: "a,b\n1,2\n\n# c\n3,4,5\n", message: "line 5: 3 fields where the header has 2: \"3,4,5\""),
        Flaw(text: "1,2\n3\n", message: "line 2: 1 field where line 1 has 2: \"3\""),
        Flaw(text: "a,b\n1,\n", message: "line 2: field 2 (\"b\") is empty"),
        Flaw(text: "1,2\n,4\n", message: "line 2: field 1 is empty"),
        Flaw(text: "1,2\n3,4 5\n", message: "line 2: field 2 is \"4 5\", not a number"),
        Flaw(text: "1 2\n3 4-5\n", message: "line 2: field 2 is \"4-5\", not a number"),
        Flaw(text: "1 2\n3\n", message: "line 2: 1 field where line 1 has 2: \"3\""),
        Flaw(text: "1,2\n3,0x10\n", message: "line 2: field 2 is \"0x10\", not a number"),
        Flaw(text: "1,2\n3,1e\n", message: "line 2: field 2 is \"1e\", not a number"),
        Flaw(text: "1;2,5\n3.5;4\n", message: "line 2: decimal point and decimal comma in one file: \"3.5;4\""),
        Flaw(text: "1,2\n3,4,\n", message: "line 2: 3 fields where line 1 has 2: \"3,4,\""),
        Flaw(text: "a,b\n", message: "a header without rows; there are no samples"),
        Flaw(text: "", message: "holds no numbers; a table of numbers is needed"),
        Flaw(text: "\n# only this\n\n", message: "holds no numbers; a table of numbers is needed"),
        Flaw(text: "1,2\r3,4\r", message: "its lines end in CR alone; save it with LF or CRLF line ends"),
        Flaw(text: "a,b\r1,2\r3,4\r\n", message: "its lines end in CR alone; save it with LF or CRLF line ends"),
        Flaw(text: "a,b,\n1,2,\n3,4,5\n", message: "line 3: 3 fields where the header has 2: \"3,4,5\""),
        Flaw(text: "a,b,\n1,2,\n3,4,,\n", message: "line 3: 4 fields where the header has 2: \"3,4,,\""),
        Flaw(text: "a,b,\n1,,\n", message: "line 2: field 2 (\"b\") is empty"),
        Flaw(
            text: "a,\"b\nc\"\n1,2\n", message: "header: a quote is not closed in its line; give each name in one line"),
        Flaw(text: "1 May,1.5\n2 May,2\n", message: "line 1: field 1 is \"1 May\", not a number"),
        Flaw(text: "1,\u{0}2\n", message: "byte 2: a NUL byte; this is no text file"),
        Flaw(
            text: "1,2\n3,\(String(repeating: "y", count: 100))\n",
            message: "line 2: field 2 is \"\(String(repeating: "y", count: 40))…\", not a number"),
    ])
    func reports(_ flaw: Flaw) throws {
        let problem = try #require(message { _ = try read(flaw.text) })
        // Advice may follow.
        #expect(
            [", ", ": "].contains {
                problem.hasSuffix("a.csv" + $0 + flaw.message) || problem.contains("a.csv\($0)\(flaw.message); ")
            },
            "\(problem)")
    }

    @Test func reportsUTF16() throws {
        let folder = try TemporaryFolder()
        let path = try folder.file("a.csv", [0xFF, 0xFE, 0x31, 0x00])
        #expect(
            message { _ = try RecordingFile.read(path) } == "\(folder.file("a.csv")): is in UTF-16; save it as UTF-8")
    }

    @Test func readsLatin1() throws {
        let folder = try TemporaryFolder()
        let line = Array("t (s),ECG (".utf8) + [0xB5, 0x56, 0x29] + Array(",T (".utf8) + [0xB0, 0x43, 0x29]
        let path = try folder.file("a.csv", line + Array("\n0,1,2\n1,2,3\n".utf8))
        let signal = try RecordingFile.read(path)
        #expect(signal.channelNames == ["ECG (µV)", "T (°C)"])
        // The sign of the euro is Windows' addition; the same names in UTF-8.
        #expect(
            try RecordingFile.read(folder.file("b.csv", [0x80, 0x2C, 0x61, 0x0A] + Array("1,5\n".utf8))).channelNames
                == ["€", "a"])
        #expect(try read("µ,a\n1,5\n").channelNames == ["µ", "a"])
        // In a row of units, too.
        let units = Array("t;a;b\ns;".utf8) + [0xB5, 0x56, 0x3B, 0xB5, 0x56] + Array("\n0;1;2\n1;2;3\n".utf8)
        #expect(try RecordingFile.read(folder.file("c.csv", units)).unit == "µV")
    }

    @Test func reportsUTF16WithoutMark() throws {
        let folder = try TemporaryFolder()
        for bytes in [[0x31, 0, 0x2C, 0, 0x32, 0], [0, 0x31, 0, 0x2C, 0, 0x32]] as [[UInt8]] {
            let path = try folder.file("a.csv", bytes)
            #expect(message { _ = try RecordingFile.read(path) }?.hasSuffix("is in UTF-16; save it as UTF-8") == true)
        }
    }

    @Test(
        arguments: [
            ("MLII_mV,V5_mV", "mV"), ("ECG (mV)", "mV"), ("x [m/s2],y [m/s2]", "m/s2"), ("a_mV,b_V", nil),
            ("a_mV,b", nil),
            ("left_arm", nil), ("a (),b ()", nil), ("_mV", nil),
        ] as [(String, String?)])
    func takesTheUnitThatAllNamesCarry(_ header: String, _ unit: String?) throws {
        let names = header.split(separator: ",").map(String.init)
        let signal = try read("\(header)\n\(names.map { _ in "1" }.joined(separator: ","))\n")
        #expect(signal.unit == unit)
        #expect(signal.channelNames == names)
    }

    @Test(arguments: [true, false]) func roundTrips(_ hasRate: Bool) throws {
        let folder = try TemporaryFolder()
        for (index, names) in [
            [], ["a", "b", "c"], ["MLII_mV", "V5_mV", "I_mV"], ["x, y", "#b", " c;d"], ["\"a\"", "5\" b", "\",\""],
        ].enumerated() {
            let unit = index == 0 || index == 2 ? "mV" : nil
            let signal = Examples.signal(
                samplingRate: hasRate ? 360 : nil, names: names, unit: unit, seed: UInt64(index))
            try RecordingFile.write(signal, to: folder.file("a.csv"))
            #expect(try RecordingFile.read(folder.file("a.csv")) == signal)
        }
    }

    @Test func writesTheUnitOfNamedChannels() throws {
        let folder = try TemporaryFolder()
        try RecordingFile.write(
            Signal(channels: [[1], [2]], samplingRate: 4, channelNames: ["a", "b c"], unit: "mV"),
            to: folder.file("a.csv"))
        #expect(try folder.bytes("a.csv") == Array("time_s,a_mV,b c (mV)\n0.0,1.0,2.0\n".utf8))
    }

    @Test func roundTripsEveryKindOfFloat() throws {
        var generator = SplitMix64(seed: 3)
        let random = (0..<5000).map { _ in Float(bitPattern: UInt32.random(in: .min ... .max, using: &generator)) }
        let values =
            random.filter(\.isFinite) + [.infinity, -.infinity, .leastNonzeroMagnitude, .greatestFiniteMagnitude, -0.0]
        let folder = try TemporaryFolder()
        try RecordingFile.write(Signal(channels: [values]), to: folder.file("a.csv"))
        let read = try RecordingFile.read(folder.file("a.csv"))
        #expect(read.values.map(\.bitPattern) == values.map(\.bitPattern))
    }

    @Test func readsNumbersAsSwiftDoes() throws {
        var generator = SplitMix64(seed: 4)
        let texts = (0..<5000).map { _ in
            let digits = String(
                (0..<Int.random(in: 1...24, using: &generator)).map { _ in
                    "0123456789".randomElement(using: &generator)!
                })
            let whole = String(
                (0..<Int.random(in: 1...24, using: &generator)).map { _ in
                    "0123456789".randomElement(using: &generator)!
                })
            let exponent = Int.random(in: -330...330, using: &generator)
            return "\(Bool.random(using: &generator) ? "-" : "")\(whole).\(digits)e\(exponent)"
        }.filter { Double($0)!.isFinite }
        let values = try withFile("a.txt", texts.joined(separator: "\n")) { try ObservationFile.read($0).values }
        #expect(values == texts.map { Double($0)! })
    }

    /// Rows on either side of where the reader's blocks meet.
    @Test func readsAcrossBlocks() throws {
        let rows = (0..<3000).map { "\($0),\(-$0)" }
        let text = (rows + ["# \(String(repeating: "c", count: 100))", "5,5"]).joined(separator: "\n")
        for size in [16, 64, 1000] {
            let bytes = try withFile("a.csv", text) { path in
                let blocks = try TextBlocks(InputFile(path), blockSize: size)
                var bytes: [UInt8] = []
                while let block = try blocks.next() {
                    #expect(block.last == TextBlocks.newline)
                    bytes += Array(block)
                }
                return bytes
            }
            #expect(bytes == Array((text + "\n").utf8))
        }
    }

    @Test(arguments: [
        ("a_mV,b_mV\n1,2\n3,-1e309\n", "line 3: field 2 (\"b_mV\"): -1e309 is beyond what Float64 holds, ±1.8e308"),
        ("# c\n\n1;2\n3;1e400\n", "line 4: field 2: 1e400 is beyond what Float64 holds"),
        ("\"1\",\"2e+310\"\n", "line 1: field 2: 2e+310 is beyond"),
    ]) func numbersBeyondFloat64AreNamed(_ text: String, _ expected: String) throws {
        let problem = message { _ = try read(text) }
        #expect(problem?.contains(expected) == true, "\(problem ?? "nothing")")
    }

    @Test func theLargestNumbersAndInfinityAreRead() throws {
        let largest = try read("3.4028235e38,-3.5e38\n")
        #expect(largest.value(ofChannel: 0, sample: 0) == 3.4028235e38)
        #expect(largest.value(ofChannel: 1, sample: 0) == -3.5e38)
        #expect(try read("1,inf\n-infinity,2\n").values == [1, -.infinity, .infinity, 2])
        // Observations are in double precision.
        #expect(try withFile("a.csv", "1e39,2\n3,4\n") { try ObservationFile.read($0) }.values == [1e39, 2, 3, 4])
    }
}
