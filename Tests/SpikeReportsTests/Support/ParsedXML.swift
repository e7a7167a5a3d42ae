import Foundation
import Testing

#if canImport(FoundationXML)
    import FoundationXML
#endif

/// A parsed image or page: its elements in document order.
struct ParsedXML {
    struct Element {
        let name: String
        let attributes: [String: String]
        /// Its own text and that of the elements within.
        var text = ""
    }

    private(set) var elements: [Element] = []

    /// Fails the test if `source` is not well-formed.
    init(_ source: String, sourceLocation: SourceLocation = #_sourceLocation) {
        let parser = XMLParser(data: Data(source.utf8))
        let collector = Collector()
        parser.delegate = collector
        let isWellFormed = parser.parse()
        #expect(
            isWellFormed, "line \(parser.lineNumber): \(String(describing: parser.parserError))",
            sourceLocation: sourceLocation)
        elements = collector.elements
    }

    func all(_ name: String, style: String? = nil) -> [Element] {
        elements.filter { element in
            element.name == name && (style == nil || element.attributes["class"] == style)
        }
    }

    /// The texts of an image, without tooltips.
    var labels: [String] { all("text").map(\.text) }

    private final class Collector: NSObject, XMLParserDelegate {
        var elements: [Element] = []
        private var open: [Int] = []

        func parser(
            _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
            attributes: [String: String]
        ) {
            open.append(elements.count)
            elements.append(Element(name: name, attributes: attributes))
        }

        func parser(_ parser: XMLParser, foundCharacters text: String) {
            for index in open { elements[index].text += text }
        }

        func parser(_ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?) {
            open.removeLast()
        }
    }
}

/// What holds for every image: well-formed, accessible, finite numbers, nothing from elsewhere, and every look said by
/// attributes that programs other than browsers know.
@discardableResult
func expectSoundImage(_ svg: String, sourceLocation: SourceLocation = #_sourceLocation) -> ParsedXML {
    let parsed = ParsedXML(svg, sourceLocation: sourceLocation)
    let root = parsed.elements.first
    #expect(root?.name == "svg", sourceLocation: sourceLocation)
    #expect(root?.attributes["role"] == "img", sourceLocation: sourceLocation)
    #expect(root?.attributes["xmlns"] == "http://www.w3.org/2000/svg", sourceLocation: sourceLocation)
    #expect(root?.attributes["viewBox"]?.isEmpty == false, sourceLocation: sourceLocation)
    #expect(parsed.elements.dropFirst().prefix(2).map(\.name) == ["title", "desc"], sourceLocation: sourceLocation)
    let names = svg.components(separatedBy: "xmlns").count
    #expect(svg.components(separatedBy: "http").count == names, "only namespaces", sourceLocation: sourceLocation)
    for name in ["style", "svg", "clipPath", "use"] {
        let count = parsed.all(name).count
        #expect(count == (name == "svg" ? 1 : 0), "\(name)", sourceLocation: sourceLocation)
    }
    for foreign in ["var(", "@media", "paint-order", "currentColor", "system-ui"] {
        #expect(!svg.contains(foreign), "\(foreign)", sourceLocation: sourceLocation)
    }
    #expect(root?.attributes["font-family"] == "sans-serif", sourceLocation: sourceLocation)
    for size in ["width", "height"] {
        #expect(Double(root?.attributes[size] ?? "") ?? 0 > 0, sourceLocation: sourceLocation)
    }
    for element in parsed.elements where ["path", "circle", "rect", "text"].contains(element.name) {
        let colours = ["fill", "stroke"].compactMap { element.attributes[$0] }
        let isDrawn = colours.contains { $0.count == 7 && $0.hasPrefix("#") }
        #expect(isDrawn, "\(element.name) \(element.attributes)", sourceLocation: sourceLocation)
        #expect(element.name != "path" || element.attributes["fill"] != nil, sourceLocation: sourceLocation)
    }

    let numeric = [
        "x": "0123456789.-", "y": "0123456789.-", "cx": "0123456789.-", "cy": "0123456789.-", "r": "0123456789.",
        "width": "0123456789.", "height": "0123456789.", "stroke-width": "0123456789.", "viewBox": "0123456789. ",
        "d": "0123456789.- mlhvz", "transform": "rotate(0123456789.- )",
    ]
    for element in parsed.elements {
        #expect(element.attributes["id"] == nil, "ids clash in a page", sourceLocation: sourceLocation)
        for (name, value) in element.attributes {
            guard let allowed = numeric[name] else { continue }
            let isNumeric = !value.isEmpty && value.allSatisfy(allowed.contains)
            #expect(isNumeric, "\(element.name) \(name)=\(value.prefix(60))", sourceLocation: sourceLocation)
        }
    }
    return parsed
}
