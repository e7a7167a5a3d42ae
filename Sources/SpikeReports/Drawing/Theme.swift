/// The colours of pictures and reports, light and dark, and the style rules that both share.
///
/// The series colours descend from the palette of Okabe and Ito (2008), darker on white and lighter on black, so that
/// they stay apart for colour-blind readers.
enum Theme {
    struct Colour: Sendable {
        let variable: String
        let light: String
        let dark: String
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

    /// The colours as custom properties of `selector`; dark ones only on screens, so that paper stays white.
    static func variables(for selector: String) -> String {
        let light = all.map { "\($0.variable):\($0.light)" }.joined(separator: ";")
        let dark = all.map { "\($0.variable):\($0.dark)" }.joined(separator: ";")
        return """
            \(selector){color-scheme:light dark;\(light)}
            @media screen and (prefers-color-scheme: dark){\(selector){\(dark)}}

            """
    }

    /// Rules for everything drawn. All are scoped to one class and the same in every picture, so that pictures in one
    /// page do not disturb each other.
    static let pictureStyle: String = {
        let font = "font-family:\(fontStack);font-variant-numeric:tabular-nums"
        let round = "stroke-linejoin:round;stroke-linecap:round"
        var rules = variables(for: ".sk-plot")
        func rule(_ selector: String, _ declarations: String...) {
            rules += ".sk-plot \(selector){\(declarations.joined(separator: ";"))}\n"
        }
        rules += ".sk-plot{\(font);max-width:100%;height:auto}\n"
        rule("text", paint("fill", ink), "font-size:12px", "stroke:none")
        rule(".heading", "font-size:15px", "font-weight:600")
        rule(".tick,.sk-plot .note", paint("fill", muted))
        rule("path,.sk-plot line", "fill:none")
        rule(".surface", paint("fill", surface))
        rule(".grid", paint("stroke", grid), "stroke-width:1")
        rule(".faint", paint("stroke", faint), "stroke-width:1")
        rule(".frame", paint("stroke", frame), "stroke-width:1", "fill:none")
        rule(".original", paint("stroke", original), "stroke-width:2.2", round)
        rule(".reconstruction", paint("stroke", reconstruction), "stroke-width:1.1", round)
        rule(".curve", "stroke-width:1.6", round)
        rule(".thin", "stroke-width:1")
        rule(".leader", "stroke-width:0.8", "stroke-opacity:0.7")
        rule(".dashed", "stroke-dasharray:6 4")
        rule(".dots", "stroke-width:5", "stroke-linecap:round")
        rule(".curve.pale", "stroke-width:1", "stroke-opacity:0.5")
        rule(".dots.pale", "stroke-width:3", "stroke-opacity:0.5")
        rule(".hollow", "stroke-width:1.8", "fill:none")
        rule(".outlined", paint("stroke", surface), "stroke-width:1")
        rule("text.halo", "paint-order:stroke", "stroke-width:3", paint("stroke", surface))
        rule(".up", paint("stroke", up))
        rule(".down", paint("stroke", down))
        rule(".quiet", paint("stroke", muted))
        rule("text.inverse", paint("fill", surface))
        rule("text.small", "font-size:11px")
        rule("image", "image-rendering:pixelated")
        for (index, colour) in series.enumerated() {
            rule(".s\(index)", paint("stroke", colour))
            rule(".f\(index),.sk-plot text.f\(index)", paint("fill", colour))
        }
        return rules
    }()

    /// The light colour comes first, for renderers that do not know custom properties.
    static func paint(_ property: String, _ colour: Colour) -> String {
        "\(property):\(colour.light);\(property):var(\(colour.variable))"
    }
}
