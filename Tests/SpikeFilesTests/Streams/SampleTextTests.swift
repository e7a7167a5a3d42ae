import FileTestSupport
import Testing

@testable import SpikeFiles

/// Text of samples as programs and devices write it.
@Suite struct SampleTextTests {
    /// Parses a text in parts of so many bytes.
    private func parse(_ text: String, parts: Int = .max, columns: String? = nil) -> (samples: [Double], SampleParser) {
        var parser = SampleParser("x", format: .csv, columns: columns.flatMap { ColumnSelection($0) })
        var (samples, rest) = ([Double](), Array(text.utf8)[...])
        while !rest.isEmpty {
            samples += Array(rest.prefix(parts)).withUnsafeBytes { parser.push($0) }
            rest = rest.dropFirst(parts)
        }
        return (samples + parser.finish(), parser)
    }

    @Test(arguments: [
        // Separators behind the last value.
        ("1,2,\n3,4,\n", [1, 2, 3, 4]), ("1;2;;\n3;4\n", [1, 2, 3, 4]), ("1\t2\t\n", [1, 2]), ("1 2 \n", [1, 2]),
        ("a,b,\n1,2,\n", [1, 2]),
        // Quotes.
        ("\"1\",\"-2.5\"\n\" 3\" ; \"4\" \n", [1, -2.5, 3, 4]), ("\"a, x\",b\n\"1\",2\n", [1, 2]),
        // Decimal commas.
        ("1,5;2,5\n-3;4,25\n", [1.5, 2.5, -3, 4.25]), ("1,5 2,5\n3 4\n", [1.5, 2.5, 3, 4]), ("0,5\t1\n", [0.5, 1]),
        ("Zeit;Wert, V\n0,1;2\n", [0.1, 2]), ("1.5,2 , 3\n", [1.5, 2, 3]), ("1, 2\n3 ,4\n", [1, 2, 3, 4]),
        ("1.5;2,5\n", [1.5, 2, 5]),
        // Names and units.
        ("'Elapsed time','MLII'\n'seconds','mV'\n0,1\n", [0, 1]), ("a b c\n1 2 3\n", [1, 2, 3]),
        ("sep=;\na;b\n1;2\n", [1, 2]), ("\u{FEFF}a\n1\n", [1]), ("# x\n% y\n\na,b\n# z\n1,2\n", [1, 2]),
        // Line ends.
        ("1,2\r3,4\r", [1, 2, 3, 4]), ("a,b\r1,2\r\r3,4", [1, 2, 3, 4]), ("1,2\r", [1, 2]), ("7\r\n8\r\n", [7, 8]),
        ("7\r\r\n8\r\r\n", [7, 8]), ("7\n8\r\n9", [7, 8, 9]),
    ])
    func isRead(_ text: String, _ samples: [Double]) {
        for parts in [1, 2, 3, Int.max] {
            let (found, parser) = parse(text, parts: parts)
            #expect(found == samples && parser.failure == nil, "\(parser.failure as Any)")
        }
    }

    @Test(arguments: [
        ("1,2\n3,\n", "x, line 2: has 1 values instead of 2"), ("1,,2\n", "x, line 1: \"1,,2\" is not made of numbers"),
        ("\"1,2\n", "x, line 1: \"\"1,2\" is not made of numbers"),
        ("a,b\n1\n", "x, line 2: has 1 values instead of 2"),
        ("a,b\nmV\n1,2\n", "x, line 2: \"mV\" is not made of numbers"),
        ("a,b\ns,mV\nx,y\n", "x, line 3: \"x,y\" is not made of numbers"),
        ("1\r2x\r", "x, line 2: \"2x\" is not made of numbers"), ("\"1x\"\n1\n", "line 1: \"\"1x\"\" is not made of"),
    ])
    func isRefused(_ text: String, _ message: String) {
        for parts in [1, Int.max] {
            let parser = parse(text, parts: parts).1
            #expect(parser.failure?.description.contains(message) == true, "\(parser.failure as Any)")
        }
    }

    @Test func namesAreChosen() {
        let (samples, parser) = parse("time,\"a, V\",b\ns,V,V\n0,1,2\n1,3,4\n", columns: "b,\"a, V\"")
        #expect(samples == [2, 1, 4, 3] && parser.channelNames == ["b", "a, V"] && parser.namesOfTimes.isEmpty)
        #expect(parse("time a\n0 1\n").1.namesOfTimes.map(\.column) == [1])
    }

    /// A file that begins anew may name the same channels again.
    @Test func startsAgain() {
        func push(_ text: String, _ parser: inout SampleParser) -> [Double] {
            Array(text.utf8).withUnsafeBytes { parser.push($0) }
        }
        for columns in [nil, ColumnSelection("b")] {
            var parser = SampleParser("x", format: .csv, columns: columns)
            #expect(push("a,b\n1,2\n3,4", &parser) == (columns == nil ? [1, 2] : [2]))
            #expect(parser.incompleteByteCount == 3)
            var other = parser
            #expect(parser.startAgain(keepingLast: true) == (columns == nil ? [3, 4] : [4]))
            #expect(push("\u{FEFF}a,b\r5,6\r7,8\r", &parser) == (columns == nil ? [5, 6, 7] : [6]) + [8])
            #expect(parser.failure == nil && parser.incompleteByteCount == 0)
            #expect(other.startAgain(keepingLast: false).isEmpty)
            #expect(push("5,6\n", &other) == (columns == nil ? [5, 6] : [6]) && other.failure == nil)
            #expect(other.startAgain(keepingLast: true).isEmpty)
            #expect(push("a,c\n1,2\n", &other).isEmpty)
            // A column that was chosen is missed by its name first.
            let problem =
                columns == nil
                ? "x, line 2: its names are not those of the samples before: \"a,c\""
                : "x: there is no column \"b\"; it has \"a\", \"c\""
            #expect(other.failure?.description == problem)
        }
        var numbers = SampleParser("x", format: .i16)
        #expect([UInt8]([1, 0, 2]).withUnsafeBytes { numbers.push($0) } == [1])
        #expect(numbers.startAgain(keepingLast: true).isEmpty)
        #expect([UInt8]([3, 0]).withUnsafeBytes { numbers.push($0) } == [3] && numbers.finish().isEmpty)
    }
}
