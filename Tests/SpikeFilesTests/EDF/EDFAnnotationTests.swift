import Testing

@testable import SpikeFiles

/// Lists of annotations, whose bytes are those of the specification's examples and of damaged ones.
@Suite struct EDFAnnotationTests {
    /// The bytes of lists, with 20 for `~`, 21 for `^` and 0 for `|`.
    private func added(_ lists: String, isFirst: Bool = true) -> (annotations: EDFAnnotations, isWellFormed: Bool) {
        let bytes = lists.utf8.map { [126: 20, 94: 21, 124: 0][$0] ?? $0 }
        var annotations = EDFAnnotations()
        let isWellFormed = annotations.add(bytes[...], isFirst: isFirst)
        return (annotations, isWellFormed)
    }

    @Test func timesAndTexts() {
        let (found, isWellFormed) = added("+567~~|+180~Lights off~Close door~|-1.5^25.5~Apnea~|||")
        #expect(isWellFormed && found.recordStarts == [567])
        #expect(
            found.labels == [
                .init(time: 180, symbol: "Lights off"), .init(time: 180, symbol: "Close door"),
                .init(time: -1.5, duration: 25.5, symbol: "Apnea"),
            ])
    }

    @Test func onlyTheFirstEmptyTextIsTheStart() {
        for (lists, starts) in [
            ("+5~~|", [5]), ("-5~~|", [-5]), ("+5~a~|+6~~|", [nil]), ("+5~a~~|", [nil]), ("", [nil]), ("+5^2~~|", [5]),
            ("x~~|+5~~|", [nil]),
        ] as [(String, [Double?])] {
            #expect(added(lists).annotations.recordStarts == starts, "\(lists)")
            #expect(added(lists, isFirst: false).annotations.recordStarts.isEmpty)
        }
        // A later signal of the data record holds labels, too.
        #expect(added("+5~~a~|", isFirst: false).annotations.labels == [.init(time: 5, symbol: "a")])
    }

    @Test(arguments: ["5~a~", "+5", "+5^", "+x~a~", "+inf~a~", "+1^2^3~a~", "~a~", "^5~a~", "5+~a~"])
    func whatIsNoList(_ list: String) {
        let (found, isWellFormed) = added("+1~~|" + list + "|+2~b~|")
        #expect(!isWellFormed && found.recordStarts == [1], "\(list)")
        #expect(found.labels == [.init(time: 2, symbol: "b")], "\(list)")
    }

    @Test func missingDurations() {
        #expect(added("+5^~a~|").annotations.labels == [.init(time: 5, symbol: "a")])
        #expect(added("+5^0~a~|").annotations.labels == [.init(time: 5, duration: 0, symbol: "a")])
    }
}
