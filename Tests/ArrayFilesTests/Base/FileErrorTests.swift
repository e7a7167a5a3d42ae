import Testing

@testable import ArrayFiles

@Suite struct FileErrorTests {
    @Test func isOneLineWhateverTheFileHolds() {
        let error = FileError.malformed(path: "a\nb", place: "line 3", problem: "\u{1B}[31m\r")
        #expect(error.description == "a\u{FFFD}b, line 3: \u{FFFD}[31m\u{FFFD}")
        #expect(error.path == "a\nb")
    }

    @Test(
        arguments: [
            ("a.CSV", "csv"), ("folder.d/a.tar.gz", "gz"), ("folder.d/a", nil), ("a.", nil), (".npy", "npy"), ("", nil),
            ("a.csv/", nil),
        ] as [(String, String?)])
    func theExtensionIsThatOfTheFileNotOfAFolder(path: String, expected: String?) {
        #expect(fileExtension(path) == expected)
    }

    @Test func alternativesReadAsAList() {
        #expect(alternatives([]) == "" && alternatives(["a"]) == "a")
        #expect(alternatives(["a", "b"]) == "a or b" && alternatives(["a", "b", "c"]) == "a, b or c")
    }

    @Test func excerptsAreShort() {
        #expect(excerpt(Array("abc".utf8), limit: 3) == "\"abc\"")
        #expect(excerpt(Array("abcd".utf8), limit: 3) == "\"abc…\"")
        #expect(excerpt(Array("ééé".utf8), limit: 3) == "\"ééé\"")
        #expect(excerpt(Array("0123456789abcdef".utf8), limit: 3) == "\"012…\"")
        // One character of four bytes, and one of 25.
        #expect(excerpt(Array("😀".utf8), limit: 1) == "\"😀\"")
        #expect(excerpt(Array("👨‍👩‍👧‍👦".utf8), limit: 1) == "\"👨…\"")
        #expect(excerpt(Array(repeating: 0x61, count: 40)) == "\"" + String(repeating: "a", count: 40) + "\"")
        #expect(excerpt(Array(repeating: 0x61, count: 41)) == "\"" + String(repeating: "a", count: 40) + "…\"")
    }
}
