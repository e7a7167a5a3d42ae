import Foundation
import TestSupport
import Testing

@testable import SpikeDatasets

@Suite struct XMLElementsTests {
    private func elements(_ content: [UInt8]) -> [String]? {
        var elements: [String] = []
        let isXML = XMLElements.visit(content) { path, text in
            elements.append("\(path.joined(separator: "/"))=\(text)")
        }
        return isXML ? elements : nil
    }

    private func elements(_ text: String) -> [String]? { elements(Array(text.utf8)) }

    @Test func everyKindOfMarkup() {
        let text = """
            <?xml version="1.0" encoding="UTF-8"?>
            <!DOCTYPE a [ <!ENTITY x "<y>"> ]>
            <!-- <a> --> <a b='>' c="/"> one <b/><c d="1"/>two<![CDATA[<&lt;]]>
              <e > &lt;&amp;&#65;&#x42;&none; ä </e
              ></a><?end?>
            """
        #expect(elements(text) == ["a/b=", "a/c=", "a/e=<&AB&none; ä", "a=one two<&lt;"])
        #expect(elements("<a/>") == ["a="] && elements("<!DOCTYPE a><a></a>") == ["a="])
    }

    @Test func encodings() {
        let document = "<?xml version=\"1.0\"?><a>ä</a>"
        #expect(elements([0xEF, 0xBB, 0xBF] + Array(document.utf8)) == ["a=ä"])
        #expect(elements([UInt8](document.data(using: .utf16)!)) == ["a=ä"])
        for (encoding, mark) in [(String.Encoding.utf16LittleEndian, [0xFF, 0xFE]), (.utf16BigEndian, [0xFE, 0xFF])] {
            #expect(elements(mark.map { UInt8($0) } + [UInt8](document.data(using: encoding)!)) == ["a=ä"])
        }
        let latin = "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><a>ä</a>"
        #expect(elements([UInt8](latin.data(using: .isoLatin1)!)) == ["a=ä"])
    }

    @Test func whatIsNoXML() {
        for text in [
            "", "text", "<a>", "</a>", "<a></b>", "<a><b></a></b>", "<a/><b/>", "<a", "<a b=\"></a>", "<>", "< a/>",
            "<!-- <a/>",
            "<a><![CDATA[</a>", "<?xml", "<!DOCTYPE a [", "<a <b/>",
        ] { #expect(elements(text) == nil, "\(text)") }
    }

    @Test func anyMarkupEnds() {
        let seed = UInt64.random(in: 0..<1_000_000)
        var random = SplitMix64(seed: seed)
        let marks = ["<", ">", "/", "a", "b", " ", "\"", "!", "--", "[", "]", "CDATA", "?", "&", ";", "#", "="]
        for _ in 0..<2000 {
            let length = Int.random(in: 0..<30, using: &random)
            let text = (0..<length).map { _ in marks.randomElement(using: &random)! }.joined()
            #expect(elements(text)?.isEmpty != true, "seed \(seed): \(text)")
        }
    }

    @Test func deepDocuments() {
        let count = 100_000
        let text = String(repeating: "<a>", count: count) + String(repeating: "</a>", count: count)
        var depth = 0
        #expect(XMLElements.visit(Array(text.utf8)) { path, _ in depth = max(depth, path.count) } && depth == count)
    }
}
