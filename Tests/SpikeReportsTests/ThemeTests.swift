import Foundation
import Testing

@testable import SpikeReports

struct ThemeTests {
    /// WCAG 2: (L₁ + 0.05) / (L₂ + 0.05) of relative luminances.
    private func contrast(_ first: String, _ second: String) -> Double {
        func luminance(_ colour: String) -> Double {
            let value = Int(colour.dropFirst(), radix: 16) ?? 0
            let parts = [16, 8, 0].map { shift -> Double in
                let share = Double((value >> shift) & 255) / 255
                return share <= 0.04045 ? share / 12.92 : pow((share + 0.055) / 1.055, 2.4)
            }
            return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]
        }
        let pair = [luminance(first), luminance(second)].sorted()
        return (pair[1] + 0.05) / (pair[0] + 0.05)
    }

    @Test func seriesStandOutInBothModes() {
        for colour in Theme.series {
            #expect(contrast(colour.light, Theme.surface.light) >= 3, "\(colour)")
            #expect(contrast(colour.dark, Theme.surface.dark) >= 3, "\(colour)")
        }
    }

    @Test func textIsReadableInBothModes() {
        for colour in [Theme.ink, Theme.muted] {
            #expect(contrast(colour.light, Theme.surface.light) >= 4.5)
            #expect(contrast(colour.dark, Theme.surface.dark) >= 4.5)
        }
    }

    @Test func everyRuleIsScoped() {
        let selectors = Theme.plotRules.split(separator: "\n")
        #expect(selectors.count > 20)
        #expect(selectors.allSatisfy { $0.hasPrefix(".sk-plot") })
    }

    /// A page's rule must set whatever an attribute has coloured, or dark pages would keep light colours.
    @Test func pagesRecolourWhatAttributesColour() {
        for style in ["tick", "surface", "grid", "frame", "original", "up", "halo", "inverse", "s3", "f5", "outlined"] {
            let rule = Theme.plotRules.split(separator: "\n").first { $0.hasPrefix(".sk-plot .\(style){") }
            for (name, value) in Theme.attributes(of: "circle", styles: style) where value.hasPrefix("#") {
                #expect(rule?.contains("\(name):var(--sk-") == true, "\(style) \(name)")
            }
        }
    }

    @Test func laterStylesAndOwnAttributesWin() {
        func look(_ element: String, _ styles: String) -> [String: String] {
            Dictionary(uniqueKeysWithValues: Theme.attributes(of: element, styles: styles).map { ($0.name, $0.value) })
        }
        #expect(look("text", "") == ["fill": "#1b1f24"])
        #expect(look("text", "tick") == ["fill": "#57606a"])
        #expect(look("path", "outlined f1")["fill"] == "#d55e00")
        #expect(look("path", "curve pale s0 dashed")["stroke-width"] == "1")
        #expect(
            look("path", "dots pale s0") == [
                "fill": "none", "stroke": "#0072b2", "stroke-width": "3", "stroke-linecap": "round",
                "stroke-opacity": "0.5",
            ])
        var writer = SVGWriter()
        writer.element("path", style: "up", [.text("stroke-width", "2")])
        writer.element("path", style: "grid", [.text("stroke-width", "2")])
        let text = String(decoding: writer.bytes, as: UTF8.self)
        #expect(
            text == """
                <path class="up" fill="none" stroke="#0072b2" stroke-width="2"/>
                <path class="grid" fill="none" stroke="#e3e7eb" stroke-width="2"/>

                """)
    }
}
