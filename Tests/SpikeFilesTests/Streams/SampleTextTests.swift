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
        ("\"1\";\"-2.5\"\n\" 3\" ; \"4\" \n", [1, -2.5, 3, 4]), ("\"a, x\",b\n\"1\",2\n", [1, 2]),
        // Decimal commas.
        ("1,5;2,5\n-3;4,25\n", [1.5, 2.5, -3, 4.25]), ("1,5 2,5\n3 4\n", [1.5, 2.5, 3, 4]), ("0,5\t1\n", [0.5, 1]),
        ("Zeit;Wert, V\n0,1;2\n", [0.1, 2]), ("1.5,2 , 3\n", [1.5, 2, 3]), ("1, 2\n3 ,4\n", [1, 2, 3, 4]),
        ("1;2\n1,5;2\n", [1, 2, 1.5, 2]), ("1,5\t2\n3 4\n", [1.5, 2, 3, 4]), ("1\n2;\n3,5;\n", [1, 2, 3.5]),
        // Names and units.
        ("'Elapsed time','MLII'\n'seconds','mV'\n0,1\n", [0, 1]), ("a b c\n1 2 3\n", [1, 2, 3]),
        ("sep=;\na;b\n1;2\n", [1, 2]), ("sep=;\n1,5\n2;\n", [1.5, 2]), ("\"a; x\",b\n1,2\n", [1, 2]),
        // Names and units again, as of a device that starts again.
        ("a,b\ns,V\n1,2\na,b\r\ns,V\n3,4\na,b", [1, 2, 3, 4]),
        ("\u{FEFF}a\n1\n", [1]), ("# x\n% y\n\na,b\n# z\n1,2\n", [1, 2]),
        // Line ends.
        ("1,2\r3,4\r", [1, 2, 3, 4]), ("a,b\r1,2\r\r3,4", [1, 2, 3, 4]), ("1,2\r", [1, 2]), ("7\r\n8\r\n", [7, 8]),
        ("7\r\r\n8\r\r\n", [7, 8]), ("7\n8\r\n9", [7, 8, 9]),
        // Minus signs U+2212.
        ("−1,2\n3,−4e−1\n", [-1, 2, 3, -0.4]), ("a;b\n−1,5;2\n", [-1.5, 2]),
    ])
    func isRead(_ text: String, _ samples: [Double]) {
        for parts in [1, 2, 3, Int.max] {
            let (found, parser) = parse(text, parts: parts)
            #expect(found == samples && parser.failure == nil, "\(parser.failure as Any)")
        }
    }

    @Test(arguments: [
        ("1,2\n3,\n", "x, line 2: has 1 value instead of 2, the number of line 1"),
        ("–1,2\n3,4\n", "x, line 1: \"–1,2\" is not made of numbers as they are read, of the digits 0 to 9"),
        ("a,b\n“1”,2\n", "x, line 2: \"“1”,2\" is not made of numbers as they are read"),
        ("1,,2\n", "x, line 1: \"1,,2\" is not made of numbers"),
        ("\"1,2\n", "x, line 1: \"\"1,2\" is not made of numbers"),
        ("a,b\n1\n", "x, line 2: has 1 value instead of 2, the number of names in line 1"),
        ("a,b\nmV\n1,2\n", "x, line 2: \"mV\" is not made of numbers"),
        ("a,b\ns,mV\nx,y\n", "x, line 3: \"x,y\" is not made of numbers"),
        // Other separators or decimal marks than before, or several of them.
        ("1;2\n1,5\n", "x, line 2: has 1 value instead of 2"), ("1 2\n3,4\n", "x, line 2: has 1 value instead of 2"),
        ("1,2\n2;5\n", "x, line 2: has semicolons between its values, and the lines before have commas"),
        ("1;2\n1 2\n", "x, line 2: has blanks between its values, and the lines before have semicolons"),
        ("1 2 3\n1,2,3\n", "x, line 2: has commas between its values, and the lines before have blanks"),
        ("1,5\n1,5 2\n", "x, line 2: has blanks between its values, and the lines before have commas"),
        ("1.5;2\n1,5;2\n", "x, line 2: has the decimal mark \",\", and the lines before have \".\""),
        ("1.5;2,5\n", "\"1.5;2,5\" is not made of numbers with one separator and one decimal mark"),
        ("1,2;3\t4,5.5\n", "is not made of numbers with one separator and one decimal mark"),
        ("a;b\n1,5\n", "x, line 2: has commas between its values, and the line of names has semicolons"),
        ("a\tb\n1,5\n", "x, line 2: has commas between its values, and the line of names has blanks"),
        ("a,b\n1,2\nb,a\n", "x, line 3: \"b,a\" is not made of numbers"),
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

    @Test func namesInWindowsCodePage() {
        var parser = SampleParser("x", format: .csv, columns: nil)
        let text = [0xB5, 0x56] + Array(",b\n1,2\n".utf8)
        let samples = text.withUnsafeBytes { parser.push($0) } + parser.finish()
        #expect(samples == [1, 2] && parser.channelNames == ["µV", "b"])
    }

    /// Columns that are not chosen hold anything.
    @Test(arguments: [
        ("2024-05-06 07:08:09,1,x\n2024-05-06 07:08:10,2,\n,3,\n", "2", [1, 2, 3]),
        ("time;state;b\ns;;V\n0;on;1,5\n1;;2\n2;off, or so;3;\n", "b", [1.5, 2, 3]),
        ("A 1 2\nB 3 4\n", "2-3", [3, 4]), ("name,a\nA,1\nB,2\n", "a", [1, 2]),
        ("07:08:09\t1.5\t2\n07:08:10\t3\t4\n", "3,2", [2, 1.5, 4, 3]), ("1,,2\n3,-,4\n", "1,3", [1, 2, 3, 4]),
        ("a,b,c\n1,2,\n3,4,\n", "b", [2, 4]), ("\"x, y\",1\n\"z\",2\n", "2", [2]),
    ])
    func onlyChosenColumnsNeedNumbers(_ text: String, _ columns: String, _ samples: [Double]) {
        for parts in [1, Int.max] {
            let (found, parser) = parse(text, parts: parts, columns: columns)
            #expect(found == samples && parser.failure == nil, "\(found) \(parser.failure as Any)")
        }
    }

    @Test(arguments: [
        ("t,a\n0,1\nx,y\n", "2", "x, line 3: \"x,y\" is not made of numbers"),
        ("t,a\n0,1\nx\n", "2", "x, line 3: has 1 value instead of 2"),
        ("t,a\n0,1\nx,1,2\n", "2", "x, line 3: has 3 values instead of 2"), ("1,2\n", "7", "there is no column 7"),
    ])
    func chosenColumnsNeedNumbers(_ text: String, _ columns: String, _ message: String) {
        let parser = parse(text, columns: columns).1
        #expect(parser.failure?.description.contains(message) == true, "\(parser.failure as Any)")
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
            #expect(parser.startAgain(countingLinesOn: false).isEmpty)
            #expect(push("\u{FEFF}a,b\r5,6\r7,8\r", &parser) == (columns == nil ? [5, 6, 7] : [6]) + [8])
            #expect(parser.failure == nil && parser.incompleteByteCount == 0)
            if columns != nil {
                // The chosen column may be at another place.
                #expect(parser.startAgain(countingLinesOn: false).isEmpty)
                #expect(push("b,c,a\n1,2,3\n", &parser) == [1] && parser.failure == nil)
            }
            #expect(other.startAgain(countingLinesOn: false).isEmpty)
            #expect(push("5,6\n", &other) == (columns == nil ? [5, 6] : [6]) && other.failure == nil)
            var short = other
            #expect(short.startAgain(countingLinesOn: true).isEmpty && push("5\n", &short).isEmpty)
            #expect(
                short.failure?.description.hasPrefix(
                    "x, line 2: has 1 value instead of 2, the number of the samples before")
                    == true, "\(short.failure as Any)")
            #expect(other.startAgain(countingLinesOn: false).isEmpty)
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
        #expect(numbers.startAgain(countingLinesOn: false).isEmpty)
        #expect([UInt8]([3, 0]).withUnsafeBytes { numbers.push($0) } == [3] && numbers.finish().isEmpty)
    }
}
