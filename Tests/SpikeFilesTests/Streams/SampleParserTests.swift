import FileTestSupport
import Testing

@testable import SpikeFiles

@Suite struct SampleParserTests {
    private func parse(
        _ bytes: [UInt8], _ parser: SampleParser, length: () -> Int = { Int.max }
    ) -> (samples: [Double], parser: SampleParser) {
        var (parser, samples, position) = (parser, [Double](), 0)
        while position < bytes.count {
            let end = min(bytes.count, position + min(bytes.count, max(1, length())))
            samples += bytes[position..<end].withUnsafeBytes { parser.push($0) }
            position = end
        }
        return (samples + parser.finish(), parser)
    }

    private func parse(_ text: String, _ parser: SampleParser) -> (samples: [Double], parser: SampleParser) {
        parse(Array(text.utf8), parser)
    }

    @Test func lines() {
        let (samples, parser) = parse("1 2\r\n\n# note\n3.5   -4e1\n5\t6\n  7 8", SampleParser("x", format: .csv))
        #expect(samples == [1, 2, 3.5, -40, 5, 6, 7, 8])
        #expect(parser.channelCount == 2 && parser.failure == nil && parser.sampleCount == 4)
    }

    @Test func namesAndColumns() {
        let columns = ColumnSelection("b,1")
        let (samples, parser) = parse(
            "t, a ,\"b\"\n0,1,2\n1,3,4\n", SampleParser("x", format: .csv, columns: columns))
        #expect(samples == [2, 0, 4, 1] && parser.channelNames == ["b", "t"])
        let missing = parse("1,2\n", SampleParser("x", format: .csv, columns: ColumnSelection("7"))).parser
        #expect(missing.failure != nil)
    }

    @Test(arguments: [
        ("1\n2,3\n", "x, line 2: has 2 values instead of 1, the number of line 1; --on-bad"),
        ("1\n\nnan\n", "x, line 3: channel 0 is nan"),
        ("1\n1e39\n", "x, line 2: channel 0 is 1e+39, beyond what Float32 holds"),
        ("1\n-inf\n", "x, line 2: channel 0 is -inf"), ("1\nabc\n", "x, line 2: \"abc\" is not made of numbers"),
        ("1\n2 3x\n", "x, line 2: \"2 3x\" is not made of numbers"),
    ])
    func badLines(_ text: String, _ message: String) {
        let (samples, parser) = parse(text + "9\n", SampleParser("x", format: .csv))
        #expect(samples == [1] && parser.failure?.description.hasPrefix(message) == true, "\(parser.failure as Any)")
        let (kept, skipping) = parse(text + "9\n", SampleParser("x", format: .csv, badSamples: .skip))
        #expect(kept == [1, 9] && skipping.failure == nil && skipping.skippedCount == 1)
    }

    /// A mark of the byte order is no sample, and a damaged first line no header.
    @Test func firstLines() {
        let marked = parse([0xEF, 0xBB, 0xBF] + Array("1,2\n3,4\n".utf8), SampleParser("x", format: .csv))
        #expect(marked.samples == [1, 2, 3, 4] && marked.parser.channelNames.isEmpty)
        let named = parse([0xEF, 0xBB, 0xBF] + Array("a\n3\n".utf8), SampleParser("x", format: .csv))
        #expect(named.samples == [3] && named.parser.channelNames == ["a"])
        let skipped = parse("3\n1,2\n3,4\n5\n", SampleParser("x", format: .csv, channelCount: 2, badSamples: .skip))
        #expect(skipped.samples == [1, 2, 3, 4] && skipped.parser.skippedCount == 2)
        for text in ["1x", "0x10", "--", ".5.5", "1 2 x"] {
            let parser = parse(text + "\n1\n", SampleParser("x", format: .csv)).parser
            #expect(parser.failure?.description.contains("line 1: \"\(text)\" is not made of numbers") == true)
        }
    }

    /// Where bad samples are left out, the first two lines that agree decide the number of values.
    @Test(
        arguments: [
            ("3\n1,2\n3,4\n5,6\n", [1, 2, 3, 4, 5, 6], 1, []), ("1,2\n3\n4\n5,6\n", [3, 4], 2, []),
            ("1,2\n3\n5,6\n7\n8,9\n", [1, 2, 5, 6, 8, 9], 2, []), ("7\n", [7], 0, []), ("a,b\n7\n", [], 1, []),
            ("a,b\n3\n1,2\n3,4\n", [1, 2, 3, 4], 1, ["a", "b"]), ("boot\nready\n1,2\n3,4\n", [1, 2, 3, 4], 2, []),
            ("oops;\n1,2\n3,4\n", [1, 2, 3, 4], 1, []), ("9 9\n1;2\n3,5;4\n", [1, 2, 3.5, 4], 1, []),
            ("nan\n1\n2\n", [1, 2], 1, []), ("0\nx\n1\n", [0, 1], 1, []),
        ] as [(String, [Double], Int, [String])])
    func firstLinesThatAreDamaged(_ text: String, _ samples: [Double], _ count: Int, _ names: [String]) {
        for length in [1, Int.max] {
            let (found, parser) = parse(
                Array(text.utf8), SampleParser("x", format: .csv, badSamples: .skip), length: { length })
            #expect(found == samples && parser.failure == nil, "\(found) \(parser.failure as Any)")
            #expect(parser.skippedCount == count && parser.channelNames == names)
        }
    }

    @Test func columnsOfTimesAreNamed() {
        let named = parse("time_s,a,b\n0,1,2\n", SampleParser("x", format: .csv)).parser
        #expect(named.namesOfTimes.map(\.column) == [1] && named.namesOfTimes.map(\.name) == ["time_s"])
        let chosen = SampleParser("x", format: .csv, columns: ColumnSelection("2-3"))
        #expect(parse("time_s,a,b\n0,1,2\n", chosen).parser.namesOfTimes.isEmpty)
    }

    @Test func otherNumbersOfChannels() {
        let parser = parse("1,2\n", SampleParser("x", format: .csv, channelCount: 3)).parser
        #expect(
            parser.failure?.description
                == "x, line 1: has 2 values instead of 3, the number of channels; --on-bad skip leaves such samples out"
        )
    }

    @Test func longLinesAreRefused() {
        let line = Array(repeating: UInt8(ascii: "1"), count: SampleParser.lineLimit + 2)
        #expect(parse(line, SampleParser("x", format: .csv), length: { 1 << 16 }).parser.failure != nil)
    }

    @Test(arguments: [
        (SampleFormat.i8, [255, 2] as [UInt8], [-1.0, 2]), (.u8, [255, 2], [255, 2]),
        (.i16, [0, 128, 1, 1], [-32768, 257]), (.u16, [0, 128, 1, 1], [32768, 257]),
        (.i24, [0, 0, 128, 1, 1, 1], [-8_388_608, 65793]), (.i32, [1, 0, 0, 128], [-2_147_483_647]),
        (.f32, [0, 0, 192, 191], [-1.5]), (.f64, [0, 0, 0, 0, 0, 0, 248, 191], [-1.5]),
    ])
    func numbers(_ format: SampleFormat, _ bytes: [UInt8], _ values: [Double]) {
        #expect(parse(bytes, SampleParser("x", format: format)).samples == values)
        #expect(parse(bytes, SampleParser("x", format: format), length: { 1 }).samples == values)
    }

    @Test func halfSamples() {
        let (samples, parser) = parse([1, 0, 2, 0, 3, 0, 4], SampleParser("x", format: .i16, channelCount: 2))
        #expect(samples == [1, 2])
        #expect(
            parser.failure?.description
                == "x: ends within sample 1: 3 of 4 bytes are there; the samples before it were used")
    }

    @Test func flawsOfNumbers() {
        let bytes = [Float(1), .nan, .infinity, 4].flatMap {
            withUnsafeBytes(of: $0.bitPattern.littleEndian) { Array($0) }
        }
        let (samples, parser) = parse(bytes, SampleParser("x", format: .f32))
        #expect(samples == [1] && parser.failure?.description.hasPrefix("x, sample 1: channel 0 is nan") == true)
        let (kept, skipping) = parse(bytes, SampleParser("x", format: .f32, badSamples: .skip))
        #expect(kept == [1, 4] && skipping.skippedCount == 2)
    }

    @Test func chunksOfAnySizeGiveTheSameSamples() {
        var generator = SplitMix64(seed: 5)
        let text = Array((0..<500).map { "\($0),\(Double($0) / 7)\n" }.joined().utf8)
        let whole = parse(text, SampleParser("x", format: .csv)).samples
        #expect(whole.count == 1000)
        for _ in 0..<20 {
            let parts = parse(text, SampleParser("x", format: .csv), length: { .random(in: 1...60, using: &generator) })
            #expect(parts.samples == whole)
        }
    }
}
