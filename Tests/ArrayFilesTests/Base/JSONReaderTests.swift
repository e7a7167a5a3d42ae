import ArrayFiles
import Foundation
import Testing

@Suite struct JSONReaderTests {
    @Test(arguments: [
        (#"{"a":1,"a":1}"#, "", "a"), (#"{"a":{"b":[{"c":1},{"c":1,"c":2}]}}"#, "a.b", "c"),
        (#"{"a":1,"\u0061":2}"#, "", "a"), (#"{ "x" : "}" , "y\"" : [ "x" ] , "y\"" : {} }"#, "", "y\""),
        (#"{"":1,"":2}"#, "", ""), (#"[1,{"é":1,"\u00e9":1}]"#, "", "é"),
    ]) func aKeyThatIsThereTwiceIsFound(json: String, path: String, key: String) throws {
        let found = try #require(JSONReader.repeatedKey(in: Array(json.utf8)))
        #expect(found.path.joined(separator: ".") == path && found.key == key)
        #expect(throws: DecodingError.self) { try JSONReader.decode([String: Int].self, from: Data(json.utf8)) }
    }

    @Test(arguments: [
        "", "{}", "[]", "1", #""a""#, #"{"a":"a","b":"a"}"#, #"{"a":{"a":{"a":1}},"b":{"a":1}}"#,
        #"[{"a":1},{"a":1}]"#, #"{"a":["a","a"]}"#, #"{"a\\":1,"a":1}"#, #"{"a":"\"a\":1,\"a\":1"}"#,
        // No JSON, where it only matters that nothing traps.
        "}", "]]}{\"", "{\"a", "{\"a\\", "\"\\", "{\"\\u12\":1", ",\"a\"", "[\"a\",\"a\"]}",
        "}\"a\"", "[]\"a\"", "{}\"a\"", "{\"a\":[1]\"a\"", "{\"a\"\"a\"",
    ]) func otherTextHasNone(json: String) {
        #expect(JSONReader.repeatedKey(in: Array(json.utf8)) == nil)
    }

    @Test func theProblemIsInWords() throws {
        let error = #expect(throws: DecodingError.self) {
            try JSONReader.decode([String: [String: Int]].self, from: Data(#"{"a":{"b":1,"b":1}}"#.utf8))
        }
        #expect(decodingProblem(try #require(error)) == "b is there twice in a")
        #expect(try JSONReader.decode([String: Int].self, from: Data(#"{"a":1}"#.utf8)) == ["a": 1])
    }

    @Test func randomBytesDoNotTrap() {
        var generator = SystemRandomNumberGenerator()
        let seed = UInt64.random(in: 0...UInt64.max, using: &generator)
        var state = seed
        let alphabet = Array("{}[]\",:\\au0".utf8)
        for _ in 0..<20_000 {
            var bytes: [UInt8] = []
            for _ in 0..<24 {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                bytes.append(alphabet[Int(state >> 33) % alphabet.count])
            }
            let found = JSONReader.repeatedKey(in: bytes)
            let text = String(decoding: bytes, as: UTF8.self)
            #expect(found == nil || text.contains("\"") && text.contains("{"), "seed \(seed): \(text)")
        }
    }
}
