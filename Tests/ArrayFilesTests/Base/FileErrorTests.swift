import ArrayFiles
import Testing

@Suite struct FileErrorTests {
    @Test func isOneLineWhateverTheFileHolds() {
        let error = FileError.malformed(path: "a\nb", place: "line 3", problem: "\u{1B}[31m\r")
        #expect(error.description == "a\u{FFFD}b, line 3: \u{FFFD}[31m\u{FFFD}")
        #expect(error.path == "a\nb")
    }
}
