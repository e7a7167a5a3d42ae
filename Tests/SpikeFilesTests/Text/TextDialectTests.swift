import Testing

@testable import SpikeFiles

@Suite struct TextDialectTests {
    private func dialect(_ lines: String...) -> TextDialect {
        TextDialect(lines: lines.map { Array(($0 + "\n").utf8) })
    }

    private func character(_ text: Character) -> TextDialect.Delimiter { .character(text.asciiValue!) }

    @Test func theFirstDialectThatFitsIsTaken() {
        #expect(dialect("a,b", "1,2") == .comma)
        #expect(dialect("a;b", "1,5;2,5").delimiter == character(";"))
        #expect(dialect("a\tb c", "1\t2").delimiter == character("\t"))
        #expect(dialect("a b", "1 2").delimiter == .blanks)
        #expect(dialect("a|b", "1|2").delimiter == character("|"))
        // One line alone, of numbers.
        #expect(dialect("1;2").delimiter == character(";") && dialect("1 2").delimiter == .blanks)
    }

    /// What no dialect reads as numbers is left to the errors that follow: the first dialect that separates the names.
    @Test func withoutAFitTheFirstThatSeparatesIsTaken() {
        #expect(dialect("a;b|c", "x;y").delimiter == character(";"))
        #expect(dialect("a;b|c", "x|y").delimiter == character("|"))
        #expect(dialect("a\tb;c", "x").delimiter == character("\t"))
        #expect(dialect("a", "x") == .comma)
    }
}
