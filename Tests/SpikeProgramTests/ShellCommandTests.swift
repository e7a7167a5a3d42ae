import FileTestSupport
import Foundation
import SpikeCommandLine
import Testing

/// Commands that are printed come out of a real shell as they went in.
@Suite struct ShellCommandTests {
    private func words(_ command: ShellCommand) throws -> [String] {
        let output = try Program().shell("printf '%s\\0' \(command)").output
        return output.split(separator: "\0", omittingEmptySubsequences: false).dropLast().map(String.init)
    }

    @Test(arguments: [
        ["spike", "compare", "my file.csv"], ["it's", "\"quoted\"", "$HOME", "`id`", "a\\b", "!x"],
        ["-starts", "--with", "~user", "#no comment", "*", "?", "[a]", "{a,b}", "a&b", "a;b", "a|b", "<>", "(x)"],
        ["", " ", "\n", "\t", "two\nlines "], ["µ", "Zürich", "日本", "😀", "e\u{301}"],
        ["1,2.5,-3e-05", "./a/b-c_d.csv", "10%", "a=b", "a:b", "+1", "@x"],
    ]) func wordsSurviveAShell(_ words: [String]) throws {
        #expect(try self.words(ShellCommand(words)) == words)
    }

    @Test func randomWordsSurviveAShell() throws {
        let seed: UInt64 = 11
        print("shell words: seed \(seed)")
        var generator = SplitMix64(seed: seed)
        let words = (0..<200).map { _ in
            let bytes = (0..<Int.random(in: 0...12, using: &generator)).map { _ in
                UInt8.random(in: 1...126, using: &generator)
            }
            return String(decoding: bytes, as: UTF8.self)
        }
        #expect(try self.words(ShellCommand(words)).map { Array($0.utf8) } == words.map { Array($0.utf8) })
    }

    @Test func plainWordsStayPlain() {
        #expect(
            "\(ShellCommand(["spike", "encode", "data/ecg_1.csv", "--minimum", "-1,2.5"]))"
                == "spike encode data/ecg_1.csv --minimum -1,2.5")
        #expect("\(ShellCommand(["a b", "it's"]))" == #"'a b' 'it'\''s'"#)
        #expect(ShellCommand.fileArgument("-x.csv") == "./-x.csv" && ShellCommand.fileArgument("a-x.csv") == "a-x.csv")
    }
}
