import ArrayFiles
import Foundation
import TestSupport
import Testing

@testable import ObjectDetection

/// The reader of JSON on its own: what each part takes, and where it ends.
@Suite struct JSONScannerTests {
    private func scanner(_ text: String) -> JSONScanner { JSONScanner(Array(text.utf8), path: "a.json") }

    private func number(_ text: String) throws -> Double {
        var scanner = scanner(text)
        let value = try scanner.number()
        try scanner.end()
        return value
    }

    @Test func numbersEndWhereTheyEnd() throws {
        #expect(try number("7") == 7 && number("-0.5") == -0.5 && number("1E2") == 100 && number("99e-1") == 9.9)
        #expect(try number("99999999999999999999") == 1e20 && number("9.9999999999999999999e3") == 1e4)
        #expect(message { _ = try number("1d5") } == "a.json: \"d5\" follows the end of the JSON")
        #expect(message { _ = try number("1:5") } == "a.json: \":5\" follows the end of the JSON")
        #expect(message { _ = try number("1/5") } == "a.json: \"/5\" follows the end of the JSON")
        #expect(message { _ = try number("1.5.") } == "a.json: \".\" follows the end of the JSON")
        #expect(message { _ = try number("-") }?.contains("- stands where a number is needed") == true)
        #expect(message { _ = try number("1e") } == "a.json: 1e is no number")
    }

    /// With a mantissa above 2^53, a division would round twice.
    @Test func everyDigitCounts() throws {
        for index in 0..<20_000 {
            let text = "\(9_007_199_254_740_993 + 41 * index)"
            for point in [1, 5, 12] {
                let place = text.index(text.startIndex, offsetBy: text.count - point)
                let decimal = "\(text[..<place]).\(text[place...])"
                #expect(try number(decimal) == Double(decimal)!, "\(decimal)")
            }
        }
        #expect(
            try number("9007199254740991.") == 9_007_199_254_740_991 && number("900719925474099.3") == 900719925474099.3
        )
    }

    @Test func wholeNumbersAreExact() throws {
        func whole(_ text: String) throws -> Int {
            var scanner = scanner(text)
            return try scanner.wholeNumber()
        }
        #expect(try whole("9007199254740992") == 1 << 53 && whole("-9007199254740992") == -(1 << 53))
        #expect(message { _ = try whole("9007199254740994") }?.contains("a whole number is needed") == true)
        #expect(message { _ = try whole("-9007199254740994") }?.contains("a whole number is needed") == true)
    }

    @Test func flagsAreNumbersOrWords() throws {
        func flag(_ text: String) throws -> Bool {
            var scanner = scanner(text)
            let value = try scanner.flag()
            try scanner.end()
            return value
        }
        #expect(try flag("true") && flag("1") && flag("2") && !flag("false") && !flag("0"))
        #expect(message { _ = try flag("yes") } == "a.json: yes stands where 0 or 1 is needed")
    }

    @Test func spaceIsPassedOver() throws {
        #expect(try number(" \t\n\u{B}\u{C}\r12 \r\n") == 12)
        #expect(message { _ = try number("\u{8}1") } != nil && message { _ = try number("\u{E}1") } != nil)
        var marked = JSONScanner([0xEF, 0xBB, 0xBF] + Array("5".utf8), path: "a.json")
        #expect(try marked.number() == 5)
        var lists = scanner("[ ] ")
        try lists.list { (_) throws(FileError) in Issue.record("the list is empty") }
        try lists.end()
    }

    @Test func valuesThatAreMissing() {
        func skip(_ text: String) -> String? {
            message {
                var scanner = scanner(text)
                try scanner.object { (scanner, _) throws(FileError) in try scanner.skip() }
            }
        }
        for text in ["{\"a\": }", "{\"a\": , \"b\": 1}", "{\"a\": : 1}", "{\"a\": ]"] {
            #expect(skip(text) == "a.json, a: a value is missing", "\(text)")
        }
        #expect(skip("{\"a\": [[1, {\"x\": \"]\"}], 2], \"b\": 3}") == nil)
        #expect(skip("{\"a\": [[1]") == "a.json: the JSON is cut short; fetch or write it again")
    }

    @Test func listsAreNestedToALimit() {
        func nested(_ depth: Int) -> String? {
            func read(_ scanner: inout JSONScanner) throws(FileError) {
                if scanner.kind == .list { try scanner.list(read) } else { _ = try scanner.number() }
            }
            return message {
                var scanner = scanner(String(repeating: "[", count: depth) + "1" + String(repeating: "]", count: depth))
                try read(&scanner)
                try scanner.end()
            }
        }
        #expect(nested(256) == nil)
        #expect(nested(257)?.hasSuffix("lists are nested too deep") == true)
    }

    @Test func excerptsAreShort() {
        func rest(_ text: String) -> String? { message { _ = try number("1 " + text) } }
        let forty = String(repeating: "x", count: 40)
        #expect(rest(forty) == "a.json: \"\(forty)\" follows the end of the JSON")
        #expect(rest(forty + "y") == "a.json: \"\(forty)…\" follows the end of the JSON")
        // Forty characters of four bytes each fill the 160 bytes that are looked at.
        let wide = String(repeating: "😀", count: 40)
        #expect(rest(wide) == "a.json: \"\(wide)\" follows the end of the JSON")
        #expect(rest(wide + "y") == "a.json: \"\(wide)…\" follows the end of the JSON")
        #expect(
            message { _ = try number("abcdefghijklmnopqrstuvwxyz") }
                == "a.json: abcdefghijklmnopqrst stands where a number is needed")
        #expect(message { _ = try number(":::") } == "a.json: \":\" stands where a number is needed")
    }
}
