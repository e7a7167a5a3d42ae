import ArrayFiles
import TestSupport
import Testing
import TorchTensors

/// What is wrong with a file is an error of one line that names the file and the tensor.
@Suite(.leavesNothing) struct SafetensorsFlawTests {
    static func file(_ header: String, _ data: [UInt8]) -> [UInt8] {
        (0..<8).map { UInt8(truncatingIfNeeded: header.utf8.count >> (8 * $0)) } + Array(header.utf8) + data
    }

    static func entry(_ name: String, _ type: String, _ shape: String, _ offsets: String) -> String {
        #""\#(name)":{"dtype":"\#(type)","shape":\#(shape),"data_offsets":\#(offsets)}"#
    }

    struct Flaw: CustomTestStringConvertible, Sendable {
        let header: String
        let message: String
        var testDescription: String { header }

        init(_ header: String, _ message: String) {
            self.header = header
            self.message = message
        }

        init(_ entries: [String], _ message: String) {
            self.init("{\(entries.joined(separator: ","))}", message)
        }
    }

    /// Each is a header before 8 bytes of data.
    static let flaws = [
        Flaw("", "header: '{' at its beginning is missing"),
        Flaw(" {}", "'{' at its beginning"),
        Flaw("[]", "'{' at its beginning"),
        Flaw("{", "header: it is not valid JSON"),
        Flaw("{}", "byte 0 of the data: 8 bytes follow that belong to no tensor"),
        Flaw("{} x", "header: it is not valid JSON"),
        Flaw([entry("a", "F32", "[2]", "[0,8]"), ","], "header: it is not valid JSON"),
        // Names are quoted up to 60 characters.
        Flaw(#"{"\#(String(repeating: "n", count: 60))":1}"#, "tensor \"\(String(repeating: "n", count: 60))\": its"),
        Flaw(#"{"\#(String(repeating: "n", count: 61))":1}"#, "tensor \"\(String(repeating: "n", count: 60))…\": its"),
        Flaw(#"{"a":1}"#, "tensor \"a\": its dtype is a text, shape and data_offsets are lists of whole numbers"),
        Flaw(#"{"a":{}}"#, "tensor \"a\": it lacks dtype, shape or data_offsets"),
        Flaw(#"{"a":{"dtype":"F32","dtype":"F32"}}"#, "tensor \"a\": the field \"dtype\" is there twice"),
        Flaw(#"{"a":{"strides":[1]}}"#, "tensor \"a\": unexpected field \"strides\""),
        Flaw([entry("a", "F32", "[1]", "[0,4]"), entry("a", "F32", "[1]", "[4,8]")], "header: \"a\" is there twice"),
        Flaw(
            [entry("a", "F32", "[1]", "[0,4]"), entry("\\u0061", "F32", "[1]", "[4,8]")], "header: \"a\" is there twice"
        ),
        Flaw(#"{"__metadata__":{},"__metadata__":{}}"#, "\"__metadata__\" is there twice"),
        Flaw(#"{"__metadata__":{"k":"1","k":"2"}}"#, "the metadata \"k\" is there twice"),
        Flaw(#"{"__metadata__":{"k":1}}"#, "header: the metadata are not texts by their names"),
        Flaw(#"{"__metadata__":"k"}"#, "header: the metadata are not texts by their names"),
        Flaw(
            [entry("a", "U16", "[4]", "[0,8]")], "tensor \"a\": its type \"U16\" is not supported; convert it to one of"
        ),
        Flaw([entry("a", "f32", "[2]", "[0,8]")], "tensor \"a\": its type \"f32\" is not supported"),
        Flaw([entry("a", "F32", "[3]", "[0,8]")], "shape [3] of F32 takes 12 bytes, its data_offsets [0, 8] span 8"),
        Flaw([entry("a", "F32", "[0]", "[0,8]")], "shape [0] of F32 takes 0 bytes"),
        Flaw([entry("a", "F32", "[]", "[0,8]")], "shape [] of F32 takes 4 bytes"),
        Flaw([entry("a", "F32", "[2]", "[8,0]")], "tensor \"a\": its data_offsets are [8, 0]; a beginning and an end"),
        Flaw([entry("a", "F32", "[2]", "[8]")], "its data_offsets are [8]"),
        Flaw([entry("a", "F32", "[2]", "[0,8,9,10]")], "its data_offsets are [0, 8, 9]"),
        Flaw(
            [entry("a", "F32", "[-2]", "[0,8]")],
            "tensor \"a\": shape [-2] and data_offsets [0, 8] hold a number below 0"),
        Flaw(
            [entry("a", "F32", "[2]", "[-8,0]")],
            "tensor \"a\": shape [2] and data_offsets [-8, 0] hold a number below 0"),
        Flaw([entry("a", "F32", "[2.5]", "[0,8]")], "shape and data_offsets are lists of whole numbers; one is not"),
        Flaw([entry("a", "F32", "[02]", "[0,8]")], "shape and data_offsets are lists of whole numbers; one is not"),
        Flaw([entry("a", "F32", "[[2]]", "[0,8]")], "shape and data_offsets are lists of whole numbers; one is not"),
        Flaw([entry("a", "F32", "[99999999999999999999]", "[0,8]")], "are lists of whole numbers; one is not"),
        Flaw(
            #"{"a":{"dtype":[1],"shape":"F32","data_offsets":[0,8]}}"#,
            "tensor \"a\": it lacks dtype, shape or data_offsets"),
        Flaw([entry("a", "F64", "[4294967296,4294967296]", "[0,8]")], "is beyond any memory"),
        Flaw([entry("a", "F64", "[2305843009213693952]", "[0,0]")], "is beyond any memory"),
        Flaw([entry("a", "U8", "[0,9223372036854775807,9223372036854775807]", "[0,0]")], "is beyond any memory"),
        Flaw([entry("a", "U8", "[9223372036854775807]", "[0,9223372036854775807]")], "the file holds 8 bytes of data"),
        Flaw(
            [entry("a", "U8", "[\(Array(repeating: "1", count: 65).joined(separator: ","))]", "[0,1]")],
            "it has 65 dimensions; at most 64 are possible"),
        Flaw([entry("a", "F32", "[3]", "[0,12]")], "tensor \"a\": it ends at byte 12, the file holds 8 bytes of data"),
        Flaw([entry("a", "F32", "[1]", "[0,4]")], "byte 4 of the data: 4 bytes follow"),
        Flaw(
            [entry("a", "F32", "[1]", "[0,4]"), entry("b", "I16", "[1]", "[6,8]")],
            "tensor \"b\": it begins at byte 6, 2 bytes behind the one before it"),
        Flaw([entry("a", "F32", "[1]", "[4,8]")], "tensor \"a\": it begins at byte 4, 4 bytes behind"),
        Flaw(
            [entry("a", "F32", "[2]", "[0,8]"), entry("b", "F32", "[1]", "[4,8]")],
            "tensor \"b\": it begins at byte 4, within the one before it"),
        Flaw(
            [entry("a", "U8", "[0]", "[3,3]"), entry("b", "F32", "[2]", "[0,8]")],
            "tensor \"a\": it begins at byte 3, within the one before it"),
        Flaw([entry("a", "BOOL", "[8]", "[0,8]")], "tensor \"a\": element 2 is the byte 2; a BOOL is 0 or 1"),
        Flaw(#"{"a\q":{}}"#, "header: it is not valid JSON"),
        Flaw(#"{"\u12G4":{}}"#, "header: it is not valid JSON"),
        Flaw(#"{"\ud800x":{}}"#, "header: it is not valid JSON"),
        Flaw(#"{"\udc00":{}}"#, "header: it is not valid JSON"),
        Flaw("{\"a\n\":{}}", "header: it is not valid JSON"),
        Flaw("{\"a", "header: it is not valid JSON"),
        Flaw("{\"a\\", "header: it is not valid JSON"),
        Flaw(String(repeating: "{\"a\":", count: 1000), "header: it is not valid JSON"),
    ]

    @Test(arguments: flaws) func isReported(_ flaw: Flaw) throws {
        let folder = try TemporaryFolder()
        let path = try folder.file("a", Self.file(flaw.header, [0, 1, 2, 0, 0, 0, 0, 0]))
        let text = try #require(message { _ = try Safetensors.read(path) })
        #expect(text.hasPrefix(path) && text.contains(flaw.message) && !text.contains("\n"), "\(text)")
    }

    @Test func aWrongLengthIsReported() throws {
        let folder = try TemporaryFolder()
        func problem(_ bytes: [UInt8]) throws -> String? {
            let path = try folder.file("a", bytes)
            return message { _ = try Safetensors.read(path) }
        }
        #expect(try problem([])?.contains("it has 0 bytes, and needs 8") == true)
        #expect(try problem([1, 2, 3])?.contains("it has 3 bytes, and needs 8") == true)
        #expect(
            try problem([3, 0, 0, 0, 0, 0, 0, 0, 0x7B, 0x7D])?.contains(
                "the header should take 3 bytes, the file has 10 in all") == true)
        #expect(
            try problem(Array(repeating: 255, count: 16))?.contains("the header should take 18446744073709551615 bytes")
                == true)
        #expect(try problem(Self.file("{\"\u{FF}", []).dropLast(1) + [0xFF])?.contains("it is not valid JSON") == true)
        let invalid: [UInt8] = Array("{\"".utf8) + [0xFF] + Array("\":{}}".utf8)
        let text = try problem([UInt8(invalid.count), 0, 0, 0, 0, 0, 0, 0] + invalid)
        #expect(text?.contains("it is not valid JSON") == true)
        #expect(
            message { _ = try Safetensors.read(folder.file("missing")) }
                == "\(folder.file("missing")): cannot be read: there is no such file or directory")
    }

    @Test func readsOtherNotations() throws {
        let folder = try TemporaryFolder()
        let header = """
            { "\\u00fc\\ud83d\\ude00\\/" : { "shape" : [ 1 , 2 ] ,\t"data_offsets" : [ 0 , 8 ] , "dtype" : "F32" } ,
             "e" : { "dtype" : "I8" , "shape" : [ 0 ] , "data_offsets" : [ 8 , 8 ] } , "__metadata__" : { } }\r\n
            """
        let path = try folder.file("a", Self.file(header, [0, 0, 0x80, 0x3F, 0, 0, 0, 0x40]))
        let (tensors, metadata) = try Safetensors.read(path)
        #expect(try tensors["ü\u{1F600}/"]?.elements(as: Float.self) == [1, 2])
        #expect(tensors["ü\u{1F600}/"]?.shape == [1, 2] && tensors["e"]?.shape == [0] && tensors.count == 2)
        #expect(metadata.isEmpty)
    }

    /// Damaged files: an error, or tensors that the file has room for.
    @Test func fuzz() throws {
        let seed: UInt64 = 401
        print("safetensors fuzz: seed \(seed)")
        var generator = SplitMix64(seed: seed)
        let folder = try TemporaryFolder()
        try Safetensors.write(SafetensorsTests.everyType(), metadata: ["k": "v"], to: folder.file("a"))
        let original = try folder.bytes("a")
        let headerEnd = 8 + Int(original[0]) + Int(original[1]) << 8
        let tokens = [
            "{", "}", "[", "]", ",", ":", "\"", "\\u", "0", "-", "9999999999999999999", "\"F32\"", "\"a\"", " ",
        ]
        for round in 0..<1400 {
            var bytes = original
            func position(_ limit: Int) -> Int { Int.random(in: 0..<limit, using: &generator) }
            switch round % 7 {
            case 0: bytes = Array(bytes.prefix(position(bytes.count)))
            case 1: bytes[position(bytes.count)] ^= 1 << UInt8(position(8))
            case 2: for _ in 0...position(5) { bytes[8 + position(headerEnd - 8)] = UInt8(position(256)) }
            case 3: bytes[position(8)] = UInt8(position(256))
            case 4:
                // Digits for digits, which leaves the JSON whole.
                let digits = (8..<headerEnd).filter { 0x30...0x39 ~= bytes[$0] }
                bytes[digits.randomElement(using: &generator)!] = 0x30 + UInt8(position(10))
            case 5:
                let text = (0..<position(40)).map { _ in tokens.randomElement(using: &generator)! }.joined()
                bytes = Self.file("{" + text, Array(repeating: 0, count: position(20)))
            default:
                let start = position(bytes.count)
                bytes.removeSubrange(start..<min(start + 1 + position(30), bytes.count))
            }
            let path = try folder.file("b", bytes)
            do {
                let tensors = try Safetensors.read(path).tensors
                let size = tensors.values.reduce(0) { $0 + $1.count * $1.dtype.size }
                #expect(size <= bytes.count, "round \(round)")
            } catch let error as FileError {
                #expect(error.path == path && !error.description.contains("\n"), "round \(round)")
            } catch {
                Issue.record("round \(round): \(error)")
            }
        }
    }
}
