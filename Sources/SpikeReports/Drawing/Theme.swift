/// The colours of plots and reports, light and dark.
///
/// The elements of a plot have light colours as attributes, so that the plot looks the same in every program that shows
/// SVG. In a report, the page's style sheet overrides the attributes and follows the reader's choice of light or dark.
///
/// The series colours are based on the palette of Okabe and Ito (2008), which colour-blind readers can tell apart. They
/// are darker on white and lighter on black.
enum Theme {
    struct Colour: Sendable {
        let variable: String
        let light: String
        let dark: String

        /// Red, green and blue of the light colour, from 0 to 255.
        var lightComponents: [Float] {
            let number = Int(light.dropFirst(), radix: 16) ?? 0
            return [16, 8, 0].map { Float(number >> $0 & 255) }
        }
    }

    static let surface = Colour(variable: "--sk-surface", light: "#ffffff", dark: "#15181c")
    static let raised = Colour(variable: "--sk-raised", light: "#f4f6f8", dark: "#1f242a")
    static let ink = Colour(variable: "--sk-ink", light: "#1b1f24", dark: "#e6e9ed")
    static let muted = Colour(variable: "--sk-muted", light: "#57606a", dark: "#9aa4af")
    static let grid = Colour(variable: "--sk-grid", light: "#e3e7eb", dark: "#2b3138")
    static let faint = Colour(variable: "--sk-faint", light: "#f1f3f5", dark: "#20252b")
    static let frame = Colour(variable: "--sk-frame", light: "#aab2bb", dark: "#5a646f")
    static let original = Colour(variable: "--sk-original", light: "#a3abb4", dark: "#6f7984")
    static let highlight = Colour(variable: "--sk-highlight", light: "#fff4d6", dark: "#3a3220")
    static let series = [
        Colour(variable: "--sk-1", light: "#0072b2", dark: "#56b4e9"),
        Colour(variable: "--sk-2", light: "#d55e00", dark: "#f58b4c"),
        Colour(variable: "--sk-3", light: "#007a5a", dark: "#3ecfa3"),
        Colour(variable: "--sk-4", light: "#b3548d", dark: "#e59cc6"),
        Colour(variable: "--sk-5", light: "#a87900", dark: "#ecc04d"),
        Colour(variable: "--sk-6", light: "#5b5fa8", dark: "#a3a8f0"),
    ]
    static let up = series[0]
    static let down = series[1]
    static let reconstruction = series[2]

    static let fontStack =
        "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', 'Noto Sans', Arial, sans-serif"

    private static let all =
        [surface, raised, ink, muted, grid, faint, frame, original, highlight] + series

    /// CSS rules that define the colours as custom properties of `selector`. Dark colours are for screens only, so that
    /// printed pages stay white.
    static func variables(for selector: String) -> String {
        let light = all.map { "\($0.variable):\($0.light)" }.joined(separator: ";")
        let dark = all.map { "\($0.variable):\($0.dark)" }.joined(separator: ";")
        return """
            \(selector){color-scheme:light dark;\(light)}
            @media screen and (prefers-color-scheme: dark){\(selector){\(dark)}}

            """
    }

    /// The colours of a style, and the attributes that are the same in light and dark.
    private struct Rule {
        /// The name of a class; in `elements`, the name of an element.
        let name: String
        let colours: [(property: String, colour: Colour)]
        let attributes: [(name: String, value: String)]

        init(_ name: String, fill: Colour? = nil, stroke: Colour? = nil, _ attributes: [(String, String)] = []) {
            self.name = name
            colours = [("fill", fill), ("stroke", stroke)].compactMap { property, colour in
                colour.map { (property, $0) }
            }
            self.attributes = attributes.map { (name: $0, value: $1) }
        }
    }

    private static let elements = [
        Rule("text", fill: ink), Rule("path", [("fill", "none")]),
        Rule("image", [("image-rendering", "optimizeSpeed")]),
    ]

    /// The styles. A later style overrides an earlier one.
    private static let styles: [Rule] = {
        let round = [("stroke-linejoin", "round"), ("stroke-linecap", "round")]
        let ofSeries = Theme.series.enumerated().flatMap { index, colour in
            [Rule("s\(index)", stroke: colour), Rule("f\(index)", fill: colour)]
        }
        return [
            Rule("heading", [("font-size", "15"), ("font-weight", "600")]), Rule("tick", fill: muted),
            Rule("note", fill: muted), Rule("surface", fill: surface),
            Rule("grid", stroke: grid, [("stroke-width", "1")]), Rule("faint", stroke: faint, [("stroke-width", "1")]),
            Rule("frame", stroke: frame, [("stroke-width", "1"), ("fill", "none")]),
            Rule("original", stroke: original, [("stroke-width", "2.2")] + round),
            Rule("reconstruction", stroke: reconstruction, [("stroke-width", "1.1")] + round),
            Rule("curve", [("stroke-width", "1.6")] + round), Rule("thin", [("stroke-width", "1")]),
            Rule("leader", [("stroke-width", "0.8"), ("stroke-opacity", "0.7")]),
            Rule("dashed", [("stroke-dasharray", "6 4")]),
            Rule("dots", [("stroke-width", "5"), ("stroke-linecap", "round")]),
            Rule("hollow", [("stroke-width", "1.8"), ("fill", "none")]),
            Rule("outlined", stroke: surface, [("stroke-width", "1")]), Rule("up", stroke: up),
            Rule("down", stroke: down), Rule("inverse", fill: surface), Rule("small", [("font-size", "11")]),
        ] + ofSeries + [
            Rule("halo", fill: surface, stroke: surface, [("stroke-width", "3"), ("stroke-linejoin", "round")])
        ]
    }()

    /// The attributes of an element with these styles, in light colours. They replace a style sheet, which few programs
    /// besides browsers understand in full.
    ///
    /// - Parameters:
    ///   - element: The name of the element.
    ///   - names: The classes, with spaces between them.
    static func attributes(of element: String, styles names: String) -> [(name: String, value: String)] {
        let names = names.split(separator: " ")
        var found: [(name: String, value: String)] = []
        func set(_ name: String, _ value: String) {
            if let index = found.firstIndex(where: { $0.name == name }) {
                found[index].value = value
            } else {
                found.append((name, value))
            }
        }
        for rule in elements.filter({ $0.name == element }) + styles.filter({ names.contains($0.name[...]) }) {
            for (property, colour) in rule.colours { set(property, colour.light) }
            for (name, value) in rule.attributes { set(name, value) }
        }
        // The pale lines and dots of a series are thinner and fainter than its usual ones.
        if names.contains("pale") {
            set("stroke-width", names.contains("dots") ? "3" : "1")
            set("stroke-opacity", "0.5")
        }
        return found
    }

    /// The CSS rules by which plots in a page follow the page's light or dark colours. They override the attributes of
    /// the plots.
    static let plotRules: String = {
        var rules = ".sk-plot{font-family:\(fontStack);font-variant-numeric:tabular-nums}\n"
        rules += ".sk-plot image{image-rendering:pixelated}\n"
        for (prefix, group) in [("", elements), (".", styles)] {
            for rule in group where !rule.colours.isEmpty {
                let colours = rule.colours.map { "\($0.property):var(\($0.colour.variable))" }
                rules += ".sk-plot \(prefix)\(rule.name){\(colours.joined(separator: ";"))}\n"
            }
        }
        return rules
    }()
}
