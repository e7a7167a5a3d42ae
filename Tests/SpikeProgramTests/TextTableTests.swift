import SpikeCommandLine
import Testing

@Suite struct TextTableTests {
    @Test func textIsAlignedToTheLeftAndNumbersToTheRight() {
        let table = TextTable(
            header: ["name", "kind", "n"], rows: [["a", "long text", "5"], ["bcd", "x", "12345"]], textColumns: 2)
        let expected = """
            name  kind           n
            ────  ─────────  ─────
            a     long text      5
            bcd   x          12345
            """
        #expect(table.text == expected, "\(table.text)")
    }

    @Test func linesEndWithoutSpaces() {
        let table = TextTable(header: ["a", "b"], rows: [["x", ""], ["longer", "y"]], textColumns: 2)
        #expect(table.text == "a       b\n──────  ─\nx\nlonger  y", "\(table.text)")
        #expect(TextTable(header: ["ab", "c"], rows: [], textColumns: 1).text == "ab  c\n──  ─")
    }
}
