import Testing

@testable import SpikeReports

struct HeaderTests {
    @Test func entriesKeepInsideAndApart() {
        let entries = (0..<40).map { LegendEntry(symbol: .line("curve s0"), text: "entry number \($0)") }
        let header = Header(title: String(repeating: "long title ", count: 40), legend: entries, width: 760)
        let svg = SVGWriter.document(title: "t", description: "d", width: 760, height: header.height) {
            header.draw(on: &$0)
        }
        let texts = expectSoundImage(svg).all("text")
        let boxes = texts.dropFirst(2).map { text in
            Rectangle(
                x: Double(text.attributes["x"] ?? "") ?? -1, y: (Double(text.attributes["y"] ?? "") ?? -1) - 12,
                width: TextMetrics.width(text.text), height: 14)
        }
        #expect(boxes.count == 40)
        let image = Rectangle(x: 0, y: 40, width: 760, height: header.height - 40)
        for (index, box) in boxes.enumerated() {
            #expect(image.contains(box))
            #expect(!boxes[..<index].contains(where: box.overlaps))
        }
    }

    @Test func cutsWhatCannotFit() {
        #expect(TextMetrics.fitted("short", to: 100) == "short")
        let cut = TextMetrics.fitted(String(repeating: "word ", count: 50), to: 100)
        #expect(cut.hasSuffix("…") && TextMetrics.width(cut) <= 100 && cut.count > 8)
    }
}
