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
        let selectors = Theme.pictureStyle.split(separator: "\n").filter { !$0.hasPrefix("@") }
        #expect(selectors.count > 20)
        #expect(selectors.allSatisfy { $0.hasPrefix(".sk-plot") })
    }
}
